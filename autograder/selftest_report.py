"""docs/accuracy.md: how often the grader is wrong, item by item, as the corpora measure it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from .rubrics import PARTS

if TYPE_CHECKING:
    from .selftest import Case, Deviation

_INTRO = """# How often the grader is wrong

Written by `autograder selftest --report docs/accuracy.md`; CI writes it again and the difference must be empty.

Two corpora are graded through the pipeline that grades a class. *Honest* notebooks fulfil the assignment in many
styles and must get every point. *Mutants* are honest notebooks with one deliberate defect, or two; what a defect
must cost stands in one fixed table for each part (`tests/corpora`), and a mutant must lose exactly that.
"""


def write_report(path: Path, cases: list[Case], found: list[Deviation]) -> None:
    """Write the report; the same verdicts give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report(cases, found), encoding="utf-8")


def report(cases: list[Case], found: list[Deviation]) -> str:
    """The report as Markdown."""
    lines = [
        _INTRO,
        "| part | item | honest notebooks | lost points | mutants of it | passed or lost otherwise |",
    ]
    lines.append("|---|---|---:|---:|---:|---:|")
    honest_wrong = Counter((each.part, each.item) for each in found if each.case.kind == "honest")
    mutant_wrong = Counter((each.part, each.item) for each in found if each.case.kind == "mutant")
    for part in PARTS:
        honest = sum(case.kind == "honest" and part.id in case.parts for case in cases)
        for item in part.items:
            key = (part.id, item.id)
            mine = sum(case.kind == "mutant" and key in case.lost for case in cases)
            lines.append(
                f"| {part.id} | {item.id} | {honest} | {honest_wrong[key]} | {mine} | {mutant_wrong[key]} |"
            )
    kinds = Counter(case.kind for case in cases)
    wrong = {kind: len({each.case.id for each in found if each.case.kind == kind}) for kind in kinds}
    lines += ["", f"Honest notebooks: {kinds['honest']}, of which {wrong.get('honest', 0)} lost points."]
    lines.append(
        f"Mutants: {kinds['mutant']}, of which {wrong.get('mutant', 0)} did not lose exactly their due."
    )
    if found:
        lines += ["", "## Deviations", ""]
        lines += [
            f"- `{each.case.id}`, {each.part} / {each.item}: {each.expected:g} expected, {each.got:g} got"
            for each in found
        ]
    return "\n".join(lines) + "\n"
