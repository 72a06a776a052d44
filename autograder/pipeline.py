"""One submission from its bytes to its grade: each notebook run and replayed, all of them judged; only the order is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import HarnessFault, MachineFault
from autograder.files import free_bytes
from autograder.grading.submission_grade import (
    UNREADABLE,
    DidNotFit,
    chosen_parts,
    judged,
    read_evidence,
    rejected,
    unjudged,
    unreadable_ones,
    without_unjudged,
)
from autograder.records import NotebookRun, SubmissionGrade
from autograder.replay.start import replay_apart
from autograder.rubrics import known_images
from autograder.run.settled import Surroundings, run_settled
from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import Submission

LEAST_FREE_BYTES = 1 << 20  # a disk with less left is full, whatever else is written to it at that moment
# Does what it is given in a way of its own, and returns the grade. Raises `DidNotFit` when that takes too much.
Judging = Callable[[Callable[[], SubmissionGrade]], SubmissionGrade]


def _here(judge: Callable[[], SubmissionGrade]) -> SubmissionGrade:
    return judge()


def grade_submission(
    submission: Submission,
    settings: Settings,
    workdir: Path,
    slots: Slots | None = None,
    judging: Judging = _here,
) -> SubmissionGrade:
    """Grade one submission in `workdir` (new or empty), which keeps `notebooks/N/evidence` and `executed.ipynb`.

    No more notebooks run at a time than there are `slots`; evidence is read and judged by `judging`. Whatever a student did is a result. Raises `HarnessFault`,
    `BoxUnavailable` and `DataUnavailable`: ours.
    """
    parts = chosen_parts(settings)
    readable = [notebook for notebook in submission.notebooks if not notebook.problem]
    if submission.problem or not readable:
        return rejected(submission, parts)
    workdir.mkdir(parents=True, exist_ok=True)
    around = _surroundings(submission, slots)
    known, images = workdir / "known.npz", dict[str, Any](known_images(parts))
    np.savez(known, **images)  # the images that replay runs models on
    _see_room(workdir)
    runs, folders = [], []
    for number, notebook in enumerate(readable, start=1):
        folder = workdir / "notebooks" / str(number)
        folder.mkdir(parents=True)
        record = run_settled(notebook, settings, around, folder)
        replay_apart(folder / "evidence", known, settings.sandbox)
        _see_room(workdir)  # before anything is judged: what did not fit would be missing
        folders.append(folder / "evidence")
        runs.append(NotebookRun(notebook.name, notebook.sha256, record))
    known.unlink()
    problem = unreadable_ones(submission)

    def judge() -> SubmissionGrade:
        evidences = [read_evidence(each, run.run) for each, run in zip(folders, runs, strict=True)]
        seen = [replace(run, run=each.run) for run, each in zip(runs, evidences, strict=True)]
        return judged(submission.id, tuple(seen), evidences, parts, problem)

    try:
        return judging(judge)
    except DidNotFit as limit:
        return unjudged(submission.id, tuple(runs), parts, str(limit), problem)


def judge_again(
    grade: SubmissionGrade, settings: Settings, folder: Path, judging: Judging = _here
) -> SubmissionGrade:
    """The grade that today's rubrics give to the evidence kept in `folder`; nothing is run or replayed.

    Raises `HarnessFault` when evidence of a run is missing there.
    """
    parts = chosen_parts(settings)
    if grade.status == "rejected":
        return rejected(Submission(grade.id, problem=grade.problem), parts)
    folders = [
        folder / "notebooks" / str(number) / "evidence" for number in range(1, len(grade.notebooks) + 1)
    ]
    missing = next((each for each in folders if not each.is_dir()), None)
    if missing is not None:
        raise HarnessFault(f"The evidence in {missing} is missing.", "Grade the notebooks again.")
    runs = without_unjudged(grade.notebooks)

    def judge() -> SubmissionGrade:
        evidences = [read_evidence(each, kept.run) for each, kept in zip(folders, runs, strict=True)]
        for each, evidence, kept in zip(folders, evidences, runs, strict=True):
            if UNREADABLE in evidence.run.flags and UNREADABLE not in kept.run.flags:  # it was readable once
                raise HarnessFault(
                    f"The evidence in {each} was damaged: {evidence.run.detail}",
                    "Grade the notebooks again.",
                )
        return judged(grade.id, runs, evidences, parts, grade.problem)

    try:
        return judging(judge)
    except DidNotFit as limit:
        return unjudged(grade.id, runs, parts, str(limit), grade.problem)


def _see_room(folder: Path) -> None:
    """Raise `MachineFault` when the disk below `folder` is full: a kernel without a box, or replay, may have met that alone."""
    if free_bytes(folder) < LEAST_FREE_BYTES:
        raise MachineFault(
            f"The disk of {folder} is full.", "Free some space, then give the same command again."
        )


def _surroundings(submission: Submission, slots: Slots | None) -> Surroundings:
    from helpers import data

    try:
        files = tuple((file.name, file.read()) for file in submission.files)
    except OSError as error:
        raise HarnessFault(
            f"A file of {submission.id} changed while it was being graded: {error}."
        ) from error
    return Surroundings(files, Path(data.data_dir()), slots, submission.notes)
