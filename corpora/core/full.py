"""The same notebooks, short enough to be trained in full: three epochs on a fifth of the training images.

The rubrics are told of both, so a notebook that asked for 150 epochs and 60,000 images asks for these instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from autograder.rubrics import CORE, Part, conv, dense
from corpora.core.composed.catalogue import styles
from corpora.core.composed.compose import Edit, Plan, Style, shaped, write
from corpora.core.defects import DEFECTS
from corpora.defect import Defect, Unfit, cost
from corpora.notebook import Cell, to_bytes

EPOCHS, ROWS = 3, 12_000
LEAST = 0.8  # share of the rows that must be trained on, as the course asks of all of them
_SHORTER = ((r"\b150\b", "3"), (r"\b149\b", "2"), (r"epochs=50\b", "epochs=1"), (r"\b60000\b", str(ROWS)))
_TOO_LONG = ("tape", "two-stages")  # own loops have few epochs already; a second stage needs more than three
CHOSEN = {
    "dense": (
        "width-1", "bottleneck-missing", "layer-added-in-decoder", "epochs-149", "target-reversed", "no-validation",
        "never-trained", "curves-forged", "legend-missing", "test-images-from-1", "codes-before-training",
        "codes-5x20", "outputs-are-originals", "outputs-of-untrained-copy", "outputs-of-another-model",
    ),
    "denoising": ("noise-0.5",),
    "conv": ("codes-14x28",),
}  # fmt: skip
HONEST = {"dense": 11, "denoising": 1, "conv": 1}


# Two choices of one style, each with the number of its dimension.
Pair = tuple[tuple[int, str], tuple[int, str]]


@dataclass(frozen=True)
class FullCase:
    """One short notebook and what it must lose."""

    id: str
    part: str
    content: bytes
    lost: dict[tuple[str, str], float]
    style: Style


def parts() -> list[Part]:
    """The rubrics of the core parts, told three epochs and a fifth of the images."""
    short = {"dense": dense.part(epochs=EPOCHS), "conv": conv.part(epochs=EPOCHS)}
    return [
        replace(short.get(part.id, part), train_count=ROWS, least_trained=int(LEAST * ROWS)) for part in CORE
    ]


def notebook(style: Style, *defects: Defect[Edit]) -> bytes:
    """The notebook of a style with these defects, made short. Raises `Unfit` where it has no place for one."""
    made = write(style, [*(edit for each in defects for edit in each.edits), FEWER_ROWS])
    if defects and made == write(style, [FEWER_ROWS]):
        raise Unfit
    return to_bytes(shaped(made, style))


def _fewer_rows(plan: Plan) -> None:
    """Cut the training images after they were loaded, and every number of epochs and rows from there on."""
    code = [at for at, cell in enumerate(plan.cells) if cell.kind == "code"]
    loaded = code[1]  # after the imports
    for at in code[2:]:
        source = plan.cells[at].source
        for pattern, by in _SHORTER:
            source = re.sub(pattern, by, source)
        plan.cells[at] = Cell("code", source)
    plan.cells.insert(loaded + 1, Cell("code", f"{plan.v.tr} = {plan.v.tr}[:{ROWS}]"))


FEWER_ROWS: Edit = ("cells", _fewer_rows)


def cases() -> list[FullCase]:
    """Thirty notebooks, honest ones and mutants, chosen so that they meet as many pairs of styles as possible."""
    met: set[Pair] = set()
    found: list[FullCase] = []
    for part, count in HONEST.items():
        found += [_best(part, (), met, found) for _ in range(count)]
    for part, defects in CHOSEN.items():
        found += [_best(part, (DEFECTS[part][defect],), met, found) for defect in defects]
    return found


def pairs_of(style: Style) -> set[Pair]:
    """All pairs of choices of one style, with the dimensions that they belong to."""
    named = list(enumerate(style.dimensions))
    return {(one, two) for one in named for two in named if one < two}


def _best(part: str, defects: tuple[Defect[Edit], ...], met: set[Pair], found: list[FullCase]) -> FullCase:
    """The case of the style that brings most pairs that were not met yet."""
    used = {case.style.number for case in found}
    pool = [style for style in styles() if style.part == part and style.training not in _TOO_LONG]
    pool = [style for style in pool if style.number not in used]
    for style in sorted(pool, key=lambda style: (-len(pairs_of(style) - met), style.number)):
        try:
            content = notebook(style, *defects)
        except Unfit:
            continue
        met |= pairs_of(style)
        name = f"{part}-full-{style.number:03d}{''.join(f'--{each.name}' for each in defects)}"
        lost = {(part, item): points for item, points in cost(*defects).items()}
        return FullCase(name, part, content, lost, style)
    raise LookupError(f"no style of {part} has a place for {[each.name for each in defects]}")
