"""Are images shown that a trained decoder or generator gave for codes from N(0, I)."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import say
from .samples import first_asked, nothing_drawn, shown_of, standard_normal

OTHER_CODES = 0.5  # of the points for images from codes of another distribution


def check_generated_images(context: CheckContext, item: Item) -> Verdict:
    """Ten images that the trained decoder gave for codes from N(0, I) are shown; half for other codes."""
    if (nothing := nothing_drawn(context)) is not None:
        return nothing
    count = context.part.images
    best = max(first_asked(context), key=lambda sample: shown_of(context, sample)[0])
    shown, cell = shown_of(context, best)
    share, values = min(shown, count) / count, {"count": count, "shown": min(shown, count)}
    if not shown:
        return say("drawn.not_shown", 0.0, values, cell=best.cell, basis=best.basis)
    if not standard_normal(best.codes):
        return say("drawn.other_codes", OTHER_CODES * share, values, cell=best.cell, basis=best.basis)
    return say("drawn.ok" if share == 1 else "drawn.some", share, values, cell=cell, basis=best.basis)
