"""Is shown what a trained model makes of inputs that are no images: noise, or the points of a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.recognition.image_sources import Entry
from autograder.recognition.training_rows import flat
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .images import image_tile, no_pictures
from .tally import pair_up

SAME_TICK = 1e-4  # of the spread of the points
ROWS = 64  # of one call, at most, are told apart


def made_entries(context: CheckContext) -> Callable[[Entry], bool]:
    """Which entries the candidate, or the piece of it that ends where it ends, made of inputs that are no images."""
    last = frozenset(layer.node.layer for layer in context.layers[-1:])
    cache: dict[tuple, bool] = {}

    def wanted(entry: Entry) -> bool:
        if entry.role != "made":
            return False
        key = (entry.model, entry.version)
        if key not in cache:
            mine = entry.model == context.candidate.model.id or context.belongs(entry, last)
            cache[key] = mine
        return cache[key]

    return wanted


def _pages(
    context: CheckContext, wanted: Callable[[Entry], bool]
) -> dict[int, tuple[int, list[list[Entry]]]]:
    """For each figure, its cell, and for each of its panels the wanted entries that it may show."""
    tile = image_tile(context)
    shown = {
        key: [entry for entry in entries if wanted(entry)]
        for key, (_, entries) in context.scene.shown(tile).items()
    }
    pages: dict[int, tuple[int, list[list[Entry]]]] = {}
    for sighting in sorted(context.scene.sightings(tile), key=lambda sighting: sighting.drawn):
        if shown[sighting.key]:
            pages.setdefault(sighting.drawn[0], (sighting.cell, []))[1].append(shown[sighting.key])
    return pages


def _different(panels: list[list[Entry]]) -> list[Entry]:
    """One entry for each panel that can be told from the others."""
    entries = list(dict.fromkeys((each.source, each.index) for panel in panels for each in panel))
    places = {key: place for place, key in enumerate(entries)}
    by_place = {places[each.source, each.index]: each for panel in panels for each in panel}
    options = [frozenset(places[each.source, each.index] for each in panel) for panel in panels]
    return [by_place[place] for place in sorted(pair_up(options))]


def _given(context: CheckContext, entries: list[Entry]) -> np.ndarray | None:
    """The inputs that the shown images were made of, (n, numbers)."""
    calls = {call.id: call for call in context.evidence.calls}
    rows = []
    for entry in entries:
        given = flat(context.evidence.array(calls[entry.source.partition(":")[2]].inputs[0]))
        if given is not None and entry.index < len(given):
            rows.append(given[entry.index])
    return np.stack(rows) if rows and len({len(row) for row in rows}) == 1 else None


def _on_a_grid(given: np.ndarray | None) -> bool:
    """Whether points of a plane lie on a grid: few ticks in each direction, far fewer than points along one of them."""
    if given is None or given.shape[1] != 2 or len(given) < 4:
        return False
    ticks = []
    for numbers in given.T:
        ordered, step = np.sort(numbers), SAME_TICK * max(float(np.ptp(given)), 1e-12)
        ticks.append(1 + int((np.diff(ordered) > step).sum()))
    return min(ticks) <= len(given) / 2 and ticks[0] * ticks[1] <= 4 * len(given)


def _judge(context: CheckContext, item: Item) -> Verdict:
    if not context.trained:
        return blocked("training")
    wanted = made_entries(context)
    cache: dict[Entry, bool] = {}

    def trained(entry: Entry) -> bool:
        if wanted(entry) and entry not in cache:
            cache[entry] = context.after_training(entry)
        return wanted(entry) and cache[entry]

    pages = _pages(context, trained)
    if not pages:
        early = _pages(context, wanted)
        if early:
            return say(
                "made.untrained",
                0.0,
                cell=next(iter(early.values()))[0],
                basis="recomputed",
                least=item.least,
            )
        return no_pictures(context) or say("made.none", 0.0, basis="recomputed", least=item.least)
    whole = (next(iter(pages.values()))[0], [panel for _, panels in pages.values() for panel in panels])
    # a grid may stand beside a page of random points, and be drawn in one figure or row by row
    verdicts = [
        _of_page(context, item, cell, _different(panels)) for cell, panels in (*pages.values(), whole)
    ]
    return max(verdicts, key=lambda verdict: verdict.share)


def _of_page(context: CheckContext, item: Item, cell: int, found: list[Entry]) -> Verdict:
    said = {"least": item.least, "shown": len(found), "cell": cell, "basis": "recomputed"}
    if not all(entry.recomputed for entry in found):
        if context.replay_failed:
            return say("item.ours", 0.0, where="replay", outcome="errored", cell=cell)
        said |= {"basis": "observed", "flags": ("not_recomputed",)}
    share = min(1.0, len(found) / item.least)
    if not _on_a_grid(_given(context, found)):
        return say("made.no_grid", share / 2, **said)
    return say("made.ok" if share >= 1 else "made.some", share, **said)


def check_made_grid(context: CheckContext, item: Item) -> Verdict:
    """What the trained model makes of the points of a grid is shown; half for points that lie on no grid."""
    return _judge(context, item)
