"""A mutant whose title is missing, and grades made up for it."""

from __future__ import annotations

from dataclasses import replace

from autograder.records import ItemResult, PartGrade, SubmissionGrade
from autograder.rubrics import PARTS
from autograder.selftest.cases import CorpusCase
from tests.grades import a_grade

CASE = CorpusCase("one", "mutant", ("dense",), {}, {("dense", "loss-plot"): 3.0}, defects=("title-missing",))


def graded(case: CorpusCase, **points: float) -> SubmissionGrade:
    """A grade that is exactly the case's due, but for the dense items named in `points` (with - as _)."""
    parts = []
    for part in PARTS:
        held = part.id in case.parts
        items = []
        for item in part.items:
            due = item.points - case.lost.get((part.id, item.id), 0.0) if held else 0.0
            if part.id == "dense":
                due = points.get(item.id.replace("-", "_"), due)
            status = "passed" if held else "not_attempted"
            items.append(ItemResult(item.id, status, due, item.points, "x.y", "A sentence."))
        total = sum(item.points for item in items)
        parts.append(PartGrade(part.id, "graded", total, part.max_points, tuple(items)))
    return replace(a_grade(case.id), parts=tuple(parts))
