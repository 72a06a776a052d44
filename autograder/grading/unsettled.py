"""Grades of a notebook whose shortened run failed and whose run in full took too long: items stay open for a person."""

from __future__ import annotations

from dataclasses import replace

from autograder.checks.sentences import say
from autograder.records import ItemResult, PartGrade, RunRecord

from .item_result import result_of

UNSETTLED = "full_run_did_not_fit"  # flag of a run record


def open_what_is_unsettled(parts: tuple[PartGrade, ...], runs: list[RunRecord]) -> tuple[PartGrade, ...]:
    """Turn every item that is not passed into `errored`, for a person to decide.

    Parts that nothing was done for stay as they are, unless cells of an unsettled run were never reached.
    """
    unreached = any(state.outcome == "not_reached" for run in runs for state in run.cells)
    return tuple(_open(part) if unreached or _attempted(part) else part for part in parts)


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
