"""Everything that a drawn panel could be showing: originals, noisy rows, outputs and codes, with their origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from autograder.evidence.evidence import Evidence

from .entry_batches import OF_TRAININGS, EntryBatches
from .image_entries import Batch, Entry
from .known_images import SHOWN, KnownImages
from .match import EQUAL, CandidateRows
from .origins import OriginTracer
from .training_rows import flat

MAX_ENTRIES = 6000  # of one size: each is compared with each panel


def _alike(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which rows equal those in their place."""
    allowed = EQUAL * np.maximum(np.ptp(others, axis=1), EQUAL)
    same: np.ndarray = np.abs(rows - others).max(axis=1) <= allowed
    return same


class ImageSources:
    """All candidates of one notebook, by how many numbers they have."""

    def __init__(self, evidence: Evidence, known: KnownImages, origins: OriginTracer):
        self._evidence = evidence
        self._known = known
        self._by_numbers: dict[int, tuple[list[Entry], CandidateRows]] = {}
        # Rows are read when their size is asked for: most nodes of a net have sizes that no drawn panel has.
        self._batches = list(EntryBatches(evidence, known, origins))

    def entries(self, numbers: int) -> tuple[list[Entry], CandidateRows]:
        """The candidates with this many numbers, and the same ready for comparison."""
        if numbers not in self._by_numbers:
            pairs = list(islice(self._candidates(numbers), MAX_ENTRIES))
            values = np.stack([row for _, row in pairs]) if pairs else np.empty((0, numbers))
            self._by_numbers[numbers] = ([entry for entry, _ in pairs], CandidateRows(values))
        return self._by_numbers[numbers]

    def _candidates(self, numbers: int) -> Iterator[tuple[Entry, np.ndarray]]:
        """Entries with their rows; a second one where an answer is cut to the valid range to be shown."""
        met: set[tuple[Entry, bytes]] = set()  # rows of trainings that are there already
        for batch in self._batches:
            rows = flat(batch.read()) if batch.numbers == numbers else None
            if rows is None:
                continue
            entries, rows = self._entries_of(batch, rows)
            of_training = batch.made.source.startswith(OF_TRAININGS)
            low, high = rows.min(axis=1, initial=0), rows.max(axis=1, initial=0)
            cut = ((low < -1e-6) | (high > 1 + 1e-6)) & (low > -3) & (high < 4)
            for entry, row, beyond in zip(entries, rows, cut, strict=True):
                yield entry, row
                if of_training:
                    same = (replace(entry, source=""), row.tobytes())
                    if same in met:
                        continue
                    met.add(same)
                if beyond and entry.role in ("output", "noisy"):
                    yield entry, np.clip(row, 0, 1)

    def _entries_of(self, batch: Batch, rows: np.ndarray) -> tuple[list[Entry], np.ndarray]:
        """An entry for each row of a batch, (n, numbers), that is worth comparing with panels, and these rows.

        Worth it are rows that come from one of the first images of the training or of the test set, and in a batch
        made from no image all of them.
        """
        if batch.made.role == "made":
            at = np.flatnonzero(np.isfinite(rows).all(axis=1))
            return [replace(batch.made, index=int(row)) for row in at], rows[at]
        places, split = batch.origins.places[: len(rows)], self._known.train_count
        first = (places >= 0) & (places < SHOWN)
        at = np.flatnonzero(first | ((places >= split) & (places < split + SHOWN)))
        at = at[np.isfinite(rows[at]).all(axis=1)]
        made, halves = batch.made, (f"{self._known.name}:train", f"{self._known.name}:test")
        if made.role == "output" and len(at):
            at = at[~self._no_answers(rows[at], places[at], self._given(made.source), at)]
        entries = [
            Entry(
                made.role,
                halves[place >= split],
                place - split if place >= split else place,
                noisy,
                made.model,
                made.node,
                made.version,
                made.source,
                made.via,
                made.recomputed,
            )
            for place, noisy in zip(places[at].tolist(), batch.origins.noisy[at].tolist(), strict=True)
        ]
        return entries, rows[at]

    def _no_answers(
        self, rows: np.ndarray, places: np.ndarray, given: np.ndarray | None, at: np.ndarray
    ) -> np.ndarray:
        """Which outputs are the clean image itself, or what the model was given: no trained net gives either."""
        if rows.shape[1] != self._known.pixels:
            return np.zeros(len(rows), bool)
        copied = _alike(rows, self._known.images(places))
        if given is not None and given.shape[1] == rows.shape[1]:
            recorded = at < len(given)
            copied[recorded] |= _alike(rows[recorded], given[at[recorded]])
        return copied

    def _given(self, source: str) -> np.ndarray | None:
        """The rows that a model was given under a source, flat; None for sources of trainings, whose rows go unshown."""
        kind, _, name = source.partition(":")
        if kind == "known":
            return flat(self._known.sets().get(name))
        call = next((call for call in self._evidence.calls if call.id == name), None)
        return flat(self._evidence.array(call.inputs[0])) if kind == "call" and call and call.inputs else None
