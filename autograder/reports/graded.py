"""What every report is made from: a class's grades, its title and the titles of its parts."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.records import PartGrade, SubmissionGrade


@dataclass(frozen=True)
class GradedClass:
    """A graded class.

    Attributes:
        title: name of the course, as its reports show it.
        grades: one grade a submission, in any order; reports sort them by id.
        part_titles: part id -> what people call it; parts without one go by their id.
    """

    title: str
    grades: tuple[SubmissionGrade, ...]
    part_titles: dict[str, str] = field(default_factory=dict)

    @property
    def by_id(self) -> list[SubmissionGrade]:
        """The grades, sorted by id."""
        return sorted(self.grades, key=lambda grade: grade.id)

    @property
    def part_ids(self) -> list[str]:
        """Ids of all parts that any submission was graded on, in the course's order."""
        return list(dict.fromkeys(part.part for grade in self.by_id for part in grade.parts))

    def item_ids(self, part_id: str) -> list[str]:
        """Ids of a part's items, in the rubric's order."""
        parts = [part for grade in self.by_id for part in grade.parts if part.part == part_id]
        return list(dict.fromkeys(item.item for part in parts for item in part.items))

    def title_of(self, part_id: str) -> str:
        """What people call a part."""
        return self.part_titles.get(part_id, part_id)


def part_of(grade: SubmissionGrade, part_id: str) -> PartGrade | None:
    """One part of a grade, or None when the submission was not graded on it."""
    return next((part for part in grade.parts if part.part == part_id), None)


def needs_person(grade: SubmissionGrade) -> bool:
    """Whether our own machinery failed somewhere in this grade, so that points are open until a person looked."""
    if grade.status == "errored":
        return True
    return any(
        part.status == "errored" or any(item.status == "errored" for item in part.items)
        for part in grade.parts
    )


def flags_of(grade: SubmissionGrade) -> list[str]:
    """Everything that is flagged in a grade, of its runs and of its items: for the instructor alone."""
    flags = {flag for notebook in grade.notebooks for flag in notebook.run.flags}
    flags |= {flag for part in grade.parts for item in part.items for flag in item.flags}
    return sorted(flags)
