"""`grade` a class."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from autograder import submissions as intake
from autograder.course import load
from autograder.errors import HarnessFault, UsageError
from autograder.records import SubmissionGrade
from autograder.settings import Settings
from autograder.submissions import Submission
from autograder.text import nearest, one_line

from .console import out
from .options import (
    CellTimeout,
    CourseFile,
    Memory,
    Only,
    Out,
    Parts,
    Paths,
    Prune,
    Sandbox,
    Timeout,
    Training,
    With,
    Workers,
    fitting_workers,
    part_ids,
)
from .remembered import agreed, kept_in, remembered
from .results import end_with_report, publish_and_show, publish_what_is_there

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
    others, left = _others(grades, found, out_dir, prune)
    grades += others
    publish_and_show(chosen.title, grades, settings, began, out_dir)
    out.print(how_it_ran(grades), markup=False)
    if left and not only:
        out.print(_about_left(left, prune), markup=False, soft_wrap=True)
    end_with_report(grades, out_dir)


def _others(
    graded: list[SubmissionGrade], found: intake.Intake, out_dir: Path, prune: bool
) -> tuple[list[SubmissionGrade], list[str]]:
    """The class's grades that the folder holds besides those just given, and the ids that are not among today's files.

    One replaced or late file changes one grade: the class in the reports is what the folder holds, without what is pruned.
    """
    today = {submission.id for submission in found.submissions}
    others = [grade for grade in kept_in(out_dir) if grade.id not in {each.id for each in graded}]
    left = [grade.id for grade in others if grade.id not in today]
    if prune and left:
        from autograder.batch.grading import withdraw

        withdraw(out_dir, left)
        others = [grade for grade in others if grade.id in today]
    return others, left


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
