"""The frozen types that travel between the rooms, from a notebook's run to a class's reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["passed", "partial", "failed", "not_attempted", "blocked", "errored"]
Basis = Literal["recomputed", "observed"]
RunStatus = Literal[
    "ok", "cell_error", "timeout", "memory", "processes", "disk", "output_cap", "crash", "protocol"
]
PartStatus = Literal["graded", "not_submitted", "errored"]
SubmissionStatus = Literal["graded", "rejected", "errored"]
CellOutcome = Literal["ran", "raised", "timed_out", "killed", "not_reached"]


@dataclass(frozen=True)
class CellState:
    """How one code cell ended, observed from outside the kernel.

    Attributes:
        cell: 1-based number among the notebook's code cells.
        outcome: what happened to it.
        error: exception class and first line of its text, cleaned of control characters; empty when it ran.
    """

    cell: int
    outcome: CellOutcome
    error: str = ""


@dataclass(frozen=True)
class RunRecord:
    """One headless execution of one notebook, as the harness saw it from outside.

    Attributes:
        status: `ok`, or the first thing that ended or broke the run.
        cell: the code cell that the status speaks of (1-based), or None.
        cells: one state per code cell, in document order.
        training: the budget that this run was given, `quick` or `full`.
        sandbox: `bwrap` or `none`.
        warm: whether the kernel came from a zygote with TensorFlow already imported.
        seconds: wall time from the first cell's start to the last one's end.
        detail: one sentence for a person, safe to show.
        flags: facts worth a person's eye (`network_wanted`, `leftovers_killed`, `upgraded_format_3`, ...).
    """

    status: RunStatus
    cell: int | None
    cells: tuple[CellState, ...]
    training: Literal["quick", "full"]
    sandbox: Literal["bwrap", "none"]
    warm: bool
    seconds: float
    detail: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What one check says, before the rubric's points for the item are known to anyone else.

    Attributes:
        share: part of the item's points earned, 0.0 to 1.0.
        message_id: stable id of the sentence, for translation.
        message: one sentence in plain words, filled with `values`.
        expected, found: what was asked for and what was there, in plain words.
        hint: one next step; empty when nothing is wrong.
        cell: 1-based code cell that the sentence speaks of, or None.
        basis: whether the verdict was recomputed by replay or only observed.
        values: the numbers and names inside the sentence, as plain JSON values.
        flags: facts worth a person's eye; they never change points.
    """

    share: float
    message_id: str
    message: str
    expected: str = ""
    found: str = ""
    hint: str = ""
    cell: int | None = None
    basis: Basis = "observed"
    values: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True)
class ItemResult:
    """One graded line of one part: what a student reads."""

    item: str
    status: Outcome
    points: float
    max_points: float
    message_id: str
    message: str
    expected: str = ""
    found: str = ""
    cell: int | None = None
    hint: str = ""
    basis: Basis = "observed"
    blocked_by: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartGrade:
    """One part's items and their sum."""

    part: str
    status: PartStatus
    points: float
    max_points: float
    items: tuple[ItemResult, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotebookRun:
    """One notebook of a submission: its bytes' digest and how its run ended."""

    name: str
    sha256: str
    run: RunRecord


@dataclass(frozen=True)
class SubmissionGrade:
    """Everything that is published about one submission."""

    id: str
    status: SubmissionStatus
    points: float
    max_points: float
    notebooks: tuple[NotebookRun, ...]
    parts: tuple[PartGrade, ...]
    problem: str = ""


@dataclass(frozen=True)
class ItemChange:
    """One item whose points changed. `why` is the sentence that the newer grade says of it."""

    part: str
    item: str
    old: float
    new: float
    why: str = ""


@dataclass(frozen=True)
class GradeChange:
    """One change of a grade.

    Attributes:
        when: UTC time, ISO 8601 to the second.
        old, new: points of the whole submission.
        reasons: what it was made from that changed: `content`, `run`, `judge`.
        items: the items whose points changed.
    """

    when: str
    old: float
    new: float
    reasons: tuple[str, ...]
    items: tuple[ItemChange, ...]
