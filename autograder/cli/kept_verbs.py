"""What can be done with grades that are kept: `regrade` by changed rules, `show` one, pack one as a `case`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from autograder.course import load
from autograder.errors import HarnessFault, UsageError
from autograder.records import SubmissionGrade
from autograder.settings import Settings
from autograder.text import nearest

from .console import out
from .options import CourseFile, Parts, Workers, part_ids
from .remembered import agreed, remembered
from .results import end_with_report, publish_and_show

Kept = Annotated[Path, typer.Argument(help="The --out folder of an earlier grading.")]
SubmissionId = Annotated[
    str, typer.Argument(metavar="ID", help="The submission's id, as the reports show it.")
]


def regrade(
    out_dir: Kept,
    parts: Parts = None,
    course: CourseFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    no_lower: Annotated[
        bool, typer.Option("--no-lower", help="No part of a submission loses points.")
    ] = False,
    workers: Workers = None,
) -> None:
    """Apply today's rubrics to stored evidence: nothing is run or replayed."""
    from autograder.batch import grading

    from .progress import reporting

    began = time.monotonic()
    chosen = load(course)
    before = {grade.id: grade for grade in grading.kept_grades(out_dir)}
    wanted, chosen = agreed(
        out_dir,
        remembered(out_dir, list(before.values())),
        part_ids(parts, chosen),
        chosen,
        parts is not None,
        course is not None,
    )
    boxed = all(note.run.sandbox == "bwrap" for grade in before.values() for note in grade.notebooks)
    settings = Settings(
        sandbox="bwrap" if boxed else "none",
        parts=wanted,
        workers=workers or os.cpu_count() or 1,
    )
    with reporting(len(before), each_line=False) as progress:
        grades = grading.regrade_all(out_dir, settings, progress, preview=dry_run, keep_better=no_lower)
    _show_changes(before, grades, no_lower)
    if dry_run:
        out.print("Nothing was written.")
        return
    publish_and_show(chosen.title, grades, settings, began, out_dir)
    end_with_report(grades, out_dir)


def _show_changes(before: dict[str, SubmissionGrade], grades: list[SubmissionGrade], no_lower: bool) -> None:
    """Print who gains and who loses, and which better parts were kept."""
    from autograder.gradebook import history
    from autograder.reports import changes

    items = {grade.id: history.changed_items(before[grade.id], grade) for grade in grades}
    out.print(changes.changes_table(items))
    out.print(changes.summary(items))
    kept = {grade.id: history.kept_parts(grade) for grade in grades} if no_lower else {}
    for line in changes.kept_lines(kept):
        out.print(line, markup=False, soft_wrap=True)


def show(out_dir: Kept, submission_id: SubmissionId) -> None:
    """Show one kept grade, and every change that it has been through."""
    from autograder.gradebook import history
    from autograder.reports import changes, terminal

    from .checking import attempted_only
    from .publishing import part_titles

    grade, folder = _one(out_dir, submission_id)
    out.print(terminal.submission_view(attempted_only(grade), part_titles()))
    out.print()
    out.print(changes.history_view(history.read(folder)))


def case(
    out_dir: Kept,
    submission_id: SubmissionId,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; default: case.zip here.")] = None,
) -> None:
    """Pack one submission without names, to send to a maintainer."""
    from autograder.gradebook.case_pack import pack

    grade, folder = _one(out_dir, submission_id)
    file = to or Path("case.zip")
    try:
        names = pack(grade, folder, file)
    except FileExistsError as error:
        raise UsageError(f"{file} exists already.", "Choose another file with --to.") from error
    except OSError as error:
        raise HarnessFault(f"{file} cannot be written: {error.strerror}.") from error
    out.print(f"Packed {len(names)} files into {file}.", soft_wrap=True, markup=False)
    out.print("Names that we could know of were taken out; look inside before you send it.")


def _one(out_dir: Path, submission_id: str) -> tuple[SubmissionGrade, Path]:
    """The kept grade of a submission and its folder. Raises `UsageError` naming the nearest id."""
    from autograder.batch import grading
    from autograder.gradebook.store import Store

    grades = {grade.id: grade for grade in grading.kept_grades(out_dir)}
    if submission_id not in grades:
        raise UsageError(
            f"{out_dir} holds no submission `{submission_id}`.", nearest(submission_id, list(grades))
        )
    return grades[submission_id], Store(out_dir).folder(submission_id)
