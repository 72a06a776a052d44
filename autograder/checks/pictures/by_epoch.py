"""Are images shown as training goes on: a model's outputs for known images, or what it makes of other inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.recognition.image_sources import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import moments
from ..sentences import blocked, say
from .decoded_grid import made_entries
from .images import image_tile, no_pictures
from .tally import pair_up

MOST_ROWS = 64


@dataclass(frozen=True)
class Shown:
    """What was shown of a model at different moments.

    Attributes:
        images: epoch -> which images were shown of it.
        cell: where the first of them was drawn.
        recomputed: whether replay computed all of them.
    """

    images: dict[int, frozenset[int]]
    cell: int | None
    recomputed: bool


def shown_by_epoch(context: CheckContext, wanted: Callable[[Entry], bool]) -> Shown:
    """Give each drawn panel one of the images that it may show, so that as many as possible are told apart.

    Weights that a shortened training left alone give the same images after many epochs: a panel may be any of them.
    """
    when, tile = moments(context), image_tile(context)
    options: list[frozenset[int]] = []
    cells: list[tuple[tuple, int]] = []
    observed = False
    shown = {
        key: [entry for entry in entries if wanted(entry)]
        for key, (_, entries) in context.scene.shown(tile).items()
    }
    for sighting in context.scene.sightings(tile):
        entries = shown[sighting.key]
        keys = {
            when[entry.source.partition(":")[2]] * MOST_ROWS + entry.index
            for entry in entries
            if entry.index < MOST_ROWS and entry.source.partition(":")[2] in when
        }
        if keys:
            options.append(frozenset(keys))
            cells.append((sighting.drawn, sighting.cell))
            observed = observed or not any(entry.recomputed for entry in entries)
    images: dict[int, set[int]] = {}
    for key in pair_up(options):
        images.setdefault(key // MOST_ROWS, set()).add(key % MOST_ROWS)
    cell = min(cells)[1] if cells else None
    return Shown({epoch: frozenset(found) for epoch, found in images.items()}, cell, not observed)


def _outputs(context: CheckContext, item: Item) -> Callable[[Entry], bool]:
    last = frozenset(layer.node.layer for layer in context.layers[-1:])
    cache: dict[Entry, bool] = {}

    def wanted(entry: Entry) -> bool:
        if (
            entry.role != "output"
            or entry.set != item.of
            or entry.noisy
            or not entry.source.startswith("call:")
        ):
            return False
        if entry not in cache:
            cache[entry] = entry.model == context.candidate.model.id or context.belongs(entry, last)
        return cache[entry]

    return wanted


def _counts(context: CheckContext, least: int) -> tuple[Shown, dict[int, int]]:
    """What is shown of drawn codes, and how many images after each epoch, `least` at most.

    A few images made when training is over are no page of its last epoch.
    """
    mine, own = made_entries(context), context.candidate.model.id
    asked = (call for call in context.evidence.calls if call.epoch is not None or call.batches)
    during = {f"call:{call.id}" for call in asked}

    def wanted(entry: Entry) -> bool:
        return mine(entry) and entry.model == own

    shown = shown_by_epoch(context, wanted)
    small = shown_by_epoch(context, lambda entry: entry.source in during and wanted(entry)).images
    counts = {epoch: len(images) for epoch, images in shown.images.items() if epoch}
    return shown, {
        epoch: least if count >= least else len(small.get(epoch, ())) for epoch, count in counts.items()
    }


def check_samples_by_epoch(context: CheckContext, item: Item) -> Verdict:
    """Images of drawn codes after several epochs, the first one among them: an equal share for each, by how many are shown."""
    if not context.trained:
        return blocked("training")
    shown, counts = _counts(context, item.least)
    later = sorted((count for epoch, count in counts.items() if epoch > 1), reverse=True)[: item.moments - 1]
    found = counts.get(1, 0) + sum(later)
    complete = sum(count == item.least for count in (counts.get(1, 0), *later))
    said = {"least": item.least, "moments": item.moments, "complete": complete}
    if not found:
        return no_pictures(context) or say("samples.none", 0.0, basis="recomputed", **said)
    said |= {"cell": shown.cell, "basis": "recomputed" if shown.recomputed else "observed"}
    if not shown.recomputed:
        if context.replay_failed:
            return say("item.ours", 0.0, where="replay", outcome="errored", cell=shown.cell)
        said["flags"] = ("not_recomputed",)
    share = found / (item.least * item.moments)
    if share < 1 and not counts.get(1):
        return say("samples.late", share, **said)
    return say("samples.ok" if share >= 1 else "samples.some", share, **said)


def check_outputs_by_epoch(context: CheckContext, item: Item) -> Verdict:
    """The model's output for the first images is shown after several epochs: points by how many of all those images."""
    if not context.trained:
        return blocked("training")
    shown = shown_by_epoch(context, _outputs(context, item))
    count = context.part.images
    first = frozenset(range(count))
    full = sorted((len(images & first) for epoch, images in shown.images.items() if epoch), reverse=True)
    found = sum(full[: item.moments])
    said = {"count": count, "moments": item.moments, "complete": sum(each == count for each in full)}
    if not found:
        return no_pictures(context) or say("by-epoch.none", 0.0, basis="recomputed", **said)
    said |= {"cell": shown.cell, "basis": "recomputed" if shown.recomputed else "observed"}
    if not shown.recomputed:
        if context.replay_failed:
            return say("item.ours", 0.0, where="replay", outcome="errored", cell=shown.cell)
        said["flags"] = ("not_recomputed",)
    share = found / (count * item.moments)
    return say("by-epoch.ok" if share >= 1 else "by-epoch.some", share, **said)
