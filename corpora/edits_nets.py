"""Defects of the network, of the data that it is trained on, and of the noise."""

from __future__ import annotations

from dataclasses import replace

from corpora.compose import Plan
from corpora.edits_lines import Edit
from corpora.nets import Net

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
