"""docs/accuracy.md: how often the grader is wrong, part by part and item by item, as the corpora measure it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.rubrics import PARTS, Part

from .cases import CorpusCase, digest
from .deviations import Deviation
from .style_pairs import Dimensions, style_pairs

_WRITTEN = """
Written by `make pages` from the grades of every notebook that the corpora hold: the corpora with the digest `{digest}`, to
which a test holds this page. CI grades all solutions and templates at each commit, of the others a third that moves on
with each commit, and every week all of them; whatever deviates fails it.

Graded with the sources of commit {commit}.
"""
_OLDER = """
The corpora have changed since, to the digest `{digest}`: these are the figures of the notebooks that were graded then, and
`make pages` is due.
"""
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


def write_report(
    path: Path, cases: list[CorpusCase], found: list[Deviation], dimensions: Dimensions, commit: str
) -> None:
    """Write the report; the same verdicts of the same commit give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report(cases, found, dimensions, commit), encoding="utf-8")


def report(
    cases: list[CorpusCase],
    found: list[Deviation],
    dimensions: Dimensions,
    commit: str,
    graded: str | None = None,
) -> str:
    """The report as Markdown.

    Args:
        cases: everything that was graded.
        found: where a grade was not what it had to be.
        dimensions: the ways, by dimension, that honest notebooks of the core parts must show in all pairs.
        commit: the name of the commit whose sources graded them, so that nobody takes its figures for those of later ones.
        graded: the digest of the corpora that were graded, where they have changed since; the page says so.
    """
    counted, today = _Counted(cases, found), digest(cases)
    blocks = [
        "# How often the grader is wrong",
        "\n".join(counted.headline()),
        _WRITTEN.strip().format(digest=graded or today, commit=commit),
        *([_OLDER.strip().format(digest=today)] if graded not in (None, today) else []),
        "\n".join(counted.cases_table()),
        *_deviations(found),
        _METHOD.strip(),
        "## Part by part",
        "*Defects* counts different ones; *mutants* the notebooks that show them, in several styles and in pairs.",
        *(block for part in PARTS for block in counted.part(part)),
        *style_pairs(cases, dimensions),
        _LIMITS.strip().format(bounds=counted.bounds()),
    ]
    return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True)
class _Counted:
    """The cases and deviations, counted."""

    cases: list[CorpusCase]
    found: list[Deviation]

    def of(self, kind: str, part: str = "", item: str = "") -> list[CorpusCase]:
        """Cases of a kind; of a part, those that hold it; mutants of an item, those that must lose points there."""
        of_part = [case for case in self.cases if case.kind == kind and (not part or part in case.parts)]
        return [case for case in of_part if not item or kind != "mutant" or (part, item) in case.lost]

    def wrong(self, kind: str, part: str = "", item: str = "") -> int:
        """How many cases of a kind deviate, anywhere or in this part or item."""
        return len(
            {
                deviation.case.id
                for deviation in self.found
                if deviation.case.kind == kind
                and part in ("", deviation.part)
                and item in ("", deviation.item)
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
            count = len(self.of(kind))
            if count:
                yield f"| {_PLURAL[kind]} | {count} | {due} | {self.wrong(kind)} |"
        yield f"| together | {len(self.cases)} | | {len({deviation.case.id for deviation in self.found})} |"

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
        bounds = [
            f"{_PLURAL[kind]} {300 / len(cases):.1f} %"
            for kind in ("honest", "mutant")
            if (cases := self.of(kind)) and not self.wrong(kind)
        ]
        return ", ".join(bounds) or "here mistakes were made, and the table above counts them"


def _defects(mutants: list[CorpusCase]) -> set[str]:
    """Different defects; each is made alone at least once, and a pair may hold one of another item."""
    return {defect for case in mutants if len(case.defects) == 1 for defect in case.defects}


def _deviations(found: list[Deviation]) -> Iterator[str]:
    if found:
        yield "## What was wrong"
        yield "\n".join(
            f"- `{deviation.case.id}`, {deviation.part} / {deviation.item}: {deviation.expected:g} expected, "
            f"{'no grade' if deviation.got < 0 else f'{deviation.got:g} got'}"
            for deviation in found
        )
