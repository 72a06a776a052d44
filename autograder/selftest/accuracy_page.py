"""docs/accuracy.md: how often the grader is wrong, part by part and item by item, as the corpora measure it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.rubrics import PARTS, Part

if TYPE_CHECKING:
    from . import Case
    from .deviations import Deviation

Dimensions = Mapping[str, tuple[str, ...]]

PAIRS = (("model", "training"), ("training", "plot"), ("image layout", "loading"))
_METHOD = """
## How this is measured

Every notebook goes through the pipeline that grades a class: run in the box with shortened training, recorded, its
models rebuilt, judged by the rubrics. What each must get is known before it is graded:

- **Honest notebooks** fulfil the assignment, each in its own style, and must get every point of their parts. Some are hard
  on purpose: own training loops, generators, weights from a file, figures saved and never shown.
- **Mutants** are honest notebooks with one deliberate defect, or two, and forgeries. What a defect costs stands in one
  fixed table for each part (`corpora`), never in the mutant; it must lose exactly that, in exactly those items.
- **Solutions** must get every point, and **templates** as students receive them none, with every item *not attempted*.

An item that stays open for a person counts as wrong, and so does any verdict on a part that a notebook does not hold.
"""
_LIMITS = """
## What these figures do not say

The notebooks were written for this purpose, by people who know the grader. Real ones will be odder. No mistake in *n*
notebooks makes a rate above 3/*n* unlikely (95 % confidence), for notebooks like these: {bounds}.
[trust.md](trust.md) says which forgery remains possible.
"""
_DUE = {
    "honest": "every point",
    "mutant": "every point but its defects'",
    "solution": "every point",
    "template": "nothing, every item not attempted",
}
_PLURAL = {
    "honest": "honest notebooks",
    "mutant": "mutants",
    "solution": "solutions",
    "template": "templates",
}


def write_report(path: Path, cases: list[Case], found: list[Deviation], dimensions: Dimensions) -> None:
    """Write the report; the same verdicts give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report(cases, found, dimensions), encoding="utf-8")


def report(cases: list[Case], found: list[Deviation], dimensions: Dimensions) -> str:
    """The report as Markdown.

    Args:
        cases: everything that was graded.
        found: where a grade was not what it had to be.
        dimensions: the ways, by dimension, that honest notebooks of the core parts must show in all pairs.
    """
    counted = _Counted(cases, found)
    blocks = [
        "# How often the grader is wrong",
        "\n".join(counted.headline()),
        "Written by `autograder selftest --report docs/accuracy.md`; CI writes it again, and the difference must be empty.",
        "\n".join(counted.cases_table()),
        *_deviations(found),
        _METHOD.strip(),
        "## Part by part",
        "*Defects* counts different ones; *mutants* the notebooks that show them, in several styles and in pairs.",
        *(block for part in PARTS for block in counted.part(part)),
        *_coverage(cases, dimensions),
        _LIMITS.strip().format(bounds=counted.bounds()),
    ]
    return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True)
class _Counted:
    """The cases and deviations, counted."""

    cases: list[Case]
    found: list[Deviation]

    def of(self, kind: str, part: str = "", item: str = "") -> list[Case]:
        """Cases of a kind; of a part, those that hold it; mutants of an item, those that must lose points there."""
        mine = [case for case in self.cases if case.kind == kind and (not part or part in case.parts)]
        return [case for case in mine if not item or kind != "mutant" or (part, item) in case.lost]

    def wrong(self, kind: str, part: str = "", item: str = "") -> int:
        """How many cases of a kind deviate, anywhere or in this part or item."""
        return len(
            {
                each.case.id
                for each in self.found
                if each.case.kind == kind and part in ("", each.part) and item in ("", each.item)
            }
        )

    def headline(self) -> Iterator[str]:
        """The two figures that everything is about."""
        honest, mutants = len(self.of("honest")), len(self.of("mutant"))
        yield f"**{self.wrong('honest')} of {honest} honest notebooks lost a point that was theirs.** \\"
        yield (
            f"**{self.wrong('mutant')} of {mutants} notebooks with a defect passed, or lost anything but what "
            "the defect costs.**"
        )

    def cases_table(self) -> Iterator[str]:
        """How many notebooks of each kind were graded, and how many not as they must."""
        yield "| what was graded | notebooks | must get | wrong |"
        yield "|---|---:|---|---:|"
        for kind, due in _DUE.items():
            mine = len(self.of(kind))
            if mine:
                yield f"| {_PLURAL[kind]} | {mine} | {due} | {self.wrong(kind)} |"
        yield f"| together | {len(self.cases)} | | {len({each.case.id for each in self.found})} |"

    def part(self, part: Part) -> Iterator[str]:
        """One part's items as a table, below its sums; nothing when no case holds it."""
        honest, mutants = self.of("honest", part.id), self.of("mutant", part.id)
        if not honest and not mutants:
            return
        yield f"### {part.title} (`{part.id}`)"
        yield (
            f"{len(honest)} honest notebooks, {self.wrong('honest', part.id)} of them wrong; {len(mutants)} mutants of "
            f"{len(_defects(mutants))} defects, {self.wrong('mutant', part.id)} of them wrong."
        )
        yield "\n".join(self._items(part))

    def _items(self, part: Part) -> Iterator[str]:
        yield "| item | points | honest notebooks | lost points | defects | mutants of it | passed or lost something else |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        for item in part.items:
            mutants = self.of("mutant", part.id, item.id)
            cells = (
                f"{item.points:g}",
                len(self.of("honest", part.id)),
                self.wrong("honest", part.id, item.id),
                len(_defects(mutants)),
                len(mutants),
                self.wrong("mutant", part.id, item.id),
            )
            yield f"| {item.id} | {' | '.join(map(str, cells))} |"

    def bounds(self) -> str:
        """The bound of each corpus that no mistake was made in."""
        said = [
            f"{_PLURAL[kind]} {300 / len(mine):.1f} %"
            for kind in ("honest", "mutant")
            if (mine := self.of(kind)) and not self.wrong(kind)
        ]
        return ", ".join(said) or "here mistakes were made, and the table above counts them"


def _defects(mutants: list[Case]) -> set[str]:
    """Different defects; each is made alone at least once, and a pair may hold one of another item."""
    return {defect for case in mutants if len(case.defects) == 1 for defect in case.defects}


def _deviations(found: list[Deviation]) -> Iterator[str]:
    if found:
        yield "## What was wrong"
        yield "\n".join(
            f"- `{each.case.id}`, {each.part} / {each.item}: {each.expected:g} expected, "
            f"{'no grade' if each.got < 0 else f'{each.got:g} got'}"
            for each in found
        )


def _coverage(cases: list[Case], dimensions: Dimensions) -> Iterator[str]:
    """How many honest notebooks show each pairing of two dimensions."""
    shown = [dict(zip(dimensions, case.styles, strict=True)) for case in cases if case.styles]
    if not shown:
        return
    yield "## Which styles meet"
    yield (
        f"{len(shown)} honest notebooks of the core parts have one style in each of five dimensions. A defect of the grader often "
        "shows only where two styles meet, so every pairing is met. The tables count notebooks."
    )
    for first, second in PAIRS:
        met = Counter((styles[first], styles[second]) for styles in shown)
        pairs = list(product(dimensions[first], dimensions[second]))
        there = sum(pair in met for pair in pairs)
        yield f"### {first.capitalize()} × {second}: {there} of {len(pairs)} pairs"
        yield "\n".join(_matrix(first, dimensions[first], dimensions[second], met))
    more = {(name, way) for styles in shown for name, way in styles.items() if way not in dimensions[name]}
    if more:
        yield f"Notebooks written by hand add {len(more)} ways of their own, which no table lists."


def _matrix(
    name: str, rows: tuple[str, ...], columns: tuple[str, ...], met: Counter[tuple[str, str]]
) -> Iterator[str]:
    yield f"| {name} | {' | '.join(columns)} |"
    yield "|---|" + "---:|" * len(columns)
    for row in rows:
        yield f"| {row} | {' | '.join(str(met[row, column]) for column in columns)} |"
