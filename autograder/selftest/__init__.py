"""The course tests itself: solutions, templates, mutants and honest notebooks through the pipeline that grades a class.

What each case must get is known before it is graded; every deviation is named. Grades are kept between runs by
content and grader, as those of a class are.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from autograder.batch.grading import Progress, grade_all
from autograder.errors import BoxUnavailable, UsageError
from autograder.records import SubmissionGrade
from autograder.run.probe import report as box_report
from autograder.sandbox.mounts import bwrap_program
from autograder.settings import CORE_PARTS, Settings
from autograder.submissions import Submission, find

from .accuracy_page import write_report
from .cases import KINDS, ROOT, Case, all_cases, dimensions
from .deviations import Deviation, deviations
from .messages_page import write_messages

KEPT = ROOT / ".cache" / "selftest"
MEMORY_MB = 6144


def main(
    report: Path | None = None,
    only: Iterable[str] = (),
    kept: Path = KEPT,
    workers: int | None = None,
    messages: Path | None = None,
) -> int:
    """Grade all cases (or those whose kind or id holds one of `only`) and print what deviates; 0 when nothing does.

    Both pages, `report` on the deviations and `messages` with an example of every sentence, are made of one grading.
    Raises `UsageError` when nothing is chosen or this is no clone of the project, `BoxUnavailable` as `sandbox` does.
    """
    console = Console()
    chosen = _chosen(all_cases(), tuple(only))
    grades = grade_cases(chosen, kept, workers, console)
    found = [deviation for case in chosen for deviation in deviations(case, grades.get(case.id))]
    console.print(_summary(chosen, found))
    for each in found:
        console.print(f"{each.case.kind} {each.case.id}", style="bold", highlight=False)
        console.print(
            f"  {each.part} / {each.item}: {each.expected:g} points expected, {each.got:g} got "
            f"({each.status}): {each.message}",
            markup=False,
            highlight=False,
        )
    if report is not None:
        write_report(report, chosen, found, dimensions())
    if messages is not None:
        write_messages(messages, chosen, grades)
    return 1 if found else 0


def _chosen(cases: list[Case], only: tuple[str, ...]) -> list[Case]:
    if not only:
        return cases
    chosen = [case for case in cases if any(word == case.kind or word in case.id for word in only)]
    if not chosen:
        raise UsageError(f"No case is called {', '.join(only)}.", f"Kinds are {', '.join(KINDS)}.")
    return chosen


def grade_cases(
    cases: list[Case], kept: Path, workers: int | None = None, console: Console | None = None
) -> dict[str, SubmissionGrade]:
    """Grades by case id, through `grade_all`, resuming what an earlier selftest left in `kept`."""
    grades: dict[str, SubmissionGrade] = {}
    box = sandbox(console)
    for asked in dict.fromkeys(case.asked for case in cases):
        mine = [case for case in cases if case.asked == asked]
        place = kept / ("core" if asked == CORE_PARTS else "-".join(asked))
        grades |= _graded(mine, asked, box, place, workers, console)
    return grades


def _graded(
    cases: list[Case],
    asked: tuple[str, ...],
    box: Literal["bwrap", "none"],
    kept: Path,
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

    def told(progress: Progress) -> None:
        if console is not None and not progress.resumed:
            console.print(
                f"{progress.done}/{progress.total} {progress.grade.id} {progress.seconds:.0f} s",
                highlight=False,
            )

    with tempfile.TemporaryDirectory() as staged:
        submissions = _handed_in(cases, Path(staged))
        grades = grade_all(submissions, settings, kept, told)
    return {grade.id: grade for grade in grades}


def sandbox(console: Console | None = None) -> Literal["bwrap", "none"]:
    """Boxed as a class is, where this machine has a box; the corpora are our own, so they may run without.

    Says so in one line where there is none. Raises `BoxUnavailable` where continuous integration has bubblewrap
    and it does not hold: what is measured there must be what grades a class.
    """
    found = box_report(warm=False)
    if found.holds:
        return "bwrap"
    if os.environ.get("CI") == "true" and bwrap_program() is not None:
        raise BoxUnavailable(found.message, found.remedy)
    if console is not None:
        console.print(f"Without a box: {found.message} The corpora are the project's own.", soft_wrap=True)
    return "none"


def _handed_in(cases: list[Case], folder: Path) -> list[Submission]:
    """The cases as a class hands in: a folder for each, read by the same intake."""
    for case in cases:
        (folder / case.id).mkdir()
        for name, content in case.notebooks.items():
            (folder / case.id / name).write_bytes(content)
    found = {submission.id: replace(submission, flags=()) for submission in find([folder])}
    return [found[case.id] for case in cases]


def _summary(cases: list[Case], found: list[Deviation]) -> Table:
    table = Table("kind", "cases", "as expected", "deviating", title="selftest")
    wrong = {deviation.case.id for deviation in found}
    for kind in KINDS:
        mine = [case.id for case in cases if case.kind == kind]
        if mine:
            bad = len(wrong.intersection(mine))
            table.add_row(kind, str(len(mine)), str(len(mine) - bad), str(bad))
    return table
