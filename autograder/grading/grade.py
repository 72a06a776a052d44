"""Rubric and evidence make a grade: pure, so a changed rubric regrades a class without running anything.

For each notebook, every model is weighed for each part that it could be about; the choice that earns the
student most is taken, but one model carries all items of a part. Of several notebooks, each part is judged
in the one that shows it best.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograder.checks.candidate import candidates
from autograder.checks.sentences import say
from autograder.evidence.evidence import Evidence
from autograder.recognition import known_images
from autograder.recognition.known_images import KnownImages
from autograder.recognition.scene import Scene
from autograder.records import ItemResult, PartGrade, Verdict
from autograder.rubrics import CORE
from autograder.rubrics.types import Item, Part

from .attempt import Attempt, attempt_of, choose, with_runs
from .item_result import result_of
from .part_matching import fitting_parts, recognised
from .recorder_faults import attempt_lost
from .remarks import remarks_on
from .roles import joined


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
    lost: Verdict | None = None
    for evidence in evidences:
        in_notebook = _attempts(evidence, parts, known)
        if not in_notebook:
            lost = lost or attempt_lost(evidence)
        for attempt in in_notebook:
            attempts[attempt.context.part.id].append(attempt)
    return tuple(_grade(part, attempts[part.id], lost) for part in parts)


def _attempts(evidence: Evidence, parts: tuple[Part, ...], known: KnownImages | None) -> list[Attempt]:
    """The attempts of one notebook, one for each part that it attempts, with the item `runs` judged last."""
    if not evidence.models:
        return []
    scenes = {}
    for name in dict.fromkeys(part.data for part in parts):
        noise = tuple(part.noise for part in parts if part.noise and part.data == name)
        scenes[name] = Scene(evidence, known or known_images.load(name), noise or (0.25,))
    return with_runs([attempt for name in scenes for attempt in _of_data(name, scenes, parts)])


def _of_data(name: str, scenes: dict[str, Scene], parts: tuple[Part, ...]) -> list[Attempt]:
    """The attempts at the parts of one data set: models that were trained on another one are none."""
    scene = scenes[name]
    # a model may be about a core part that is not graded here; the other parts are looked for only where they are,
    # and each model of a part of several as a part of its own
    every = [*CORE, *(view for part in parts for view in part.views)]
    of_this_data = [part for part in every if part.data == name]
    views = [view for part in parts for view in part.views if view.data == name]
    fitting = {}
    for candidate in candidates(scene):
        sets = [other for other in scenes if recognised(scenes[other], candidate)] if len(scenes) > 1 else []
        if sets and name not in sets:
            continue
        among = of_this_data if sets or len(scenes) == 1 else every
        key = candidate.model.id + str(candidate.task)
        fitting[key] = (candidate, fitting_parts(scene, candidate, views, among))
    weighed = {
        (key, part.id): attempt_of(scene, part, candidate)
        for key, (candidate, could_be) in fitting.items()
        for part in could_be
    }
    chosen = choose(weighed, {key: [part.id for part in could_be] for key, (_, could_be) in fitting.items()})
    return joined([part for part in parts if part.data == name], chosen)


def _grade(part: Part, attempts: list[Attempt], lost: Verdict | None) -> PartGrade:
    """The grade of one part from its best attempt; not submitted when no notebook attempts it.

    `lost`: our own failure in a notebook that shows no attempt at all, which may hold one of this part.
    """
    best: Attempt | None = None
    for attempt in attempts:
        if best is None or attempt.points >= best.points:
            best = attempt
    if best is None and lost is not None:
        items = tuple(result_of(item.id, item.points, lost) for item in part.items)
        return PartGrade(part.id, "errored", 0.0, part.max_points, items)
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
        notes=remarks_on(best.contexts, len(attempts)),
    )


def _not_attempted(item: Item) -> ItemResult:
    verdict = say("item.not_attempted", 0.0, {"asks": item.asks}, outcome="not_attempted")
    return result_of(item.id, item.points, verdict)
