"""One part held against one model: judging it, and choosing which model of a notebook stands for which part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from autograder.checks import CHECKS
from autograder.checks.candidate import Candidate
from autograder.checks.context import CheckContext
from autograder.checks.sentences import say
from autograder.recognition.scene import Scene
from autograder.records import ItemResult, Verdict
from autograder.rubrics.types import Item, Part

from .item_result import FULL, result_of
from .recorder_faults import fault_concerning

MOST_UNDECIDED = 6  # models that could be about two parts and are weighed in every combination


@dataclass(frozen=True)
class Attempt:
    """One part held against one model of one notebook: the items' results, and what they add up to.

    Attributes:
        context: the judged model; `others`: the further models of a part that asks for several.
        results: of all items.
    """

    context: CheckContext
    results: tuple[ItemResult, ...]
    others: tuple[CheckContext, ...] = ()

    @property
    def contexts(self) -> tuple[CheckContext, ...]:
        """All judged models."""
        return (self.context, *self.others)

    @property
    def points(self) -> float:
        """Points of all items together."""
        return sum(result.points for result in self.results)

    @property
    def last_cell(self) -> int:
        """The last cell that holds evidence of this attempt: its model, trainings, calls or figures."""
        evidence, models = self.context.evidence, [context.candidate.model for context in self.contexts]
        cells = [evidence.first_cells.get(model.id, 0) for model in models]
        cells += [fit.cell for context in self.contexts for fit in context.candidate.fits]
        cells += [result.cell for result in self.results if result.cell is not None and result.item != "runs"]
        return max(cells)

    @property
    def when(self) -> int:
        """Position of the last training: of equal attempts the later one counts."""
        evidence, fits = self.context.evidence, self.context.candidate.fits
        return evidence.position(fits[-1]) if fits else -1


def attempt_of(scene: Scene, part: Part, candidate: Candidate) -> Attempt:
    """Judge every item of a part but `runs`, which needs to know where the other parts of the notebook end."""
    context = CheckContext(scene, part, candidate)
    results = tuple(_result(item, _judge(context, item)) for item in part.items if item.check != "runs")
    return Attempt(context, results)


def _judge(context: CheckContext, item: Item) -> Verdict:
    """A check's verdict; what is not earned in full stays open when our own recording failed there."""
    check = CHECKS[item.check]
    verdict = check.judge(context, item)
    if verdict.share >= FULL:
        return verdict
    return fault_concerning(context.evidence, check.needs) or verdict


def _result(item: Item, verdict: Verdict) -> ItemResult:
    return result_of(item.id, item.points, verdict)


def _better(one: Attempt | None, other: Attempt) -> Attempt:
    if one is None or (other.points, other.when) >= (one.points, one.when):
        return other
    return one


def choose(weighed: dict[tuple[str, str], Attempt], options: dict[str, list[str]]) -> list[Attempt]:
    """Give each model to one of the parts that it fits, so that the best models of all parts earn most."""
    options = {key: ids for key, ids in options.items() if ids}
    undecided = [key for key, ids in options.items() if len(ids) > 1][:MOST_UNDECIDED]
    best: list[Attempt] = []
    best_points = -1.0
    for choice in product(*(options[key] for key in undecided)):
        given = {key: ids[0] for key, ids in options.items()} | dict(zip(undecided, choice, strict=True))
        by_part: dict[str, Attempt] = {}
        for key, part_id in given.items():
            by_part[part_id] = _better(by_part.get(part_id), weighed[key, part_id])
        points = sum(attempt.points for attempt in by_part.values())
        if points > best_points:
            best, best_points = list(by_part.values()), points
    return best


def with_runs(chosen: list[Attempt]) -> list[Attempt]:
    """Judge the item `runs` of each part: the cells after the part before it, up to its own last evidence."""
    ordered = sorted(chosen, key=lambda attempt: attempt.last_cell)
    finished, first = [], 1
    for place, attempt in enumerate(ordered):
        last = attempt.last_cell
        if place == len(ordered) - 1:
            last = max([last, *(state.cell for state in attempt.context.evidence.run.cells)])
        # two parts may end in one cell, which then counts for both
        cells = (min(first, last), last) if len(ordered) > 1 else None
        finished.append(_run_judged(attempt, cells))
        first = last + 1
    return finished


def _run_judged(attempt: Attempt, cells: tuple[int, int] | None) -> Attempt:
    context = replace(attempt.context, cells=cells)
    others = {result.item: result for result in attempt.results}
    results = []
    for item in context.part.items:
        if item.check != "runs":
            results.append(others[item.id])
        elif all(result.status in ("not_attempted", "blocked") for result in others.values()):
            results.append(_result(item, _waits(context.part)))
        else:
            results.append(_result(item, CHECKS[item.check].judge(context, item)))
    return Attempt(context, tuple(results), attempt.others)


def _waits(part: Part) -> Verdict:
    first = next(item.id for item in part.items if item.check != "runs")
    return say("runs.nothing", 0.0, {"by": first}, outcome="blocked")
