"""Are the first images of a known set shown with noise."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from .noisy_panels import noisy_seen
from .shown_images import none_shown, verdict_of
from .tally import tally


def check_noisy_images(context: CheckContext, item: Item) -> Verdict:
    """The first images of a known set are shown with noise: a recorded row, or noise like it by statistics."""
    return verdict_of(tally(noisy_seen(context, item.of), context.part.images)) or none_shown(context)
