"""How `grade` and `regrade` end: reports written, the class as a table, where to look."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import typer

from autograder.errors import AutograderError
from autograder.records import SubmissionGrade
from autograder.settings import Settings

from .console import OUR_FAULT, out


def publish_and_show(
    title: str, grades: list[SubmissionGrade], settings: Settings, began: float, out_dir: Path
) -> None:
    """Write the reports of a class and print its table; `began` is when the command did, by the monotonic clock."""
    from autograder.reports import terminal

    from .publishing import graded_class, publish

    graded = graded_class(title, grades)
    publish(graded, settings, time.monotonic() - began, out_dir)
    shown = terminal.worth_a_look(graded)
    if shown.grades:
        out.print(terminal.class_table(shown))
    out.print(terminal.class_summary(graded), markup=False, soft_wrap=True)


def publish_what_is_there(title: str, settings: Settings, began: float, out_dir: Path) -> None:
    """After a grading that did not come to its end: reports of all that is kept, where they can be written."""
    from .publishing import graded_class, publish
    from .remembered import kept_in

    grades = kept_in(out_dir)
    if not grades:
        return
    with suppress(AutograderError, KeyboardInterrupt):
        publish(graded_class(title, grades), settings, time.monotonic() - began, out_dir)
        out.print(
            f"The reports hold the {len(grades)} submission{'s' * (len(grades) != 1)} graded so far: {out_dir / 'index.html'}",
            soft_wrap=True,
            markup=False,
        )


def end_with_report(grades: list[SubmissionGrade], out_dir: Path) -> None:
    """Say where the report lies; where a person must look, say so and end with status 3."""
    from autograder.reports.graded import needs_person

    out.print(f"Report: {out_dir / 'index.html'}", soft_wrap=True, markup=False)
    if any(needs_person(grade) for grade in grades):
        out.print("The grader itself failed somewhere: a person must look at what is marked so.")
        raise typer.Exit(OUR_FAULT)
