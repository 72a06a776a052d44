"""What a folder of grades was graded with: its parts and its course hold for every later command there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError, UsageError
from autograder.records import SubmissionGrade

from .console import out


@dataclass(frozen=True)
class Remembered:
    """Parts that the grades of a folder are made of, and the title of their course (empty where it is not known)."""

    parts: tuple[str, ...]
    title: str


def remembered(out_dir: Path, grades: list[SubmissionGrade] | None = None) -> Remembered | None:
    """What the folder was graded with; None where nothing is kept there yet."""
    kept = kept_in(out_dir) if grades is None else grades
    parts = next((tuple(part.part for part in grade.parts) for grade in kept if grade.parts), None)
    if parts is None:
        return None
    try:
        title = str(json.loads((out_dir / "run.json").read_text(encoding="utf-8")).get("title", ""))
    except (OSError, ValueError, AttributeError):
        title = ""
    return Remembered(parts, title)


def kept_in(out_dir: Path) -> list[SubmissionGrade]:
    """All grades kept in a folder; none where it is no folder of grades."""
    from autograder.batch.grading import kept_grades

    try:
        return kept_grades(out_dir)
    except AutograderError:
        return []


def agreed(
    out_dir: Path, before: Remembered | None, parts: tuple[str, ...], course: Course, asked: bool, named: bool
) -> tuple[tuple[str, ...], Course]:
    """The parts and the course that hold: those of the folder, where it has some.

    `asked`: the parts were given on the command line, `named`: the course's file was. Raises `UsageError` when what was
    given so contradicts the folder: half a class would be graded by other rules.
    """
    if before is None:
        return parts, course
    if set(parts) != set(before.parts):
        kept, wanted = ", ".join(before.parts), ", ".join(parts)
        if asked or named:
            raise UsageError(
                f"{out_dir} was graded on the parts {kept}; this command asks for {wanted}.",
                f"Leave out {'--parts' if asked else '--course'}, or choose another folder for --out.",
            )
        out.print(f"{out_dir} was graded on the parts {kept}, and stays so.", markup=False, soft_wrap=True)
    if before.title and not named:
        course = course.model_copy(update={"title": before.title})
    return before.parts, course
