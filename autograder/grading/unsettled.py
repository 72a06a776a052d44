"""Grades that cannot be decided, so that items stay open for a person: neither run could tell, or judging took too much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograder.checks.sentences import say
from autograder.records import ItemResult, PartGrade, RunRecord
from autograder.rubrics.types import Part

from .item_result import result_of

UNSETTLED = "full_run_did_not_fit"  # flag of a run record


def open_what_is_unsettled(parts: tuple[PartGrade, ...], runs: list[RunRecord]) -> tuple[PartGrade, ...]:
    """Turn every item that is not passed into `errored`, for a person to decide.

    Parts that nothing was done for stay as they are, unless cells of an unsettled run were never reached.
    """
    unreached = any(state.outcome == "not_reached" for run in runs for state in run.cells)
    return tuple(_open(part) if unreached or _attempted(part) else part for part in parts)


def open_all(parts: Iterable[Part], limit: str) -> tuple[PartGrade, ...]:
    """Every item `errored`, for a person to decide, because judging went beyond `limit` (`time` or `memory`)."""
    verdict = say("item.unjudged", 0.0, {"limit": limit}, outcome="errored")
    return tuple(
        PartGrade(
            part.id,
            "errored",
            0.0,
            part.max_points,
            tuple(result_of(item.id, item.points, verdict) for item in part.items),
        )
        for part in parts
    )


def _attempted(part: PartGrade) -> bool:
    return any(item.status != "not_attempted" for item in part.items)


def _open(part: PartGrade) -> PartGrade:
    if all(item.status == "passed" for item in part.items):
        return part
    items = tuple(item if item.status == "passed" else _opened(item) for item in part.items)
    return replace(part, status="errored", points=sum(item.points for item in items), items=items)


def _opened(item: ItemResult) -> ItemResult:
    verdict = say(
        "item.unsettled", 0.0, cell=item.cell, basis=item.basis, flags=item.flags, outcome="errored"
    )
    return result_of(item.item, item.max_points, verdict)
