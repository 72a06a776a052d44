"""What is shown of a model as its training goes on: which images after which epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.recognition.image_entries import Entry

from ..context import CheckContext
from ..epochs import epochs_by_call
from .shown_images import image_tile
from .tally import pair_up

MOST_ROWS = 64  # of one call that are told apart, as many as a page of images has


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
    when, tile = epochs_by_call(context), image_tile(context)
    options: list[frozenset[int]] = []
    cells: list[tuple[tuple[int, ...], int]] = []
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
    return Shown({epoch: frozenset(shown_then) for epoch, shown_then in images.items()}, cell, not observed)
