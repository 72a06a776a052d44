"""A whole class: threads that each hand one submission to a disposable process, with records that survive any end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .records import SubmissionGrade
from .settings import Settings
from .submissions import Submission


@dataclass(frozen=True)
class Progress:
    """One submission has just been graded (or found graded already): `done` of `total`."""

    done: int
    total: int
    grade: SubmissionGrade
    resumed: bool
    seconds: float


def grade_all(
    submissions: list[Submission],
    settings: Settings,
    out: Path,
    progress: Callable[[Progress], None] | None = None,
) -> list[SubmissionGrade]:
    """Grade all submissions into `out`, resuming what is there; grades come back sorted by id.

    Raises `OutputRefused` (not ours, or in use by another grader), `HarnessFault` (disk full, read only) and
    `KeyboardInterrupt` on Ctrl-C, after which the same call grades only the rest.
    """
    raise NotImplementedError
