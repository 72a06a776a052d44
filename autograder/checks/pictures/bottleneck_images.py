"""Are the codes shown: what the trained model's bottleneck gives for the first images, in the asked shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from autograder.recognition.image_entries import Entry
from autograder.recognition.layers import Layer
from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.panels import PanelKey, Tile
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import open_without_replay, with_basis
from ..bottleneck import code_layers, without_code
from ..context import CheckContext
from ..sentences import blocked, say
from .shown_images import AMBIGUOUS, no_pictures
from .tally import Seen, Tally, tally

MAX_SHAPES = 60  # of pictures that are compared with codes; each is a comparison of its own
OTHER_SHAPE = 0.5  # of the points for a code in another shape


def _wanted(context: CheckContext, item: Item, layers: Iterable[Layer]) -> Callable[[Entry], bool]:
    ids = frozenset(layer.node.layer for layer in layers)
    cache: dict[Entry, bool] = {}

    def wanted(entry: Entry) -> bool:
        if entry.set != item.of or entry.noisy or entry.role not in ("node", "output"):
            return False
        if entry not in cache:
            cache[entry] = context.belongs(entry, ids) and context.after_training(entry)
        return cache[entry]

    return wanted


def _seen(
    context: CheckContext, tile: Tile, wanted: Callable[[Entry], bool], arrangements: tuple[str, ...]
) -> list[Seen]:
    """Panels of one shape with the images whose codes they are, in any of the arrangements."""
    sets: dict[PanelKey, frozenset[int]] = {}
    for arrangement in arrangements:
        for key, (_, entries) in context.scene.shown(tile, arrangement).items():
            sets[key] = sets.get(key, frozenset()) | {entry.index for entry in entries if wanted(entry)}
    return [(sighting, sets[sighting.key]) for sighting in context.scene.sightings(tile)]


def _other_shapes(context: CheckContext) -> list[Tile]:
    """Shapes of drawn pictures that hold exactly one code's numbers, other than the asked one."""
    asked, numbers = context.part.code_shape, context.part.code_numbers
    shapes: dict[Tile, None] = {(asked[1], asked[0]): None} if asked[0] != asked[1] else {}
    for drawn in context.scene.wall.pictures():
        whole = context.scene.wall.picture(drawn.ref)
        if whole is not None and whole.values.size == numbers and whole.values.shape != asked:
            rows, columns = whole.values.shape
            shapes[rows, columns] = None
    return list(shapes)[:MAX_SHAPES]


def _maps_seen(
    context: CheckContext, layers: tuple[Layer, ...], wanted: Callable[[Entry], bool]
) -> list[Seen]:
    """Images of which every feature map of the code is shown as a panel of its own."""
    shape = next((layer.shape for layer in layers if len(layer.shape) == 3), None)
    if shape is None:
        return []
    tile, maps = (shape[0], shape[1]), shape[2]
    sightings = context.scene.sightings(tile)
    entries, rows = context.scene.sources.entries(context.part.code_numbers)
    at = [n for n, entry in enumerate(entries) if wanted(entry)]
    if not sightings or not at:
        return []
    pieces = rows.values[at].reshape(-1, *shape).transpose(0, 3, 1, 2).reshape(len(at) * maps, -1)
    keys = list(dict.fromkeys(sighting.key for sighting in sightings))
    matches = match_all(
        [context.scene.wall.panels[key] for key in keys], CandidateRows(np.ascontiguousarray(pieces))
    )
    pairs = {
        key: {(entries[at[n // maps]].index, n % maps) for n in match.candidates}
        for key, match in zip(keys, matches, strict=True)
    }
    pieces_of: dict[int, set[int]] = {}
    for image, piece in {pair for shown in pairs.values() for pair in shown}:
        pieces_of.setdefault(image, set()).add(piece)
    complete = {image for image, shown in pieces_of.items() if len(shown) == maps}
    return [
        (sighting, frozenset(image for image, _ in pairs[sighting.key] if image in complete))
        for sighting in sightings
    ]


def _values(context: CheckContext) -> dict[str, int]:
    rows, columns = context.part.code_shape
    return {"rows": rows, "columns": columns, "count": context.part.images}


def _verdict(context: CheckContext, full: Tally, half: Tally) -> Verdict | None:
    """The verdict on codes shown in the asked shape, and in any for which there are points; None where there are none."""
    if not half.found:
        return None
    count, shown = context.part.images, len(half.found)
    other = shown - len(full.found)
    share = (len(full.found) + OTHER_SHAPE * other) / count * (1.0 if half.in_order else 0.5)
    values = {**_values(context), "shown": shown, "missing": half.missing}
    if other:
        verdict = say("codes.half", share, {**values, "half": other}, cell=half.cell)
    elif shown == count:
        verdict = say("images.ok" if half.in_order else "images.order", share, values, cell=half.cell)
    else:
        verdict = say("images.some" if half.in_order else "images.some_order", share, values, cell=half.cell)
    return replace(verdict, flags=(AMBIGUOUS,)) if half.ambiguous else verdict


def check_bottleneck_images(context: CheckContext, item: Item) -> Verdict:
    """The codes of the first images are shown in the asked shape; half for another one where the rubric says so."""
    if not context.trained:
        return blocked("training")
    unjudged = without_code(context) or open_without_replay(context)
    if unjudged is not None:
        return unjudged
    layers = code_layers(context)
    wanted = _wanted(context, item, layers)
    loose = context.part.code_layouts == "any"
    count, tile = context.part.images, (context.part.code_shape[0], context.part.code_shape[1])

    def shown(wanted: Callable[[Entry], bool]) -> tuple[Tally, Tally]:
        """In the asked shape, and in any for which there are points."""
        full_seen = _seen(context, tile, wanted, ("any",) if loose else ("exact", "turned"))
        half_seen = list(full_seen)
        if loose:
            for shape in _other_shapes(context):
                half_seen += _seen(context, shape, wanted, ("any",))
            half_seen += _maps_seen(context, layers, wanted)
        return tally(full_seen, count), tally(half_seen, count)

    full, half = shown(wanted)
    verdict = _verdict(context, full, half)
    if verdict is not None:
        # what a model said whose weights had to make room is the run's own word
        by_replay = shown(lambda entry: wanted(entry) and entry.recomputed)
        recomputed = by_replay[0].found == full.found and by_replay[1].found == half.found
        return with_basis(context, verdict, recomputed)
    if not loose:
        other = tally(
            [seen for shape in _other_shapes(context) for seen in _seen(context, shape, wanted, ("exact",))],
            count,
        )
        if other.found:
            return say("codes.shape", 0.0, _values(context), cell=other.cell)
    return no_pictures(context) or say("codes.none", 0.0, _values(context), basis="recomputed")
