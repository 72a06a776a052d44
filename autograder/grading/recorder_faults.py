"""Which of our own failures keeps which item open: a fault of the recorder is never a student's zero."""

from __future__ import annotations

from collections.abc import Collection

from autograder.checks.sentences import ours
from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import FaultPlace
from autograder.records import Verdict


def fault_concerning(evidence: Evidence, needs: Collection[FaultPlace]) -> Verdict | None:
    """Return the verdict of an item whose evidence our own recording lost; None when it lost none.

    Args:
        needs: what the item's check needs of the recorder.
    """
    fault = next((fault for fault in evidence.faults if fault.concerns(needs)), None)
    return None if fault is None else ours(fault.where, fault.cell or None)


# What tells that a notebook attempts a part at all: its models, and how they were trained.
ATTEMPT_NEEDS: tuple[FaultPlace, ...] = ("model", "fit", "batch", "tape")


def attempt_lost(evidence: Evidence) -> Verdict | None:
    """Return the verdict of every item of a part of which a notebook shows nothing; None when nothing was lost.

    Whoever cannot be seen to attempt a part because our own recording failed has not left it out.
    """
    return fault_concerning(evidence, ATTEMPT_NEEDS)
