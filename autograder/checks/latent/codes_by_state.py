"""Codes of two numbers that a model gives for known images, at each state of its weights: what points are held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.recognition.image_sources import Entry
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..pictures.codes import code_layers

MAX_SAMPLE = 320


@dataclass(frozen=True)
class StateCodes:
    """Codes of known images at one moment.

    Attributes:
        places: (m,) which images; codes: (m, 2).
        recomputed: whether replay computed them.
    """

    places: np.ndarray
    codes: np.ndarray
    recomputed: bool


def _rows_of(
    context: CheckContext, item: Item, source: str, rows: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Those rows of codes that come from clean images of the item's set, with their places."""
    nothing = np.empty(0, int), np.empty((0, 2))
    origins = context.scene.sources.origins_of(source)
    if rows is None or origins is None or rows.size != 2 * len(rows):
        return nothing
    known = context.scene.known
    places, count = origins.places, min(len(rows), len(origins.places))
    low, high = (known.train_count, np.inf) if item.of.endswith(":test") else (0, known.train_count)
    mine = (places[:count] >= low) & (places[:count] < high) & ~origins.noisy[:count]
    rows = rows.reshape(len(rows), 2)[:count].astype(float)
    at = np.flatnonzero(mine & np.isfinite(rows).all(axis=1))
    return places[at], rows[at]


def _made(context: CheckContext) -> list[tuple[Entry, str | None, bool]]:
    """Everything that could be codes: what made it, where its rows lie, and whether replay computed them."""
    found = []
    for model in context.evidence.replayed.values():
        if model.status != "replayed":
            continue
        for output in model.outputs:
            for node, ref in output.of_first_rows():
                role = "output" if node == "out" else "node"
                entry = Entry(role, "", 0, False, model.model, node, output.version, output.source)
                found.append((entry, ref, True))
    for call in context.evidence.calls:
        if not context.evidence.is_replayed(call.model) and call.outputs:
            entry = Entry("output", "", 0, False, call.model, "out", call.version, f"call:{call.id}")
            found.append((entry, call.outputs[0], False))
    return found


def codes_by_state(context: CheckContext, item: Item, after: bool) -> list[StateCodes]:
    """The judged model's codes of known images, one sample for each state of its weights before (or after) training."""
    ids = frozenset(layer.node.layer for layer in code_layers(context))
    by_state: dict[tuple[str, int | None, str, bool], list[tuple[np.ndarray, np.ndarray]]] = {}
    for entry, ref, recomputed in _made(context):
        if context.after_training(entry) != after or not context.belongs(entry, ids):
            continue
        array = context.evidence.replayed_array(ref) if recomputed else context.evidence.array(ref)
        places, codes = _rows_of(context, item, entry.source, array)
        if len(places):
            by_state.setdefault((entry.model, entry.version, entry.node, recomputed), []).append(
                (places, codes)
            )
    samples = []
    for (*_, recomputed), pieces in by_state.items():
        places, first = np.unique(np.concatenate([places for places, _ in pieces]), return_index=True)
        codes = np.concatenate([codes for _, codes in pieces])[first]
        some = np.linspace(0, len(places) - 1, min(len(places), MAX_SAMPLE)).astype(int)
        samples.append(StateCodes(places[some], codes[some], recomputed))
    return samples
