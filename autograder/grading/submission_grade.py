"""The grade of a whole submission: from evidence that lies ready, or from the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from autograder.errors import EvidenceUnreadable
from autograder.evidence.evidence import Evidence
from autograder.evidence.reader import read
from autograder.evidence.replayed import Replay
from autograder.records import NotebookRun, PartGrade, RunRecord, SubmissionGrade
from autograder.rubrics import PARTS, Part
from autograder.settings import Settings
from autograder.submissions import Submission

from .grade import grade_parts
from .unsettled import UNSETTLED, open_all, open_what_is_unsettled

UNREADABLE = "evidence_unreadable"
UNJUDGED = "judging_did_not_fit"
# Notes of the recorder that a person should see: the record was touched, or libraries are not those it was tested with.
FLAGGED_NOTES = {"recorder_changed", "evidence_changed", "recorder_untested", "recorder_incomplete"}


def judged(
    submission_id: str,
    runs: tuple[NotebookRun, ...],
    evidences: list[Evidence],
    parts: list[Part],
    problem: str = "",
) -> SubmissionGrade:
    """Apply the rubrics to evidence that lies ready; pure, so a changed rubric regrades without running anything."""
    grades = grade_parts(evidences, parts)
    if any(UNSETTLED in run.run.flags for run in runs):
        grades = open_what_is_unsettled(grades, [run.run for run in runs if UNSETTLED in run.run.flags])
    return _total(submission_id, "graded", runs, grades, problem)


class DidNotFit(Exception):
    """Reading and judging went beyond the limit that the first argument names: `time` or `memory`."""


def unjudged(
    submission_id: str, runs: tuple[NotebookRun, ...], parts: list[Part], limit: str, problem: str = ""
) -> SubmissionGrade:
    """The grade of a submission whose evidence takes more to judge than is given: every item is open for a person.

    Args:
        limit: `time` or `memory`.
    """
    flagged = tuple(replace(run, run=_flagged(run.run, {UNJUDGED})) for run in runs)
    return _total(submission_id, "graded", flagged, open_all(parts, limit), problem)


def without_unjudged(runs: tuple[NotebookRun, ...]) -> tuple[NotebookRun, ...]:
    """The runs as they were before judging did not fit."""
    return tuple(
        replace(run, run=replace(run.run, flags=tuple(flag for flag in run.run.flags if flag != UNJUDGED)))
        for run in runs
    )


def _flagged(record: RunRecord, flags: set[str]) -> RunRecord:
    return replace(record, flags=tuple(sorted({*record.flags, *flags})))


def rejected(submission: Submission, parts: list[Part]) -> SubmissionGrade:
    """The grade of a submission that holds nothing that can be run: it says why."""
    problem = submission.problem or unreadable_ones(submission)
    return _total(submission.id, "rejected", (), grade_parts([], parts), problem)


def errored(submission_id: str, settings: Settings, problem: str) -> SubmissionGrade:
    """The grade of a submission that our own machinery failed on: points stay open until a person looked."""
    parts = grade_parts([], chosen_parts(settings))
    return _total(
        submission_id, "errored", (), tuple(replace(part, status="errored") for part in parts), problem
    )


def chosen_parts(settings: Settings) -> list[Part]:
    """The rubrics that the settings name, in the course's order."""
    return [part for part in PARTS if part.id in settings.parts]


def read_evidence(folder: Path, record: RunRecord) -> Evidence:
    """The evidence of a run; evidence that breaks the format counts as none, and the record says so."""
    try:
        evidence = read(folder, record)
    except EvidenceUnreadable as error:
        record = replace(record, status="protocol", detail=f"{error} {record.detail}".strip())
        return Evidence([], _flagged(record, {UNREADABLE}), folder, None)
    flagged = FLAGGED_NOTES & {note.id for note in evidence.notes}
    if evidence.told_again:
        flagged = flagged | {"evidence_changed"}
    evidence.run = _flagged(evidence.run, flagged)
    if evidence.models and evidence.replay is None:
        # a grading replays every model: without its answers the looser rules of a student's own check would apply
        evidence.replay = Replay(schema_version=1, fault="the replay of this run is missing")
    return evidence


def unreadable_ones(submission: Submission) -> str:
    """What was off with what was handed in: notebooks that could not be read, files that were left out."""
    unreadable = [f"{each.name}: {each.problem}" for each in submission.notebooks if each.problem]
    return " ".join([*unreadable, *submission.notes])


def _total(
    submission_id: str,
    status: Literal["graded", "rejected", "errored"],
    runs: tuple[NotebookRun, ...],
    parts: tuple[PartGrade, ...],
    problem: str,
) -> SubmissionGrade:
    points = sum(part.points for part in parts)
    return SubmissionGrade(
        submission_id, status, points, sum(part.max_points for part in parts), runs, tuple(parts), problem
    )
