"""Several models of one part put together: each carries its own items, and all earn an equal share of common ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograder.checks.sentences import say
from autograder.records import ItemResult, Outcome
from autograder.rubrics.types import Item, Part

from .attempt import Attempt
from .item_result import result_of

_NOTHING = ("not_attempted", "blocked")


def joined(parts: Iterable[Part], chosen: Iterable[Attempt]) -> list[Attempt]:
    """One attempt for each part that any of its models attempts, from the attempts of its views."""
    by_view = {attempt.context.part.id: attempt for attempt in chosen}
    attempts = []
    for part in parts:
        of_part = {view.id: by_view[view.id] for view in part.views if view.id in by_view}
        if of_part:
            attempts.append(_together(part, of_part) if part.roles else of_part[part.id])
    return attempts


def _together(part: Part, by_view: dict[str, Attempt]) -> Attempt:
    attempts = list(by_view.values())
    by_role = {role.id: by_view.get(view.id) for role, view in zip(part.roles, part.views, strict=True)}
    results = tuple(_judged(part, item, by_role) for item in part.items if item.check != "runs")
    first, *others = (replace(attempt.context, part=part) for attempt in attempts)
    return Attempt(first, results, tuple(others))


def _judged(part: Part, item: Item, by_role: dict[str, Attempt | None]) -> ItemResult:
    if item.role not in ("", "each"):
        attempt = by_role[item.role]
        return _of(attempt, item) if attempt is not None else _missing(part, item)
    results = {role: _of(attempt, item) for role, attempt in by_role.items() if attempt is not None}
    if item.role == "each":
        return _shared(part, item, results)
    return max(results.values(), key=lambda result: result.points)


def _of(attempt: Attempt, item: Item) -> ItemResult:
    return next(result for result in attempt.results if result.item == item.id)


def _missing(part: Part, item: Item) -> ItemResult:
    title = next(role.title for role in part.roles if role.id == item.role)
    verdict = say("role.missing", 0.0, {"title": title}, outcome="not_attempted")
    return result_of(item.id, item.points, verdict)


def _shared(part: Part, item: Item, by_role: dict[str, ItemResult]) -> ItemResult:
    """The mean over all models of the part; a model that is missing earns nothing."""
    results = list(by_role.values())
    if len(results) == len(part.roles) and all(result.status == "passed" for result in results):
        return results[0]
    points = round(sum(result.points for result in results) / len(part.roles), 4)
    status = _shared_status(results, points)
    lowest = min(results, key=lambda result: result.points)
    verdict = say(
        "role.each",
        0.0,
        {"models": list(_told(part, by_role))},
        cell=lowest.cell,
        basis=lowest.basis,
        flags=[flag for result in results for flag in result.flags],
        outcome=status,
    )
    return replace(
        result_of(item.id, item.points, verdict),
        points=0.0 if status == "errored" else points,
        blocked_by=lowest.blocked_by if status == "blocked" else None,
    )


def _told(part: Part, by_role: dict[str, ItemResult]) -> Iterator[dict[str, Any]]:
    """What is said of each model that earns less than all: its title, and the sentence with its values."""
    for role in part.roles:
        result = by_role.get(role.id)
        if result is None:
            yield {"title": role.title, "message_id": "role.absent", "values": {"title": role.title}}
        elif result.status != "passed":
            yield {"title": role.title, "message_id": result.message_id, "values": result.values}


def _shared_status(results: list[ItemResult], points: float) -> Outcome:
    if any(result.status == "errored" for result in results):
        return "errored"
    if all(result.status in _NOTHING for result in results):
        return results[0].status
    return "partial" if points > 0 else "failed"
