"""Which panels show which images of a known set, and what is said of how many were found."""

from __future__ import annotations

from collections.abc import Callable

from autograder.recognition.image_entries import Entry
from autograder.recognition.panels import Tile
from autograder.records import Verdict

from ..basis import open_without_replay
from ..context import CheckContext
from ..sentences import say
from .tally import Seen, Tally

AMBIGUOUS = "ambiguous"


def image_tile(context: CheckContext) -> Tile:
    """Rows and columns of one image of the part's data."""
    rows, columns = context.scene.known.train.shape[1:3]
    return int(rows), int(columns)


def seen(context: CheckContext, wanted: Callable[[Entry], bool]) -> list[Seen]:
    """Each drawn panel of an image's size with the images that it shows, as far as `wanted` takes them."""
    tile = image_tile(context)
    shown = context.scene.shown(tile)
    sets = {
        key: frozenset(entry.index for entry in entries if wanted(entry))
        for key, (_, entries) in shown.items()
    }
    return [(sighting, sets[sighting.key]) for sighting in context.scene.sightings(tile)]


def verdict_of(tally: Tally) -> Verdict | None:
    """What to say of the images found, as recomputed: raw pixels tell; None when there are none."""
    if not tally.found:
        return None
    ends = "ok" if len(tally.found) == tally.count else "some"
    message_id = {
        ("ok", True): "images.ok",
        ("ok", False): "images.order",
        ("some", True): "images.some",
        ("some", False): "images.some_order",
    }[ends, tally.in_order]
    values = {"count": tally.count, "shown": len(tally.found), "missing": tally.missing}
    flags = (AMBIGUOUS,) if tally.ambiguous else ()
    return say(message_id, tally.share, values, cell=tally.cell, basis="recomputed", flags=flags)


def none_shown(context: CheckContext) -> Verdict:
    """What to say when none of the images is shown."""
    return no_pictures(context) or say("images.none", 0.0, {"count": context.part.images})


def no_pictures(context: CheckContext) -> Verdict | None:
    """What to say when the notebook draws no picture at all; None otherwise."""
    if context.scene.wall.drew_anything():
        return None
    return say("images.no_pictures", 0.0, {"count": context.part.images}, outcome="not_attempted")


def nothing_to_find(context: CheckContext) -> Verdict | None:
    """What to say before "no picture shows it" of what replay computes: no picture at all, or a replay that broke."""
    return no_pictures(context) or open_without_replay(context)
