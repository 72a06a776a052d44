"""Defects of the core parts made in the course's own solutions, as edits of their text.

What each costs is what the defect of that name costs in every notebook of the part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.core.defects import DEFECTS
from corpora.defect import Defect, Mutant, TextEdit, Unfit, mutate

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"


@dataclass(frozen=True)
class Solution:
    """A solution's notebook file: a base for defects."""

    content: bytes

    def edited(self, edits: Sequence[TextEdit]) -> bytes:
        """The notebook with these edits made in its code cells, and without outputs."""
        document = json.loads(self.content)
        code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in code]
        for old, new in edits:
            places = sum(source.count(old) for source in sources)
            if places != 1:
                raise Unfit(f"{places} places for {old!r}, not one")
            sources = [source.replace(old, new) for source in sources]
        for cell, source in zip(code, sources, strict=True):
            cell |= {"source": source.splitlines(keepends=True), "outputs": [], "execution_count": None}
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


Edits = dict[str, tuple[TextEdit, ...]]
CURVE = (
    'plt.plot(epoch, history.history["val_loss"], label="validation (test images)", color="#d9822b")',
    "",
)


def _labels(ylabel: str, title: str) -> Edits:
    """What is missing at the loss plot: the plots of all solutions are written alike."""
    return {
        "xlabel-missing": (('plt.xlabel("epoch")', ""),),
        "ylabel-missing": ((f'plt.ylabel("{ylabel}")', ""),),
        "title-missing": ((f'plt.title("{title}")', ""),),
        "legend-missing": (("plt.legend()", ""),),
        "validation-curve-missing": (CURVE,),
        "crash-at-end": (("check()", "check()\nprint(final_remark)"),),
    }


def _copies(batch: int, arrays: str, shown: str) -> Edits:
    """Defects of the two parts that train images onto themselves; `arrays` prefixes their arrays, `shown` is the output."""
    train, test = f"{arrays}_train", f"{arrays}_test"
    given = f"fit(\n    {train},\n    {train},\n"
    pair = f'[x_test[:10], {shown}], ["test images", "reconstructions"]'
    return {
        "epochs-149": ((f"150, {batch}", f"149, {batch}"),),
        "trained-on-10000": ((given, f"fit(\n    {train}[:10000],\n    {train}[:10000],\n"),),
        "trained-on-test-set": ((given, f"fit(\n    {test},\n    {test},\n"),),
        "target-reversed": ((given, f"fit(\n    {train},\n    {train}[::-1],\n"),),
        "no-validation": ((f"    validation_data=({test}, {test}),\n", ""), CURVE),
        "outputs-are-originals": ((pair, '[x_test[:10], x_test[:10]], ["a", "b"]'),),
        "outputs-other-images": ((pair, '[x_test[:10], reconstructions[10:20]], ["a", "b"]'),),
        "test-images-missing": (
            ('helpers.show_images([x_test[:10]], ["test images"])', "pass"),
            (pair, '[reconstructions[:10]], ["b"]'),
        ),
    }


# The plot after the exercises has labels and a legend, too.
_LAST_PLOT = "Denoising at noise levels that were not trained"
DENOISED = "denoised[:10].clip(0, 1)"
EDITS: dict[str, Edits] = {
    "dense": {
        **_labels("mean squared error", "Fully connected autoencoder: loss by epoch"),
        **_copies(256, "flat", "reconstructions[:10]"),
        "width-1": (
            (
                "keras.Input((784,)),\n            layers.Dense(400",
                "keras.Input((784,)),\n            layers.Dense(300",
            ),
        ),
        "layer-4-missing": (
            ('name="code"),\n            layers.Dense(200, activation="elu"),\n', 'name="code"),\n'),
        ),
        "codes-5x20": (('reshape(-1, 10, 10)], ["codes"]', 'reshape(-1, 5, 20)], ["codes"]'),),
    },
    "conv": {
        **_labels("mean squared error", "Convolutional autoencoder: loss by epoch"),
        **_copies(128, "x", "reconstructions[:10].clip(0, 1)"),
        "maps-3": (
            (
                'name="code"),  # (7, 7, 8): 392 numbers\n            layers.Conv2D(8',
                'name="code"),  # (7, 7, 8): 392 numbers\n            layers.Conv2D(4',
            ),
        ),
        "kernel-5": (
            (
                'layers.Conv2D(1, 3, padding="same", activation="sigmoid"),',
                'layers.Conv2D(1, 5, padding="same", activation="sigmoid"),',
            ),
        ),
        "codes-14x28": (("tiles.reshape(10, 28, 14)", "codes.reshape(10, 14, 28)"),),
    },
    "denoising": {
        **_labels("mean squared error to the clean image", "Denoising autoencoder: loss by epoch"),
        "xlabel-missing": (('plt.xlabel("epoch")', ""), ('plt.xlabel("scale of the noise")', "")),
        "ylabel-missing": (
            ('plt.ylabel("mean squared error to the clean image")', ""),
            ('plt.ylabel("PSNR in dB")', ""),
        ),
        "title-missing": (
            ('plt.title("Denoising autoencoder: loss by epoch")', ""),
            (f'plt.title("{_LAST_PLOT}")', ""),
        ),
        "legend-missing": (
            ('loss by epoch")\nplt.legend()', 'loss by epoch")\n'),
            (f'{_LAST_PLOT}")\nplt.legend()', f'{_LAST_PLOT}")\n'),
        ),
        "noise-0.5": (("images + scale * noise", "images + 2 * scale * noise"),),
        "noise-unclipped": (("np.clip(images + scale * noise, 0, 1)", "images + scale * noise"),),
        "target-noisy": (("    noisy_train,\n    x_train,\n", "    noisy_train,\n    noisy_train,\n"),),
        "validation-clean-input": (("(noisy_test, x_test),\n    epochs", "(x_test, x_test),\n    epochs"),),
        "train-images-missing": (('helpers.show_images([x_train[:10]], ["training images"])', "pass"),),
        "noisy-train-images-clean": (("show_images([noisy_train[:10]]", "show_images([x_train[:10]]"),),
        "outputs-are-noisy": ((DENOISED, "noisy_test[:10]"),),
        "outputs-are-originals": ((DENOISED, "x_test[:10]"),),
        "outputs-other-images": ((DENOISED, "denoised[10:20]"),),
    },
}


def in_solution(part: str, name: str) -> Defect[TextEdit]:
    """A defect of a core part with the edits that make it in the part's solution."""
    return Defect(name, DEFECTS[part][name].cost, EDITS[part][name], f"solution of {part}")


def solution_mutants(folder: Path = SOLUTIONS) -> Iterator[Mutant[TextEdit]]:
    """Every defect of `EDITS` made in the solution of its part, `folder/*_PART.ipynb`. Raises `Unfit` when one has no place."""
    for part, edits in EDITS.items():
        (path,) = folder.glob(f"*_{part}.ipynb")
        for name in edits:
            defect = in_solution(part, name)
            mutant = f"{part}--{name}--solution"
            content = mutate(Solution(path.read_bytes()), defect)
            yield Mutant(mutant, part, (defect,), defect.base, {f"{mutant}.ipynb": content})
