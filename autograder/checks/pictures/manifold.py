"""Is shown what a trained model makes of the points of a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.recognition.image_entries import Entry
from autograder.recognition.training_rows import flat
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import with_basis
from ..context import CheckContext
from ..sentences import blocked, say
from .outputs import made_entries
from .shown_images import image_tile, nothing_to_find
from .tally import pair_up

SAME_TICK = 1e-4  # of the spread of the points
LEAST_POINTS = 4  # fewer lie on a grid whatever they are
NO_GRID = 0.5  # of the points for images of points that lie on no grid


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
    keys = list(dict.fromkeys((entry.source, entry.index) for panel in panels for entry in panel))
    places = {key: place for place, key in enumerate(keys)}
    by_place = {places[entry.source, entry.index]: entry for panel in panels for entry in panel}
    options = [frozenset(places[entry.source, entry.index] for entry in panel) for panel in panels]
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
    if given is None or given.shape[1] != 2 or len(given) < LEAST_POINTS:
        return False
    ticks = []
    for numbers in given.T:
        ordered, step = np.sort(numbers), SAME_TICK * max(float(np.ptp(given)), 1e-12)
        ticks.append(1 + int((np.diff(ordered) > step).sum()))
    return min(ticks) <= len(given) / 2 and ticks[0] * ticks[1] <= 4 * len(given)


def check_manifold(context: CheckContext, item: Item) -> Verdict:
    """What the trained model makes of the points of a grid is shown; half for points that lie on no grid."""
    if not context.trained:
        return blocked("training")
    made = made_entries(context)
    cache: dict[tuple[str, int | None], bool] = {}

    def trained(entry: Entry) -> bool:
        key = (entry.model, entry.version)
        if made(entry) and key not in cache:
            cache[key] = context.after_training(entry)
        return made(entry) and cache[key]

    pages = _pages(context, trained)
    if not pages:
        return _why_not(context, item, made)
    whole = (next(iter(pages.values()))[0], [panel for _, panels in pages.values() for panel in panels])
    # a grid may stand beside a page of random points, and be drawn in one figure or row by row
    verdicts = [
        _of_page(context, item, cell, _different(panels)) for cell, panels in (*pages.values(), whole)
    ]
    return max(verdicts, key=lambda verdict: verdict.share)


def _why_not(context: CheckContext, item: Item, made: Callable[[Entry], bool]) -> Verdict:
    """What to say where nothing is shown that the trained model made."""
    values, early = {"least": item.least}, _pages(context, made)
    if early:
        return say("made.untrained", 0.0, values, cell=next(iter(early.values()))[0], basis="recomputed")
    return nothing_to_find(context) or say("made.none", 0.0, values, basis="recomputed")


def _of_page(context: CheckContext, item: Item, cell: int, shown: list[Entry]) -> Verdict:
    values = {"least": item.least, "shown": len(shown)}
    share = min(1.0, len(shown) / item.least)
    if not _on_a_grid(_given(context, shown)):
        verdict = say("made.no_grid", NO_GRID * share, values, cell=cell)
    else:
        verdict = say("made.ok" if share >= 1 else "made.some", share, values, cell=cell)
    return with_basis(context, verdict, all(entry.recomputed for entry in shown))
