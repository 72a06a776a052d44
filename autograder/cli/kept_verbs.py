"""What can be done with grades that are kept: `regrade` by changed rules, `show` one, pack one as a `case`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from autograder.errors import HarnessFault, UsageError
from autograder.records import SubmissionGrade
from autograder.text import nearest

from .console import OUR_FAULT, out
from .grading import CourseFile, Parts, Workers, part_ids

Kept = Annotated[Path, typer.Argument(help="The --out folder of an earlier grading.")]
Id = Annotated[str, typer.Argument(help="The submission's id, as the reports show it.")]


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
    import os

    from autograder.batch import grading
    from autograder.course import load
    from autograder.gradebook import history
    from autograder.reports import changes, terminal
    from autograder.reports.graded import needs_person
    from autograder.settings import Settings

    from .progress import reporting
    from .publishing import graded_class, publish

    began = time.monotonic()
    chosen = load(course)
    before = {grade.id: grade for grade in grading.kept_grades(out_dir)}
    boxed = all(note.run.sandbox == "bwrap" for grade in before.values() for note in grade.notebooks)
    settings = Settings(
        sandbox="bwrap" if boxed else "none",
        parts=part_ids(parts, chosen),
        workers=workers or os.cpu_count() or 1,
    )
    with reporting(len(before), each_line=False) as progress:
        grades = grading.regrade_all(out_dir, settings, progress, preview=dry_run, keep_better=no_lower)
    found = {grade.id: history.changed_items(before[grade.id], grade) for grade in grades}
    out.print(changes.changes_table(found))
    out.print(changes.summary(found))
    kept = {grade.id: history.kept_parts(grade) for grade in grades} if no_lower else {}
    for line in changes.kept_lines(kept):
        out.print(line, markup=False, soft_wrap=True)
    if dry_run:
        out.print("Nothing was written.")
        return
    graded = graded_class(chosen.title, grades)
    publish(graded, settings, time.monotonic() - began, out_dir)
    out.print(terminal.class_table(graded))
    out.print(f"Report: {out_dir / 'index.html'}", soft_wrap=True, markup=False)
    if any(needs_person(each) for each in grades):
        raise typer.Exit(OUR_FAULT)


def show(out_dir: Kept, id: Id) -> None:
    """Show one kept grade, and every change that it has been through."""
    from autograder.gradebook import history
    from autograder.reports import changes, terminal

    from .grading import attempted_only
    from .publishing import part_titles

    grade, folder = _one(out_dir, id)
    out.print(terminal.submission_view(attempted_only(grade), part_titles()))
    out.print()
    out.print(changes.history_view(history.read(folder)))


def case(
    out_dir: Kept,
    id: Id,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; default: case.zip here.")] = None,
) -> None:
    """Pack one submission without names, to send to a maintainer."""
    from autograder.gradebook.case_pack import pack

    grade, folder = _one(out_dir, id)
    file = to or Path("case.zip")
    try:
        names = pack(grade, folder, file)
    except FileExistsError as error:
        raise UsageError(f"{file} exists already.", "Choose another file with --to.") from error
    except OSError as error:
        raise HarnessFault(f"{file} cannot be written: {error.strerror}.") from error
    out.print(f"Packed {len(names)} files into {file}.", soft_wrap=True, markup=False)
    out.print("Names that we could know of were taken out; look inside before you send it.")


def _one(out_dir: Path, id: str) -> tuple[SubmissionGrade, Path]:
    """The kept grade of a submission and its folder. Raises `UsageError` naming the nearest id."""
    from autograder.batch import grading
    from autograder.gradebook.store import Store

    grades = {grade.id: grade for grade in grading.kept_grades(out_dir)}
    if id not in grades:
        raise UsageError(f"{out_dir} holds no submission `{id}`.", nearest(id, list(grades)))
    return grades[id], Store(out_dir).folder(id)
