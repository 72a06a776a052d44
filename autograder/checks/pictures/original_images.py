"""Are the first images of a known set shown as they are."""

from __future__ import annotations

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from .shown_images import none_shown, seen, verdict_of
from .tally import tally


def check_original_images(context: CheckContext, item: Item) -> Verdict:
    """The first images of the item's set are shown: points by how many, half of them where the order is another."""

    def wanted(entry: Entry) -> bool:
        return entry.role == "original" and entry.set == item.of

    return verdict_of(tally(seen(context, wanted), context.part.images)) or none_shown(context)
