"""Rubric and evidence make a grade: pure, so a changed rubric regrades a class without running anything.

For each notebook, every model is weighed for each part that it could be about; the choice that earns the
student most is taken, but one model carries all items of a part. Of several notebooks, each part is judged
in the one that shows it best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

from .checks import CHECKS
from .checks.candidate import Candidate, candidates, fitting_parts
from .checks.case import Case
from .checks.faults import fault_concerning
from .checks.remarks import remarks_on
from .checks.sentences import say
from .evidence import known as known_data
from .evidence.evidence import Evidence
from .evidence.known import KnownImages
from .evidence.scene import Scene
from .records import ItemResult, PartGrade, Verdict
from .rubrics import PARTS
from .rubrics.types import Item, Part

FULL = 1 - 1e-9
MOST_UNDECIDED = 6  # models that could be about two parts and are weighed in every combination


@dataclass(frozen=True)
class Attempt:
    """One part held against one model of one notebook: the items' results, and what they add up to."""

    case: Case
    results: tuple[ItemResult, ...]

    @property
    def points(self) -> float:
        """Points of all items together."""
        return sum(result.points for result in self.results)

    @property
    def last_cell(self) -> int:
        """The last cell that holds evidence of this attempt: its model, trainings, calls or figures."""
        evidence, model = self.case.evidence, self.case.candidate.model
        cells = [evidence.first_cells.get(model.id, 0), *(fit.cell for fit in self.case.candidate.fits)]
        cells += [result.cell for result in self.results if result.cell is not None and result.item != "runs"]
        return max(cells)

    @property
    def when(self) -> int:
        """Position of the last training: of equal attempts the later one counts."""
        evidence, fits = self.case.evidence, self.case.candidate.fits
        return evidence.position(fits[-1]) if fits else -1


def grade_parts(
    evidences: Iterable[Evidence], parts: Iterable[Part], known: KnownImages | None = None
) -> tuple[PartGrade, ...]:
    """Return the grade of each part, in the parts' order, from all notebooks of one student.

    Args:
        evidences: one for each notebook that was run; may be empty.
        parts: the rubrics to apply.
        known: the images to recognise; the course's own data when left out.

    Raises:
        autograder.errors.DataUnavailable: the course's data cannot be had.
    """
    parts = tuple(parts)
    attempts: dict[str, list[Attempt]] = {part.id: [] for part in parts}
    for evidence in evidences:
        for name in dict.fromkeys(part.data for part in parts):
            images = known or known_data.load(name)
            mine = tuple(part for part in parts if part.data == name)
            for attempt in _attempts(evidence, mine, images):
                attempts[attempt.case.part.id].append(attempt)
    return tuple(_grade(part, attempts[part.id]) for part in parts)


def _attempts(evidence: Evidence, parts: tuple[Part, ...], known: KnownImages) -> list[Attempt]:
    """The attempts of one notebook, one for each part that it attempts, with the item `runs` judged last."""
    if not evidence.models:
        return []
    scene = Scene(evidence, known, tuple(part.noise for part in parts if part.noise) or (0.25,))
    others = [part for part in PARTS if part.data == known.name]
    fitting = {
        candidate.model.id + str(candidate.task): (candidate, fitting_parts(scene, candidate, parts, others))
        for candidate in candidates(scene)
    }
    weighed = {
        (key, part.id): _attempt(scene, part, candidate)
        for key, (candidate, its_parts) in fitting.items()
        for part in its_parts
    }
    chosen = _choose(weighed, {key: [part.id for part in its] for key, (_, its) in fitting.items()})
    return _with_runs(chosen)


def _attempt(scene: Scene, part: Part, candidate: Candidate) -> Attempt:
    case = Case(scene, part, candidate)
    results = tuple(_result(case, item, _judge(case, item)) for item in part.items if item.check != "runs")
    return Attempt(case, results)


def _judge(case: Case, item: Item) -> Verdict:
    """A check's verdict; what is not earned in full stays open when our own recording failed there."""
    verdict = CHECKS[item.check](case, item)
    if verdict.share >= FULL:
        return verdict
    fault = fault_concerning(case.evidence, item.check)
    return fault if fault is not None else verdict


def _result(case: Case, item: Item, verdict: Verdict) -> ItemResult:
    share = min(1.0, max(0.0, verdict.share))
    status = verdict.outcome or ("passed" if share >= FULL else "partial" if share > 0 else "failed")
    by = verdict.values.get("by")
    return ItemResult(
        item=item.id,
        status=status,
        points=round(share * item.points, 4) if status in ("passed", "partial") else 0.0,
        max_points=item.points,
        message_id=verdict.message_id,
        message=verdict.message,
        expected=verdict.expected,
        found=verdict.found,
        cell=verdict.cell,
        hint=verdict.hint,
        basis=verdict.basis,
        blocked_by=str(by) if status == "blocked" and by else None,
        values=verdict.values,
        flags=verdict.flags,
    )


def _better(one: Attempt | None, other: Attempt) -> Attempt:
    if one is None or (other.points, other.when) >= (one.points, one.when):
        return other
    return one


def _choose(weighed: dict[tuple[str, str], Attempt], options: dict[str, list[str]]) -> list[Attempt]:
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


def _with_runs(chosen: list[Attempt]) -> list[Attempt]:
    """Judge the item `runs` of each part: the cells after the part before it, up to its own last evidence."""
    ordered = sorted(chosen, key=lambda attempt: attempt.last_cell)
    finished, first = [], 1
    for place, attempt in enumerate(ordered):
        last = attempt.last_cell
        if place == len(ordered) - 1:
            last = max([last, *(state.cell for state in attempt.case.evidence.run.cells)])
        cells = (first, last) if len(ordered) > 1 else None
        finished.append(_run_judged(attempt, cells))
        first = last + 1
    return finished


def _run_judged(attempt: Attempt, cells: tuple[int, int] | None) -> Attempt:
    case = replace(attempt.case, cells=cells)
    others = {result.item: result for result in attempt.results}
    results = []
    for item in case.part.items:
        if item.check != "runs":
            results.append(others[item.id])
        elif all(result.status in ("not_attempted", "blocked") for result in others.values()):
            results.append(_result(case, item, _waits(case.part)))
        else:
            results.append(_result(case, item, CHECKS[item.check](case, item)))
    return Attempt(case, tuple(results))


def _waits(part: Part) -> Verdict:
    first = next(item.id for item in part.items if item.check != "runs")
    return say("runs.nothing", 0.0, outcome="blocked", by=first)


def _grade(part: Part, attempts: list[Attempt]) -> PartGrade:
    """The grade of one part from its best attempt; not submitted when no notebook attempts it."""
    best: Attempt | None = None
    for attempt in attempts:
        if best is None or attempt.points >= best.points:
            best = attempt
    if best is None:
        return PartGrade(
            part.id, "not_submitted", 0.0, part.max_points, tuple(map(_not_attempted, part.items))
        )
    errored = any(result.status == "errored" for result in best.results)
    return PartGrade(
        part=part.id,
        status="errored" if errored else "graded",
        points=round(best.points, 4),
        max_points=part.max_points,
        items=best.results,
        notes=remarks_on(best.case, len(attempts)),
    )


def _not_attempted(item: Item) -> ItemResult:
    return ItemResult(item.id, "not_attempted", 0.0, item.points, "item.not_attempted", "Not attempted.")
