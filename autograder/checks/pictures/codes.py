"""Are the codes shown: what the trained model's bottleneck gives for the first images, in the asked shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from autograder.recognition.image_sources import Entry
from autograder.recognition.layers import Layer
from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.panels import Tile
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .images import no_pictures
from .tally import Seen, Tally, tally

MAX_SHAPES = 60


def code_layers(context: CheckContext) -> tuple[Layer, ...]:
    """The first counted layer that gives as many numbers as a code has, and the plumbing right after it.

    Where codes are drawn at random, mean and variance are two such layers, and what draws them follows.
    """
    found: list[Layer] = []
    for layer in context.layers:
        if not found:
            if layer.counted and layer.numbers == context.part.code_numbers:
                found.append(layer)
        elif layer.numbers != context.part.code_numbers or (layer.counted and not context.part.sampled):
            break
        else:
            found.append(layer)
    return tuple(found)


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
    sets: dict[tuple, frozenset[int]] = {}
    for arrangement in arrangements:
        for key, (_, entries) in context.scene.shown(tile, arrangement).items():
            sets[key] = sets.get(key, frozenset()) | {entry.index for entry in entries if wanted(entry)}
    return [(sighting, sets[sighting.key]) for sighting in context.scene.sightings(tile)]


def _other_shapes(context: CheckContext) -> list[Tile]:
    """Shapes of drawn pictures that hold exactly one code's numbers, other than the asked one."""
    asked, numbers = context.part.code_shape, context.part.code_numbers
    shapes: dict[Tile, None] = {(asked[1], asked[0]): None} if asked[0] != asked[1] else {}
    for _, _, _, _, ref, _ in context.scene.wall.pictures():
        whole = context.scene.wall.picture(ref)
        if whole is not None and whole.values.size == numbers and whole.values.shape != asked:
            shapes[whole.values.shape] = None
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
    entries, candidates = context.scene.sources.entries(context.part.code_numbers)
    at = [n for n, entry in enumerate(entries) if wanted(entry)]
    if not sightings or not at:
        return []
    pieces = candidates.values[at].reshape(-1, *shape).transpose(0, 3, 1, 2).reshape(len(at) * maps, -1)
    keys = list(dict.fromkeys(sighting.key for sighting in sightings))
    matches = match_all(
        [context.scene.wall.panels[key] for key in keys], CandidateRows(np.ascontiguousarray(pieces))
    )
    pairs = {
        key: {(entries[at[n // maps]].index, n % maps) for n in match.candidates}
        for key, match in zip(keys, matches, strict=True)
    }
    have: dict[int, set[int]] = {}
    for found in pairs.values():
        for image, piece in found:
            have.setdefault(image, set()).add(piece)
    complete = {image for image, found in have.items() if len(found) == maps}
    first_only: list[Seen] = []
    for sighting in sightings:
        images = frozenset(image for image, piece in pairs[sighting.key] if image in complete)
        first_only.append((sighting, images))
    return first_only


def _verdict(
    context: CheckContext, full: Tally, half: Tally, flags: tuple[str, ...], basis
) -> Verdict | None:
    rows, columns = context.part.code_shape
    count = context.part.images
    if not half.found:
        return None
    other = len(half.found) - len(full.found)
    share = (len(full.found) + 0.5 * other) / count * (1.0 if half.in_order else 0.5)
    common = {
        "cell": half.cell,
        "basis": basis,
        "flags": (*flags, *(("ambiguous",) if half.ambiguous else ())),
        "count": count,
        "rows": rows,
        "columns": columns,
        "shown": len(half.found),
        "missing": half.missing,
    }
    if other:
        return say("codes.half", share, half=other, **common)
    if len(half.found) == count:
        return say("images.ok" if half.in_order else "images.order", share, **common)
    return say("images.some" if half.in_order else "images.some_order", share, **common)


def check_codes(context: CheckContext, item: Item) -> Verdict:
    """The codes of the first images are shown in the asked shape; half for another one where the rubric says so."""
    if not context.trained:
        return blocked("training")
    layers = code_layers(context)
    if not layers and context.layers:
        return say(
            "codes.no_layer", 0.0, numbers=context.part.code_numbers, outcome="blocked", by="architecture"
        )
    if context.replay_failed:
        return say("item.ours", 0.0, where="replay", outcome="errored")
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
    # what a model said whose weights had to make room is the run's own word
    by_replay = shown(lambda entry: wanted(entry) and entry.recomputed)
    recomputed = by_replay[0].found == full.found and by_replay[1].found == half.found
    verdict = _verdict(
        context,
        full,
        half,
        () if recomputed else ("not_recomputed",),
        "recomputed" if recomputed else "observed",
    )
    if verdict is not None:
        return verdict
    said = {"rows": context.part.code_shape[0], "columns": context.part.code_shape[1], "count": count}
    if not loose:
        other = [
            each for shape in _other_shapes(context) for each in _seen(context, shape, wanted, ("exact",))
        ]
        if tally(other, count).found:
            return say("codes.shape", 0.0, cell=tally(other, count).cell, **said)
    return no_pictures(context) or say("codes.none", 0.0, basis="recomputed", **said)
