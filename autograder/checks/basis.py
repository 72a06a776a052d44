"""What a verdict rests on: recomputed by replay; where replay itself broke, open; else the run's own word, and flagged."""

from __future__ import annotations

from dataclasses import replace

from autograder.records import Verdict

from .context import CheckContext
from .sentences import ours

NOT_RECOMPUTED = "not_recomputed"


def with_basis(context: CheckContext, verdict: Verdict, recomputed: bool) -> Verdict:
    """A verdict on something shown, with what it rests on.

    Args:
        recomputed: whether replay computed all that the verdict speaks of.
    """
    if recomputed:
        return replace(verdict, basis="recomputed")
    if context.replay_failed:
        return ours("replay", verdict.cell)
    return replace(verdict, basis="observed", flags=(*verdict.flags, NOT_RECOMPUTED))


def open_without_replay(context: CheckContext) -> Verdict | None:
    """The verdict of a check that can find nothing where replay itself broke; None where it did not."""
    return ours("replay") if context.replay_failed else None
