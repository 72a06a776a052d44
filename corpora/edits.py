"""How each defect is made: a change of the plan of an honest notebook, in whatever style that is written."""

from __future__ import annotations

from corpora.compose import Plan
from corpora.edits_forged import FORGED
from corpora.edits_lines import LINE_EDITS, Edit, Unfit
from corpora.edits_nets import DATA, NETS, NOISE
from corpora.edits_pictures import another_model, asked, early, originals, show, shows, untrained_copy
from corpora.notebook import Cell


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
    **originals("test", "test-images"),
    "test-images-train": show("test", "{tr}[:10]"),
    **shows("codes", "codes"),
    "codes-before-training": early("codes"),
    "codes-other-images": asked("codes", "{te}[10:20]"),
    "codes-train-images": asked("codes", "{tr}[:10]"),
    "codes-random": show("codes", "np.random.rand(*np.shape({rows}))"),
    "codes-are-pixels": show(
        "codes", "np.resize(np.reshape({te}[:10], (10, -1))[:, 200:], np.shape({rows}))"
    ),
    "codes-all-the-same": show("codes", "np.repeat(np.array({rows}[:1]), 10, axis=0)"),
    **shows("outputs", "outputs"),
    "outputs-before-training": early("outputs"),
    "outputs-are-originals": show("outputs", "{te}[:10]"),
    "outputs-are-dimmed-originals": show("outputs", "0.85 * {te}[:10] + 0.05"),
    "outputs-are-mean-image": show("outputs", "np.repeat({tr}.mean(axis=0)[None], 10, axis=0)"),
    "outputs-of-untrained-copy": untrained_copy("{te}"),
    "outputs-of-another-model": another_model("outputs", "{te}[:10]"),
    "outputs-other-images": asked("outputs", "{te}[10:20]"),
    "outputs-train-images": asked("outputs", "{tr}[:10]"),
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
    **originals("train", "train-images"),
    **originals("test", "test-images"),
    **originals("noisy-train", "noisy-train-images"),
    **originals("noisy-test", "noisy-test-images"),
    "noisy-train-images-clean": show("noisy-train", "{tr}[:10]"),
    "noisy-test-images-clean": show("noisy-test", "{te}[:10]"),
    **shows("outputs", "outputs"),
    "outputs-before-training": early("outputs"),
    "outputs-are-originals": show("outputs", "{te}[:10]"),
    "outputs-are-noisy": show("outputs", "{nte}[:10]"),
    "outputs-of-clean-images": asked("outputs", "{te}[:10]"),
    "outputs-of-train-images": asked("outputs", "{ntr}[:10]"),
    "outputs-other-images": asked("outputs", "{nte}[10:20]"),
    "outputs-of-untrained-copy": untrained_copy("{nte}"),
    "outputs-of-another-model": another_model("outputs", "{nte}[:10]"),
}


def _forged(*names: str) -> dict[str, Edit | list[Edit]]:
    return {name: FORGED[name] for name in names}


EDITS: dict[str, dict[str, Edit | list[Edit]]] = {
    "dense": COPY | NETS["dense"] | FORGED,
    "conv": COPY | NETS["conv"] | _forged("forged-history-class", "forged-answer"),
    "denoising": DENOISING | _forged("forged-history-class", "forged-predict", "forged-answer"),
}
