"""Are images generated from codes that fit those of real images, so that they are of every kind."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import say
from ..weighing import SubPoint, weighed
from .sample_coverage import BestSample, best_sample
from .samples import nothing_drawn, shown_of

COVERS = 0.6  # of the model's own outputs for real images, for all points
LEAST_COVERED = 0.1  # for half of the points, and twice as much as N(0, I) covers


def _reached(best: BestSample) -> float:
    if best.coverage >= COVERS:
        return 1.0
    return 0.5 if best.coverage >= max(2 * best.normal, LEAST_COVERED) else 0.0


def check_better_sampling(context: CheckContext, item: Item) -> Verdict:
    """Images from drawn codes that reach most of what the model makes of real images, and ten of them shown."""
    if (nothing := nothing_drawn(context)) is not None:
        return nothing
    count, best = context.part.images, best_sample(context)
    if best is None:
        return say("fitted.none", 0.0, {"count": count}, outcome="not_attempted")
    sample, shown = best.sample, min(shown_of(context, best.sample)[0], count)
    sub_points = [SubPoint("coverage", _reached(best)), SubPoint("images", shown / count)]
    values = {"count": count, "shown": shown}
    return weighed("fitted", item, sub_points, values, cell=sample.cell, basis=sample.basis)
