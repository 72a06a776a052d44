"""Several models of one part put together: each carries its own items, and all earn an equal share of common ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from autograder.checks.sentences import say
from autograder.records import ItemResult, Outcome
from autograder.rubrics.types import Item, Part

from .attempt import Attempt

_NOTHING = ("not_attempted", "blocked")


def joined(parts: Iterable[Part], chosen: Iterable[Attempt]) -> list[Attempt]:
    """One attempt for each part that any of its models attempts, from the attempts of its views."""
    by_view = {attempt.context.part.id: attempt for attempt in chosen}
    found = []
    for part in parts:
        mine = {view.id: by_view[view.id] for view in part.views if view.id in by_view}
        if mine:
            found.append(_together(part, mine) if part.roles else mine[part.id])
    return found


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
    found = {role: _of(attempt, item) for role, attempt in by_role.items() if attempt is not None}
    if item.role == "each":
        return _shared(part, item, found)
    return max(found.values(), key=lambda result: result.points)


def _of(attempt: Attempt, item: Item) -> ItemResult:
    return next(result for result in attempt.results if result.item == item.id)


def _missing(part: Part, item: Item) -> ItemResult:
    title = next(role.title for role in part.roles if role.id == item.role)
    return _said(item, "role.missing", "not_attempted", title=title)


def _said(item: Item, message_id: str, status: Outcome, **values: Any) -> ItemResult:
    verdict = say(message_id, 0.0, **values)
    texts = {"expected": verdict.expected, "found": verdict.found, "hint": verdict.hint, "values": values}
    return ItemResult(item.id, status, 0.0, item.points, message_id, verdict.message, **texts)


def _shared(part: Part, item: Item, found: dict[str, ItemResult]) -> ItemResult:
    """The mean over all models of the part; a model that is missing earns nothing."""
    if len(found) == len(part.roles) and all(result.status == "passed" for result in found.values()):
        return next(iter(found.values()))
    models = []
    for role in part.roles:
        result = found.get(role.id)
        if result is None:
            absent = {"message_id": "role.absent", "values": {"title": role.title}}
            models.append({"title": role.title, **absent})
        elif result.status != "passed":
            models.append({"title": role.title, "message_id": result.message_id, "values": result.values})
    statuses = [result.status for result in found.values()]
    points = round(sum(result.points for result in found.values()) / len(part.roles), 4)
    if "errored" in statuses:
        status, points = "errored", 0.0
    elif all(status in _NOTHING for status in statuses):
        status = statuses[0]
    else:
        status = "partial" if points > 0 else "failed"
    model = min(found.values(), key=lambda result: result.points)
    return replace(
        _said(item, "role.each", status, models=models),
        points=points,
        cell=model.cell,
        basis=model.basis,
        blocked_by=model.blocked_by if status == "blocked" else None,
        flags=tuple(dict.fromkeys(flag for result in found.values() for flag in result.flags)),
    )
