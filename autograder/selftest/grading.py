"""The cases handed in and graded as a class is; grades are kept between runs by content and grader."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

from rich.console import Console

from autograder.batch.grading import Progress, grade_all
from autograder.errors import BoxUnavailable
from autograder.records import SubmissionGrade
from autograder.run.probe import report as box_report
from autograder.sandbox.mounts import bwrap_program
from autograder.settings import CORE_PARTS, Settings
from autograder.submissions import Submission, find

from .cases import CorpusCase

MEMORY_MB = 6144


def grade_cases(
    cases: list[CorpusCase], kept: Path, workers: int | None = None, console: Console | None = None
) -> dict[str, SubmissionGrade]:
    """Grades by case id, through `grade_all`, resuming what an earlier selftest left in `kept`."""
    grades: dict[str, SubmissionGrade] = {}
    box = sandbox(console)
    for asked in dict.fromkeys(case.asked for case in cases):
        # honest notebooks first: the longest are among them, and no worker waits for one of these at the end
        alike = sorted(
            (case for case in cases if case.asked == asked), key=lambda case: case.kind != "honest"
        )
        out = kept / ("core" if asked == CORE_PARTS else "-".join(asked))
        grades |= _graded(alike, asked, box, out, workers, console)
    return grades


def _graded(
    cases: list[CorpusCase],
    asked: tuple[str, ...],
    box: Literal["bwrap", "none"],
    out: Path,
    workers: int | None,
    console: Console | None,
) -> dict[str, SubmissionGrade]:
    """Grades of cases in which the same parts are looked for."""
    settings = Settings(
        parts=asked,
        training="quick",
        sandbox=box,
        memory_mb=MEMORY_MB,
        workers=workers or os.cpu_count() or 1,
        keep_notebooks=False,
    )

    def show(progress: Progress) -> None:
        if console is not None and not progress.resumed:
            console.print(
                f"{progress.done}/{progress.total} {progress.grade.id} {progress.seconds:.0f} s",
                highlight=False,
            )

    with tempfile.TemporaryDirectory() as staged:
        submissions = _handed_in(cases, Path(staged))
        grades = grade_all(submissions, settings, out, show)
    return {grade.id: grade for grade in grades}


def sandbox(console: Console | None = None) -> Literal["bwrap", "none"]:
    """Boxed as a class is, where this machine has a box; the corpora are our own, so they may run without.

    Says so in one line where there is none. Raises `BoxUnavailable` where continuous integration has bubblewrap
    and it does not hold: what is measured there must be what grades a class.
    """
    probed = box_report(warm=False)
    if probed.holds:
        return "bwrap"
    if os.environ.get("CI") == "true" and bwrap_program() is not None:
        raise BoxUnavailable(probed.message, probed.remedy)
    if console is not None:
        console.print(f"Without a box: {probed.message} The corpora are the project's own.", soft_wrap=True)
    return "none"


def _handed_in(cases: list[CorpusCase], folder: Path) -> list[Submission]:
    """The cases as a class hands in: a folder for each, read by the same intake."""
    for case in cases:
        (folder / case.id).mkdir()
        for name, content in case.notebooks.items():
            (folder / case.id / name).write_bytes(content)
    by_id = {submission.id: replace(submission, flags=()) for submission in find([folder])}
    return [by_id[case.id] for case in cases]
