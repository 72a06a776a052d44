"""Defects made in the course's own solutions, as edits of their text.

What each must cost stands in the fixed table of the corpora (`corpora/defects.py`), never here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TextEdit:
    """One defect of one solution.

    Attributes:
        part: the part whose solution is edited.
        defect: the key of the fixed table.
        changes: pairs of a pattern in its code and what stands there instead; each must be found.
    """

    part: str
    defect: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SolutionMutant:
    """A solution with one defect. `defect` is the key of the fixed table."""

    id: str
    part: str
    defect: str
    content: bytes


def _labels(part: str) -> tuple[TextEdit, ...]:
    """What is missing at the loss plot: the plots of all solutions are written alike."""
    drop = {name: rf"^plt\.{name}\(.*\)$" for name in ("xlabel", "ylabel", "title", "legend")}
    found = [TextEdit(part, f"{name}-missing", ((pattern, ""),)) for name, pattern in drop.items()]
    curve = r'^plt\.plot\(epoch, history\.history\["val_loss"\].*$'
    return (
        *found,
        TextEdit(part, "validation-curve-missing", ((curve, ""),)),
        TextEdit(part, "crash-at-end", ((r"^check\(\)$", "check()\nprint(final_remark)"),)),
    )


def _copies(part: str, flat: str, shown: str) -> tuple[TextEdit, ...]:
    """Defects of the two parts that train images onto themselves; `flat` prefixes their arrays, `shown` is the output."""
    train, test = f"{flat}_train", f"{flat}_test"
    given = rf"^    {train},\n    {train},$"
    validation = rf"^    validation_data=\({test}, {test}\),\n"
    curve = r'^plt\.plot\(epoch, history\.history\["val_loss"\].*$'
    pair = rf'\[x_test\[:10\], {shown}\], \["test images", "reconstructions"\]'
    return (
        TextEdit(part, "epochs-149", ((r"\b150, (256|128)$", r"149, \1"),)),
        TextEdit(part, "trained-on-10000", ((given, f"    {train}[:10000],\n    {train}[:10000],"),)),
        TextEdit(part, "trained-on-test-set", ((given, f"    {test},\n    {test},"),)),
        TextEdit(part, "target-reversed", ((given, f"    {train},\n    {train}[::-1],"),)),
        TextEdit(part, "no-validation", ((validation, ""), (curve, ""))),
        TextEdit(part, "outputs-are-originals", ((pair, '[x_test[:10], x_test[:10]], ["a", "b"]'),)),
        TextEdit(
            part, "outputs-other-images", ((pair, '[x_test[:10], reconstructions[10:20]], ["a", "b"]'),)
        ),
        TextEdit(
            part,
            "test-images-missing",
            (
                (r'^helpers\.show_images\(\[x_test\[:10\]\], \["test images"\]\)$', "pass"),
                (pair, '[reconstructions[:10]], ["b"]'),
            ),
        ),
    )


_CODE = r'(name="code"\),.*\n)'
EDITS: tuple[TextEdit, ...] = (
    *_labels("dense"),
    *_copies("dense", "flat", r"reconstructions\[:10\]"),
    TextEdit("dense", "width-1", ((r"(keras\.Input\(\(784,\)\),\n +layers\.Dense)\(400", r"\1(300"),)),
    TextEdit("dense", "layer-4-missing", ((_CODE + r" +layers\.Dense\(200.*\n", r"\1"),)),
    TextEdit(
        "dense", "codes-5x20", ((r'reshape\(-1, 10, 10\)\], \["codes"\]', 'reshape(-1, 5, 20)], ["codes"]'),)
    ),
    *_labels("conv"),
    *_copies("conv", "x", r"reconstructions\[:10\]\.clip\(0, 1\)"),
    TextEdit("conv", "maps-3", ((_CODE + r"( +layers\.Conv2D)\(8", r"\1\2(4"),)),
    TextEdit(
        "conv",
        "kernel-5",
        (
            (
                r'layers\.Conv2D\(1, 3, padding="same", activation="sigmoid"\),',
                'layers.Conv2D(1, 5, padding="same", activation="sigmoid"),',
            ),
        ),
    ),
    TextEdit("conv", "codes-14x28", ((r"tiles\.reshape\(10, 28, 14\)", "codes.reshape(10, 14, 28)"),)),
    *_labels("denoising"),
    TextEdit("denoising", "noise-0.5", ((r"images \+ scale \* noise", "images + 2 * scale * noise"),)),
    TextEdit(
        "denoising",
        "noise-unclipped",
        ((r"np\.clip\(images \+ scale \* noise, 0, 1\)", "images + scale * noise"),),
    ),
    TextEdit(
        "denoising",
        "target-noisy",
        ((r"^    noisy_train,\n    x_train,$", "    noisy_train,\n    noisy_train,"),),
    ),
    TextEdit("denoising", "validation-clean-input", ((r"\(noisy_test, x_test\),$", "(x_test, x_test),"),)),
    TextEdit(
        "denoising", "train-images-missing", ((r"^helpers\.show_images\(\[x_train\[:10\]\].*$", "pass"),)
    ),
    TextEdit(
        "denoising",
        "noisy-train-images-clean",
        ((r"show_images\(\[noisy_train\[:10\]\]", "show_images([x_train[:10]]"),),
    ),
    TextEdit("denoising", "outputs-are-noisy", ((r"denoised\[:10\]\.clip\(0, 1\)", "noisy_test[:10]"),)),
    TextEdit("denoising", "outputs-are-originals", ((r"denoised\[:10\]\.clip\(0, 1\)", "x_test[:10]"),)),
    TextEdit("denoising", "outputs-other-images", ((r"denoised\[:10\]\.clip\(0, 1\)", "denoised[10:20]"),)),
)


def solution_mutants(solutions: Path) -> Iterator[SolutionMutant]:
    """Every edit applied to the solution of its part. Raises `LookupError` when an edit no longer finds its place."""
    for edit in EDITS:
        path = next(iter(sorted(solutions.glob(f"*_{edit.part}.ipynb"))), None)
        if path is None:
            continue
        id = f"{edit.part}--{edit.defect}--solution"
        yield SolutionMutant(id, edit.part, edit.defect, edited(path.read_bytes(), edit))


def edited(content: bytes, edit: TextEdit) -> bytes:
    """The notebook with the edit made in its code cells, and without outputs."""
    document = json.loads(content)
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    for pattern, by in edit.changes:
        changed = 0
        for cell in code:
            source, count = re.subn(pattern, by, "".join(cell["source"]), flags=re.MULTILINE)
            changed += count
            cell |= {"source": source.splitlines(keepends=True), "outputs": [], "execution_count": None}
        if not changed:
            raise LookupError(f"the solution of {edit.part} has no place for the defect `{edit.defect}`")
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
