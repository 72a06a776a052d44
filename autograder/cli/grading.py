"""`grade` a class and `check` one's own notebook."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from autograder import submissions as intake
from autograder.course import Course, load
from autograder.errors import HarnessFault, UsageError
from autograder.records import PartGrade, SubmissionGrade
from autograder.settings import Settings
from autograder.submissions import Submission
from autograder.text import nearest, one_line

from .console import OUR_FAULT, err, out
from .remembered import agreed, kept_in, remembered
from .results import end_with_report, publish_and_show, publish_what_is_there

Paths = Annotated[
    list[Path], typer.Argument(help="Notebooks, folders of notebooks, folders of folders, zips.")
]
Out = Annotated[Path, typer.Option("--out", help="Folder for the reports: new, empty, or of an earlier run.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Notebooks run at a time; default: what fits the machine.")
]
Training = Annotated[Literal["quick", "full"], typer.Option(help="Shorten training, or run all of it.")]
Sandbox = Annotated[Literal["strict", "none"], typer.Option(help="Box every notebook, or trust them all.")]
Timeout = Annotated[
    float | None,
    typer.Option(min=1, help="Seconds for a notebook; default: 900, with --training full 14,400."),
]
CellTimeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds for a cell; default: 300, with --training full 7,200.")
]
Memory = Annotated[int, typer.Option(min=512, help="Memory of one notebook, in MiB.")]
Parts = Annotated[
    str | None,
    typer.Option(help="Parts to look for, separated by commas, such as dense,conv; default: the course's."),
]
CourseFile = Annotated[
    Path | None, typer.Option("--course", help="The course's file; default: course.toml here.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(help="Grade this submission alone; the others in --out stay. May be given again."),
]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", help="File or folder that every notebook finds beside it, such as data. May be given again."
    ),
]

Prune = Annotated[
    bool,
    typer.Option("--prune", help="Take out of the class in --out what is not among these files any more."),
]
TOO_FEW = 1  # the status of a check of a file that cannot be read, or that earns too few points
_NAMED = 8  # names in one line of what is printed


def grade(
    paths: Paths,
    out_dir: Out,
    workers: Workers = None,
    training: Training = "quick",
    sandbox: Sandbox = "strict",
    timeout: Timeout = None,
    cell_timeout: CellTimeout = None,
    memory: Memory = 4096,
    parts: Parts = None,
    course: CourseFile = None,
    only: Only = None,
    given: With = None,
    prune: Prune = False,
) -> None:
    """Grade notebooks and write the reports.

    Run again with the same folder, it grades only what is missing there, on the parts that the folder was graded on.
    """
    began = time.monotonic()
    if only and prune:
        raise UsageError("--only and --prune exclude each other.", "Prune with all of the class's files.")
    chosen, found = load(course), intake.look(paths, given or ())
    wanted, chosen = agreed(
        out_dir,
        remembered(out_dir) if out_dir.exists() else None,
        part_ids(parts, chosen),
        chosen,
        parts is not None,
        course is not None,
    )
    submissions = _only(list(found.submissions), only)
    for line in not_used(found):
        out.print(line, markup=False, soft_wrap=True)
    if sandbox == "strict" and not out_dir.exists():
        _begin_warming()
    settings = Settings(
        training=training,
        sandbox="bwrap" if sandbox == "strict" else "none",
        timeout=timeout,
        cell_timeout=cell_timeout,
        memory_mb=memory,
        parts=wanted,
        workers=workers or fitting_workers(memory),
    )
    from autograder.reports.terminal import how_it_ran  # not before the warming has begun

    try:
        grades = _graded(submissions, settings, out_dir)
    except (KeyboardInterrupt, HarnessFault):
        publish_what_is_there(chosen.title, settings, began, out_dir)
        raise
    # one replaced or late file changes one grade; the class in the reports is what the folder holds
    today = {submission.id for submission in found.submissions}
    others = [grade for grade in kept_in(out_dir) if grade.id not in {each.id for each in grades}]
    left = [grade.id for grade in others if grade.id not in today]
    if prune and left:
        from autograder.batch.grading import withdraw

        withdraw(out_dir, left)
        others = [grade for grade in others if grade.id in today]
    grades += others
    publish_and_show(chosen.title, grades, settings, began, out_dir)
    out.print(how_it_ran(grades), markup=False)
    if left and not only:
        out.print(_about_left(left, prune), markup=False, soft_wrap=True)
    end_with_report(grades, out_dir)


def _about_left(ids: list[str], pruned: bool) -> str:
    """The line about submissions of the folder that are not among today's files."""
    count = f"{len(ids)} submission{'s' * (len(ids) != 1)}"
    if pruned:
        return f"Taken out of the class: {count} ({_some(ids)}); what is kept of them lies in `withdrawn`."
    return f"{count} of the folder not among these files, and still in the reports: {_some(ids)}. --prune takes them out."


def _graded(submissions: list[Submission], settings: Settings, out_dir: Path) -> list[SubmissionGrade]:
    """Grade into `out_dir`, showing how far it is."""
    from autograder import rubrics
    from autograder.batch.grading import grade_all
    from autograder.run.probe import probe

    from .progress import reporting

    # Looked up first: where data are missing, no class is begun.
    rubrics.known_images(part for part in rubrics.PARTS if part.id in settings.parts)
    with reporting(len(submissions)) as progress:
        return grade_all(
            submissions, settings, out_dir, progress, probe if settings.sandbox == "bwrap" else None
        )


def _begin_warming() -> None:
    """A new grading needs TensorFlow: its import begins before most of the grader's, and goes on beside everything else.

    Not where the data are still to be fetched: only what is there when it begins can be shown in its boxes.
    """
    from autograder.kernels.zygote import client
    from autograder.replay.start import REPLAY_MODULE
    from autograder.sandbox import mounts
    from helpers import data

    if mounts.bwrap_program() is not None and data.data_dir().is_dir():
        with suppress(OSError):  # it is tried again, and said, when the first notebook is to run
            client.begin((data.data_dir(),), (REPLAY_MODULE,))


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


def not_used(found: intake.Intake) -> list[str]:
    """What lies among the submissions and is not used, a line each: nothing vanishes without a word."""
    named: dict[str, list[str]] = {}
    for submission in found.submissions:
        for name in submission.overlooked:
            named.setdefault(name, []).append(submission.id)
    lines = [
        f"{name} lies beside the notebooks, and {_some(ids)} name{'s' * (len(ids) == 1)} it; a notebook gets only files "
        f"whose names begin with its own. To give it to all of them, add --with and its path."
        for name, ids in sorted(named.items())
    ]
    left = [name for name in found.unused if name not in named]
    return lines + ([f"No submissions, and not used: {_some(left)}."] if left else [])


def _some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(one_line(name, 60) for name in names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def attempted_only(grade: SubmissionGrade) -> SubmissionGrade:
    """The grade without the parts that nothing was done for, unless there is no other."""

    def attempted(part: PartGrade) -> bool:
        return any(item.status != "not_attempted" for item in part.items)

    parts = tuple(part for part in grade.parts if attempted(part))
    if not parts:
        return grade
    points, most = sum(part.points for part in parts), sum(part.max_points for part in parts)
    return replace(grade, parts=parts, points=points, max_points=most)


def fitting_workers(memory_mb: int) -> int:
    """How many notebooks to run at a time: one a processor, as long as memory for half their limit is there.

    A TensorFlow notebook of this course needs about 1.5 GB; the limit is what a wrong one is stopped at. Meanwhile one
    more submission is replayed and judged, which counts for half a notebook.
    """
    import psutil

    by_memory = int(psutil.virtual_memory().available / 2**20 / (memory_mb / 2) - 0.5)
    return max(1, min(os.cpu_count() or 1, by_memory))


def part_ids(option: str | None, course: Course) -> tuple[str, ...]:
    """The parts to look for, in the course's order; from the option, else from the course."""
    from autograder.rubrics import PARTS

    ids = [part.id for part in PARTS]
    wanted = course.parts if option is None else [name.strip() for name in option.split(",") if name.strip()]
    if not wanted:
        raise UsageError("No part was named.", f"There are: {', '.join(ids)}.")
    for name in wanted:
        if name not in ids:
            raise UsageError(f"There is no part `{name}`.", nearest(name, ids))
    return tuple(name for name in ids if name in wanted)


def _only(submissions: list[Submission], only: list[str] | None) -> list[Submission]:
    """The submissions asked for; all of them when none was named."""
    if not submissions:
        raise UsageError(
            "There is no notebook to grade there.", "Name .ipynb files, or folders that hold some."
        )
    ids = [submission.id for submission in submissions]
    for name in only or ():
        if name not in ids:
            raise UsageError(f"There is no submission `{name}`.", nearest(name, ids))
    return [submission for submission in submissions if not only or submission.id in only]
