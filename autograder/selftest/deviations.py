"""Where a case of the corpora did not get what is its due, item by item."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.records import PartGrade, SubmissionGrade
from autograder.rubrics import PARTS, Part

from .cases import CorpusCase

NEARLY = 1e-6


@dataclass(frozen=True)
class Deviation:
    """One item of one case that did not get what is its due. `got` is -1 where there was no grade at all."""

    case: CorpusCase
    part: str
    item: str
    expected: float
    got: float
    status: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.part} / {self.item}: {self.expected:g} points expected, {self.got:g} got "
            f"({self.status}): {self.message}"
        )


def deviations(case: CorpusCase, grade: SubmissionGrade | None) -> list[Deviation]:
    """Where a grade is not what the case must get."""
    if grade is None or grade.status != "graded":
        why = "no grade" if grade is None else grade.problem or grade.status
        return [Deviation(case, "all", "all", 0.0, -1.0, "none", why)]
    absent = set(case.asked) - {part.part for part in grade.parts}
    found = [Deviation(case, part, "all", 0.0, -1.0, "none", "no grade") for part in sorted(absent)]
    by_id = {part.id: part for part in PARTS}
    for part in grade.parts:
        found += _of_part(case, by_id[part.part], part)
    return found


def _of_part(case: CorpusCase, rubric: Part, graded: PartGrade) -> list[Deviation]:
    held = rubric.id in case.parts
    found = []
    for item in graded.items:
        expected = item.max_points - case.lost.get((rubric.id, item.item), 0.0) if held else 0.0
        wrong = abs(item.points - expected) > NEARLY or item.status == "errored"
        if wrong or (not held and item.status != "not_attempted"):
            found.append(
                Deviation(case, rubric.id, item.item, expected, item.points, item.status, item.message)
            )
    return found
