"""Are the asked images shown: originals, noisy images, and a trained model's outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograder.recognition.image_sources import Entry
from autograder.recognition.panels import Tile
from autograder.records import Basis, Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .credible import is_credible
from .tally import Seen, Tally, tally


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


def verdict_of(
    found: Tally, basis: Basis, nothing: Verdict | None = None, extra_flags: Iterable[str] = ()
) -> Verdict:
    """Return the verdict of a tally; `nothing` is what to say when no image was found."""
    if not found.found:
        return nothing or say("images.none", 0.0, count=found.count)
    flags = (*(("ambiguous",) if found.ambiguous else ()), *extra_flags)
    complete = len(found.found) == found.count
    if complete:
        id_ = "images.ok" if found.in_order else "images.order"
    else:
        id_ = "images.some" if found.in_order else "images.some_order"
    return say(
        id_,
        found.share,
        count=found.count,
        shown=len(found.found),
        missing=found.missing,
        cell=found.cell,
        basis=basis,
        flags=flags,
    )


def no_pictures(context: CheckContext) -> Verdict | None:
    """What to say when the notebook draws no picture at all; None otherwise."""
    if context.scene.wall.drew_anything():
        return None
    return say("images.no_pictures", 0.0, outcome="not_attempted", count=context.part.images)


def check_originals(context: CheckContext, item: Item) -> Verdict:
    """The first images of a known set are shown as they are."""
    found = tally(
        seen(context, lambda entry: entry.role == "original" and entry.set == item.of), context.part.images
    )
    return verdict_of(found, "recomputed", no_pictures(context))


def output_entries(context: CheckContext, item: Item, noisy: bool) -> Callable[[Entry], bool]:
    """Which entries are the trained candidate's output for the images of `item`."""
    last = frozenset(layer.node.layer for layer in context.layers[-1:])
    cache: dict[Entry, bool] = {}

    def wanted(entry: Entry) -> bool:
        if entry.role != "output" or entry.set != item.of or entry.noisy != noisy:
            return False
        if entry not in cache:
            mine = entry.model == context.candidate.model.id or context.belongs(entry, last)
            cache[entry] = mine and context.after_training(entry)
        return cache[entry]

    return wanted


def _why_not(context: CheckContext, item: Item) -> Verdict:
    """What is shown instead of the trained model's output, as far as it can be recognised."""
    mine = context.candidate.model.id
    untrained = seen(
        context,
        lambda e: (
            e.role == "output" and e.model == mine and e.set == item.of and not context.after_training(e)
        ),
    )
    if tally(untrained, context.part.images).found:
        cell = tally(untrained, context.part.images).cell
        return say("outputs.untrained", 0.0, count=context.part.images, basis="recomputed", cell=cell)
    other = seen(
        context,
        lambda e: e.role == "output" and e.model != mine and e.set == item.of and context.part.task == "copy",
    )
    if tally(other, context.part.images).found:
        cell = tally(other, context.part.images).cell
        return say("outputs.other_model", 0.0, count=context.part.images, basis="recomputed", cell=cell)
    return say("outputs.none", 0.0, count=context.part.images, basis="recomputed")


def judge_outputs(
    context: CheckContext, item: Item, wanted: Callable[[Entry], bool], noisy: bool
) -> Verdict | None:
    """The verdict on shown outputs; None when none is shown."""
    found = tally(seen(context, wanted), context.part.images)
    if not found.found:
        return None
    recomputed = tally(seen(context, lambda entry: wanted(entry) and entry.recomputed), context.part.images)
    if recomputed.found == found.found:
        return verdict_of(recomputed, "recomputed")
    if context.replay_failed:
        return say("item.ours", 0.0, where="replay", outcome="errored", cell=found.cell)
    flags = ("not_recomputed",)
    if not is_credible(context, item.of, noisy):
        if context.shortened:
            return say("item.shortened", 0.0, outcome="errored", flags=flags, cell=found.cell)
        return say("outputs.not_credible", 0.0, count=context.part.images, flags=flags, cell=found.cell)
    return verdict_of(found, "observed", extra_flags=flags)


def check_outputs(context: CheckContext, item: Item) -> Verdict:
    """The trained model's output for the first images is shown."""
    if not context.trained:
        return blocked("training")
    verdict = judge_outputs(context, item, output_entries(context, item, noisy=False), noisy=False)
    return verdict or no_pictures(context) or _why_not(context, item)
