"""How each defect is made: a change of the plan of an honest notebook, in whatever style that is written."""

from __future__ import annotations

import re
from dataclasses import replace

from .compose import Plan
from .edits_lines import LINE_EDITS, Edit, Unfit
from .nets import Net
from .notebook import Cell

Spec = tuple[str, int]


def _net(encoder: list[Spec], decoder: list[Spec], code_shape: tuple[int, int] | None = None) -> Edit:
    def change(plan: Plan) -> None:
        shape = code_shape or plan.net.code_shape
        plan.net = Net(plan.net.layout, tuple(encoder), tuple(decoder), shape)

    return "net", change


def _dense(encoder: tuple[int, ...], decoder: tuple[int, ...], shape: tuple[int, int] | None = None) -> Edit:
    return _net([("Dense", n) for n in encoder], [("Dense", n) for n in decoder], shape)


def _per_map(plan: Plan) -> None:
    """Every feature map of a code as a panel of its own, in a figure for each image."""
    v = plan.v
    plan.answers += [
        "for shown in range(10):",
        "    plt.figure(figsize=(16, 2))",
        "    for number in range(8):",
        "        plt.subplot(1, 8, number + 1)",
        f"        plt.imshow({v.codes}[shown][..., number], cmap='gray')",
        "    plt.show()",
    ]
    del plan.kinds["codes"]


C, P, A, U, T = "Conv2D", "MaxPooling2D", "AveragePooling2D", "UpSampling2D", "Conv2DTranspose"
_UP = [(C, 8), (U, 2), (C, 16), (U, 2), (C, 1)]
_DOWN = [(C, 16), (P, 2), (C, 8), (P, 2)]
NETS: dict[str, dict[str, Edit]] = {
    "dense": {
        "width-1": _dense((300, 200, 100), (200, 400, 784)),
        "width-2": _dense((400, 150, 100), (200, 400, 784)),
        "width-3": _dense((400, 200, 64), (200, 400, 784), (8, 8)),
        "width-4": _dense((400, 200, 100), (250, 400, 784)),
        "width-5": _dense((400, 200, 100), (200, 512, 784)),
        "widths-1-5": _dense((500, 200, 100), (200, 500, 784)),
        "widths-1-2-4-5": _dense((512, 256, 100), (256, 512, 784)),
        "layer-1-missing": _dense((200, 100), (200, 400, 784)),
        "layer-2-missing": _dense((400, 100), (200, 400, 784)),
        "bottleneck-missing": _dense((400, 200), (200, 400, 784), (10, 20)),
        "layer-4-missing": _dense((400, 200, 100), (400, 784)),
        "layer-5-missing": _dense((400, 200, 100), (200, 784)),
        "layer-added-in-encoder": _dense((400, 300, 200, 100), (200, 400, 784)),
        "layer-added-in-decoder": _dense((400, 200, 100), (200, 400, 600, 784)),
        "another-net": _dense((128, 64, 32), (64, 128, 784), (4, 8)),
        "codes-of-earlier-layer": _dense((400, 200), (100, 200, 400, 784), (10, 20)),
        "codes-of-later-layer": _dense((400, 200, 100, 200), (400, 784), (10, 20)),
        "codes-5x20": _dense((400, 200, 100), (200, 400, 784), (5, 20)),
        "codes-1x100": _dense((400, 200, 100), (200, 400, 784), (1, 100)),
    },
    "conv": {
        "maps-1": _net([(C, 32), (P, 2), (C, 8), (P, 2)], _UP),
        "maps-2": _net([(C, 16), (P, 2), (C, 4), (P, 2)], _UP, (14, 14)),
        "maps-3": _net(_DOWN, [(C, 4), (U, 2), (C, 16), (U, 2), (C, 1)]),
        "maps-4": _net(_DOWN, [(C, 8), (U, 2), (C, 8), (U, 2), (C, 1)]),
        "kernel-1": _net([(f"{C}/5", 16), (P, 2), (C, 8), (P, 2)], _UP),
        "kernel-3": _net(_DOWN, [(f"{C}/2", 8), (U, 2), (C, 16), (U, 2), (C, 1)]),
        "kernel-5": _net(_DOWN, [(C, 8), (U, 2), (C, 16), (U, 2), (f"{C}/5", 1)]),
        "average-pooling": _net([(C, 16), (A, 2), (C, 8), (A, 2)], _UP),
        "transposed": _net(_DOWN, [(C, 8), (U, 2), (T, 16), (C, 1)]),
        "conv-missing-in-encoder": _net([(C, 16), (P, 2), (P, 2)], _UP, (28, 28)),
        "conv-missing-in-decoder": _net(_DOWN, [(C, 8), (U, 2), (U, 2), (C, 1)]),
        "conv-added-in-encoder": _net([(C, 16), (C, 16), (P, 2), (C, 8), (P, 2)], _UP),
        "conv-added-in-decoder": _net(_DOWN, [(C, 8), (U, 2), (C, 16), (U, 2), (C, 4), (C, 1)]),
        "one-level-only": _net([(C, 16), (P, 2)], [(C, 8), (U, 2), (C, 1)], (56, 56)),
        "codes-of-earlier-layer": _net([(C, 16), (P, 2), (C, 8)], [(P, 2), *_UP], (56, 28)),
        "codes-of-later-layer": _net([*_DOWN, (C, 8)], _UP[1:]),
        "codes-14x28": _net(_DOWN, _UP, (14, 28)),
        "codes-per-map": ("kinds", _per_map),
    },
    "denoising": {},
}


def _data(**words: str) -> Edit:
    """Other data: expressions in which {x} and {y} are what was trained on, {tr}, {te}, {ntr}, {nte} the arrays."""

    def change(plan: Plan) -> None:
        v, d = plan.v, plan.data
        names = {"tr": v.tr, "te": v.te, "ntr": v.noisy_tr, "nte": v.noisy_te, "x": d.x, "y": d.y}
        plan.data = replace(d, **{key: text.format(**names) for key, text in words.items()})

    return "data", change


DATA: dict[str, dict[str, Edit]] = {
    "copy": {
        "trained-on-10000": _data(x="{x}[:10000]", y="{y}[:10000]"),
        "trained-on-47000": _data(x="{x}[:47000]", y="{y}[:47000]", val_x="{x}[47000:]", val_y="{y}[47000:]"),
        "trained-on-test-set": _data(x="{te}", y="{te}"),
        "target-reversed": _data(y="{y}[::-1]"),
        "target-shifted": _data(y="np.roll({y}, 1, axis=0)"),
    },
    "denoising": {
        "target-noisy": _data(y="{x}"),
        "trained-on-10000": _data(x="{x}[:10000]", y="{y}[:10000]"),
        "trained-on-test-set": _data(x="{nte}", y="{te}"),
        "validation-clean-input": _data(val_x="{te}"),
        "validation-noisy-target": _data(val_y="{nte}"),
    },
}


def _noise(line: str, test: str | None = None) -> Edit:
    """Other noise: {c} is the clean array; `test` is the line for test images where it differs."""

    def change(plan: Plan) -> None:
        v = plan.v
        wanted = ((v.noisy_tr, v.tr, line), (v.noisy_te, v.te, test or line))
        plan.noise = [f"{noisy} = {text.format(c=clean)}" for noisy, clean, text in wanted]

    return "data", change


NOISE: dict[str, Edit] = {
    "noise-0.5": _noise("np.clip({c} + 0.5 * np.random.normal(size={c}.shape), 0, 1)"),
    "noise-0.1": _noise("np.clip({c} + np.random.normal(0, 0.1, {c}.shape), 0.0, 1.0)"),
    "noise-uniform": _noise("np.clip({c} + np.random.uniform(-0.433, 0.433, {c}.shape), 0, 1)"),
    "noise-shifted": _noise("np.clip({c} + np.random.normal(0.25, 0.25, {c}.shape), 0, 1)"),
    "noise-unclipped": _noise("{c} + 0.25 * np.random.randn(*{c}.shape)"),
    "noise-0.5-unclipped": _noise("{c} + 0.5 * np.random.randn(*{c}.shape)"),
    "noise-not-on-test": _noise("np.clip({c} + 0.25 * np.random.normal(size={c}.shape), 0, 1)", "{c}.copy()"),
}


def _show(kind: str, expression: str) -> Edit:
    """Another expression in place of the rows of one kind: {rows} are the honest ones."""

    def change(plan: Plan) -> None:
        v, old = plan.v, plan.kinds[kind]
        names = {
            "rows": old.rows,
            "tr": v.tr,
            "te": v.te,
            "ntr": v.noisy_tr,
            "nte": v.noisy_te,
            "model": v.model,
        }
        names |= {"rec": v.rec, "codes": v.codes}
        plan.kinds[kind] = replace(old, rows=f"{v.img}_{kind.replace('-', '_')}")
        plan.answers.append(f"{plan.kinds[kind].rows} = {expression.format(**names)}")

    return "kinds", change


def _hide(kind: str) -> Edit:
    def change(plan: Plan) -> None:
        del plan.kinds[kind]

    return "kinds", change


def _shows(kind: str, item: str) -> dict[str, Edit]:
    """The defects that every kind of image can have."""
    ten = "np.array({rows}[:10])"
    return {
        f"{item}-missing": _hide(kind),
        f"{item}-9-of-10": _show(kind, "np.concatenate([{rows}[:9], {rows}[:1]])"),
        f"{item}-5-of-10": _show(kind, "np.concatenate([{rows}[:5], {rows}[:5]])"),
        f"{item}-reversed": _show(kind, f"{ten}[::-1]"),
    }


def _originals(kind: str, item: str) -> dict[str, Edit]:
    return {
        **_shows(kind, item),
        f"{item}-from-1": _show(kind, "{rows}[1:11]"),
        f"{item}-other": _show(kind, "{rows}[100:110]"),
    }


def _early(which: str) -> Edit:
    """Codes or outputs are computed before the training, and never again."""

    def change(plan: Plan) -> None:
        name = plan.v.codes if which == "codes" else plan.v.rec
        early = [line for line in plan.answers if f"{name} =" in line or (which == "codes" and " = " in line)]
        if which == "codes":
            early = [line for line in early if not line.startswith(plan.v.rec)]
        plan.answers = [line for line in plan.answers if line not in early]
        plan.before_training += early

    return "answers", change


def _asked(which: str, rows: str) -> Edit:
    """The model is asked about other images."""

    def change(plan: Plan) -> None:
        v = plan.v
        name = v.codes if which == "codes" else v.rec
        other = rows.format(tr=v.tr, te=v.te, ntr=v.noisy_tr, nte=v.noisy_te)
        first = v.noisy_te if plan.style.part == "denoising" else v.te
        pattern = re.compile(rf"(?<={re.escape(name)} = ).*\b{re.escape(first)}(\[:10\])?")
        changed = [
            pattern.sub(lambda m: m[0].replace(f"{first}[:10]", first).replace(first, other), line)
            for line in plan.answers
        ]
        if changed == plan.answers:
            raise Unfit
        plan.answers = changed

    return "answers", change


def _another_model(kind: str, rows: str) -> Edit:
    """A smaller net, trained for a moment, answers in place of the model."""

    def change(plan: Plan) -> None:
        v = plan.v
        v.need("import keras")
        flat = "np.reshape({}, (-1, 784))"
        asked = rows.format(te=v.te, nte=v.noisy_te)
        plan.answers += [
            "small = keras.Sequential([keras.layers.Dense(12, activation='relu'), keras.layers.Dense(784)])",
            "small.compile('adam', 'mse')",
            f"small.fit({flat.format(v.tr)}, {flat.format(v.tr)}, epochs=3, batch_size=256, verbose=0)",
            f"{v.rec}_small = small.predict({flat.format(asked)})",
        ]
        plan.kinds[kind] = replace(plan.kinds[kind], rows=f"{v.rec}_small")

    return "kinds", change


def _untrained_copy(rows: str) -> Edit:
    def change(plan: Plan) -> None:
        v = plan.v
        if plan.style.model in ("subclassed", "own-layers"):
            fresh = f"{v.cls}()"
        else:
            v.need("import keras")
            fresh = f"keras.models.clone_model({v.model})"
        asked = rows.format(te=v.te, nte=v.noisy_te)
        plan.answers.append(f"fresh_copy = {fresh}")
        plan.answers.append(f"{v.rec} = fresh_copy.predict({asked}[:10])")

    return "kinds", change


def _cell(source: str, before_last: int = 0) -> Edit:
    """A further code cell, so many cells before the end."""

    def change(plan: Plan) -> None:
        if plan.style.form in ("one-cell", "few") and before_last:
            raise Unfit
        if plan.style.form == "one-cell":
            plan.cells[-1] = Cell("code", plan.cells[-1].source + "\n" + source)
        else:
            plan.cells.insert(len(plan.cells) - before_last, Cell("code", source))

    return "cells", change


def _crash_before_pictures(plan: Plan) -> None:
    last = plan.cells[-1]
    plan.cells[-1] = Cell("code", "print(my_reconstruction_error)\n" + last.source)


RUNS: dict[str, Edit] = {
    "crash-at-end": _cell("print('final loss', final_test_loss)"),
    "crash-in-between": _cell("summary_of_everything()", before_last=3),
    "syntax-error": _cell("for i in range(10)\n    print(i)", before_last=2),
    "package-missing": _cell("import torchvision_extras", before_last=4),
    "crash-before-pictures": ("cells", _crash_before_pictures),
}

COPY: dict[str, Edit | list[Edit]] = {
    **RUNS,
    **LINE_EDITS,
    **DATA["copy"],
    **_originals("test", "test-images"),
    "test-images-train": _show("test", "{tr}[:10]"),
    **_shows("codes", "codes"),
    "codes-before-training": _early("codes"),
    "codes-other-images": _asked("codes", "{te}[10:20]"),
    "codes-train-images": _asked("codes", "{tr}[:10]"),
    "codes-random": _show("codes", "np.random.rand(*np.shape({rows}))"),
    "codes-are-pixels": _show(
        "codes", "np.resize(np.reshape({te}[:10], (10, -1))[:, 200:], np.shape({rows}))"
    ),
    "codes-all-the-same": _show("codes", "np.repeat(np.array({rows}[:1]), 10, axis=0)"),
    **_shows("outputs", "outputs"),
    "outputs-before-training": _early("outputs"),
    "outputs-are-originals": _show("outputs", "{te}[:10]"),
    "outputs-are-dimmed-originals": _show("outputs", "0.85 * {te}[:10] + 0.05"),
    "outputs-are-mean-image": _show("outputs", "np.repeat({tr}.mean(axis=0)[None], 10, axis=0)"),
    "outputs-of-untrained-copy": _untrained_copy("{te}"),
    "outputs-of-another-model": _another_model("outputs", "{te}[:10]"),
    "outputs-other-images": _asked("outputs", "{te}[10:20]"),
    "outputs-train-images": _asked("outputs", "{tr}[:10]"),
}
DENOISING: dict[str, Edit | list[Edit]] = {
    **RUNS,
    **{
        name: edit
        for name, edit in LINE_EDITS.items()
        if name not in ("epochs-149", "epochs-100", "never-trained")
    },
    **DATA["denoising"],
    **NOISE,
    **_originals("train", "train-images"),
    **_originals("test", "test-images"),
    **_originals("noisy-train", "noisy-train-images"),
    **_originals("noisy-test", "noisy-test-images"),
    "noisy-train-images-clean": _show("noisy-train", "{tr}[:10]"),
    "noisy-test-images-clean": _show("noisy-test", "{te}[:10]"),
    **_shows("outputs", "outputs"),
    "outputs-before-training": _early("outputs"),
    "outputs-are-originals": _show("outputs", "{te}[:10]"),
    "outputs-are-noisy": _show("outputs", "{nte}[:10]"),
    "outputs-of-clean-images": _asked("outputs", "{te}[:10]"),
    "outputs-of-train-images": _asked("outputs", "{ntr}[:10]"),
    "outputs-other-images": _asked("outputs", "{nte}[10:20]"),
    "outputs-of-untrained-copy": _untrained_copy("{nte}"),
    "outputs-of-another-model": _another_model("outputs", "{nte}[:10]"),
}
EDITS: dict[str, dict[str, Edit | list[Edit]]] = {
    "dense": COPY | NETS["dense"],
    "conv": COPY | NETS["conv"],
    "denoising": DENOISING,
}
