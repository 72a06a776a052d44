"""`check` one's own notebook."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from autograder import submissions as intake
from autograder.course import load
from autograder.errors import UsageError
from autograder.records import PartGrade, SubmissionGrade
from autograder.settings import Settings

from .console import OUR_FAULT, err, out
from .options import CellTimeout, CourseFile, Memory, Parts, Timeout, Training, part_ids

TOO_FEW = 1  # the status of a check of a file that cannot be read, or that earns too few points


def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook of your own; it runs without a box.")],
    training: Training = "quick",
    timeout: Timeout = None,
    cell_timeout: CellTimeout = None,
    memory: Memory = 4096,
    parts: Parts = None,
    course: CourseFile = None,
    at_least: Annotated[
        float | None,
        typer.Option(min=0, metavar="POINTS", help="End with status 1 when the notebook earns fewer."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the grade as JSON, as results.json has it.")
    ] = False,
) -> None:
    """Show what the grader would say about your own notebook."""
    from autograder import pipeline
    from autograder.reports import results_json, terminal
    from autograder.reports.graded import needs_person

    from .publishing import graded_class, part_titles

    if not notebook.is_file():
        raise UsageError(f"There is no notebook {notebook}.", "Name one .ipynb file of your own.")
    settings = Settings(
        training=training,
        sandbox="none",
        timeout=timeout,
        cell_timeout=cell_timeout,
        memory_mb=memory,
        parts=part_ids(parts, load(course)),
    )
    (submission,) = intake.look([notebook], own=True).submissions
    with tempfile.TemporaryDirectory(prefix="autograder-") as workdir, err.status("Running the notebook …"):
        result = pipeline.grade_submission(submission, settings, Path(workdir))
    if as_json:
        typer.echo(results_json.write(graded_class("", [result]))["results.json"].decode(), nl=False)
    else:
        out.print(terminal.submission_view(attempted_only(result), part_titles()))
    if needs_person(result):
        raise typer.Exit(OUR_FAULT)
    if result.status == "rejected" or (at_least is not None and result.points < at_least):
        raise typer.Exit(TOO_FEW)


def attempted_only(grade: SubmissionGrade) -> SubmissionGrade:
    """The grade without the parts that nothing was done for, unless there is no other."""

    def attempted(part: PartGrade) -> bool:
        return any(item.status != "not_attempted" for item in part.items)

    parts = tuple(part for part in grade.parts if attempted(part))
    if not parts:
        return grade
    points, most = sum(part.points for part in parts), sum(part.max_points for part in parts)
    return replace(grade, parts=parts, points=points, max_points=most)
