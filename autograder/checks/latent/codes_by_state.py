"""Codes of two numbers that a model gives for known images, at each state of its weights: what points are held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.recognition.image_entries import Entry, Role
from autograder.rubrics.types import Item

from ..bottleneck import code_layers
from ..context import CheckContext

MAX_STATE_CODES = 320  # of one state, spread over all of its images; each is looked for among all points


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
    origins = context.scene.of_source(source)
    if rows is None or origins is None or rows.size != 2 * len(rows):
        return nothing
    known = context.scene.known
    places, count = origins.places, min(len(rows), len(origins.places))
    low, high = (known.train_count, np.inf) if item.of.endswith(":test") else (0, known.train_count)
    of_set = (places[:count] >= low) & (places[:count] < high) & ~origins.noisy[:count]
    rows = rows.reshape(len(rows), 2)[:count].astype(float)
    at = np.flatnonzero(of_set & np.isfinite(rows).all(axis=1))
    return places[at], rows[at]


def _answers(context: CheckContext) -> list[tuple[Entry, str | None, bool]]:
    """Everything that could be codes: what made it, where its rows lie, and whether replay computed them."""
    answers: list[tuple[Entry, str | None, bool]] = []
    for model in context.evidence.replayed.values():
        for output in model.outputs if model.status == "replayed" else ():
            for node, ref in output.of_first_rows():
                role: Role = "output" if node == "out" else "node"
                entry = Entry(
                    role, "", 0, model=model.model, node=node, version=output.version, source=output.source
                )
                answers.append((entry, ref, True))
    for call in context.evidence.calls:
        if not context.evidence.is_replayed(call.model) and call.outputs:
            source = f"call:{call.id}"
            entry = Entry("output", "", 0, model=call.model, node="out", version=call.version, source=source)
            answers.append((entry, call.outputs[0], False))
    return answers


def codes_by_state(context: CheckContext, item: Item, after: bool) -> list[StateCodes]:
    """The judged model's codes of known images, for each state of its weights before (or after) training."""
    ids = frozenset(layer.node.layer for layer in code_layers(context))
    by_state: dict[tuple[str, int | None, str, bool], list[tuple[np.ndarray, np.ndarray]]] = {}
    for entry, ref, recomputed in _answers(context):
        if context.after_training(entry) != after or not context.belongs(entry, ids):
            continue
        array = context.evidence.replayed_array(ref) if recomputed else context.evidence.array(ref)
        places, codes = _rows_of(context, item, entry.source, array)
        if len(places):
            by_state.setdefault((entry.model, entry.version, entry.node, recomputed), []).append(
                (places, codes)
            )
    states = []
    for (*_, recomputed), pieces in by_state.items():
        places, first = np.unique(np.concatenate([places for places, _ in pieces]), return_index=True)
        codes = np.concatenate([codes for _, codes in pieces])[first]
        some = np.linspace(0, len(places) - 1, min(len(places), MAX_STATE_CODES)).astype(int)
        states.append(StateCodes(places[some], codes[some], recomputed))
    return states
