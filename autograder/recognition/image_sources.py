"""Everything that a drawn panel could be showing: originals, noisy rows, outputs and codes, with their origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Literal

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Call

from .known_images import SHOWN, KnownImages
from .match import EQUAL, CandidateRows
from .origins import Origins, OriginTracer
from .training_rows import flat

Role = Literal["original", "noisy", "output", "node", "made"]
MAX_ENTRIES = 6000  # of one size: each is compared with each panel
MAX_MADE = 3000  # of them made from no image
PAGE = 64  # rows: calls of so few are made to be shown, larger ones to be measured
MOST_OF_ONE = 512  # rows of one call that replay gives exactly
_OF_TRAININGS = ("fit:", "validation:")


@dataclass(frozen=True)
class Entry:
    """One candidate: which image it comes from and what made it.

    Attributes:
        role: an original, a noisy row that was recorded, a model's output, or the output of a node inside; `made`: an
            output of an image's size for inputs behind which there is no image.
        set: `mnist:test` or `mnist:train`; index: which of its first images; of what was made, which row of its call.
        noisy: whether the model was given a noisy version of that image.
        model, node, version: what made it (node `out` for outputs); version None when it is not by weights.
        source: what the model was given, as replay names it (`known:mnist:test`, `call:c3`).
        via: models whose outputs were what this model was given.
        recomputed: whether replay computed it, or it is only what the run claimed.
    """

    role: Role
    set: str
    index: int
    noisy: bool = False
    model: str = ""
    node: str = ""
    version: int | None = None
    source: str = ""
    via: tuple[str, ...] = ()
    recomputed: bool = True


@dataclass(frozen=True)
class Batch:
    """Rows that may be candidates, read when they are needed.

    Attributes:
        numbers: in one row.
        read: gives the rows, or None where there are none.
        origins: which image each row comes from; `made`: what made them.
    """

    numbers: int
    read: Callable[[], np.ndarray | None]
    origins: Origins
    made: Entry


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
        self._origins = origins
        self._by_numbers: dict[int, tuple[list[Entry], CandidateRows]] = {}
        # Rows are read when their size is asked for: most nodes of a net have sizes that no drawn panel has.
        self._batches = [*self._originals(), *self._replayed(), *self._recorded(), *self._made()]

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
            of_training = batch.made.source.startswith(_OF_TRAININGS)
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

    def _originals(self) -> Iterator[Batch]:
        split = self._known.train_count
        for name, images in self._known.sets().items():
            first = 0 if name.endswith(":train") else split
            origins = Origins(first + np.arange(len(images)), np.zeros(len(images), bool))
            yield Batch(images[0].size, partial(np.asarray, images), origins, Entry("original", name, 0))

    def origins_of(self, source: str) -> Origins | None:
        """Which images stand behind the inputs of a replay's source (`known:mnist:test`, `call:c3`); None where unknown."""
        kind, _, name = source.partition(":")
        if kind == "known":
            if name not in self._known.sets():
                return None
            half = 0 if name.endswith(":train") else self._known.train_count
            return Origins(half + np.arange(SHOWN), np.zeros(SHOWN, bool))
        if kind == "call":
            return self._origins.of_call(name)
        if kind in ("fit", "validation"):
            return self._origins.of_fit(name, kind)
        return None

    def _replayed(self) -> Iterator[Batch]:
        for model in self._evidence.replayed.values():
            if model.status != "replayed":
                continue
            # a loop of fits answers for the same rows hundreds of times: what was asked directly goes first
            for output in sorted(model.outputs, key=lambda output: output.source.startswith(_OF_TRAININGS)):
                origins = self.origins_of(output.source)
                if origins is None:
                    continue
                for node, ref in output.of_first_rows():
                    made = Entry(
                        role="output" if node == "out" else "node",
                        set="",
                        index=0,
                        model=model.model,
                        node=node,
                        version=output.version,
                        source=output.source,
                        via=origins.via,
                    )
                    numbers = self._evidence.replayed_numbers(ref)
                    yield Batch(numbers, partial(self._evidence.replayed_array, ref), origins, made)

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

    def _noisy(self, ref: str | None, origins: Origins | None, source: str) -> Iterator[Batch]:
        """The noisy rows among recorded inputs."""
        if ref is None or origins is None or not origins.noisy.any():
            return
        if self._evidence.recorded_numbers(ref) == self._known.pixels:
            only = Origins(np.where(origins.noisy, origins.places, -1), origins.noisy)
            read = partial(self._evidence.array, ref)
            yield Batch(self._known.pixels, read, only, Entry("noisy", "", 0, source=source))

    def _only_observed(self, call: Call) -> bool:
        """Whether replay could not compute this answer: no replay of the model, or its weights then made room for others."""
        if not self._evidence.is_replayed(call.model):
            return True
        version = self._evidence.weights.get(call.model, {}).get(call.version)
        return version is not None and version.reason == "dropped"

    def _recorded(self) -> Iterator[Batch]:
        """Recorded noisy inputs, and what calls claim to have answered where replay could not compute it."""
        for call in self._evidence.calls:
            origins = self._origins.of_call(call.id)
            if origins is None:
                continue
            yield from self._noisy(call.inputs[0], origins, f"call:{call.id}")
            if call.outputs and self._only_observed(call):
                made = Entry(
                    role="output",
                    set="",
                    index=0,
                    model=call.model,
                    node="out",
                    version=call.version,
                    source=f"call:{call.id}",
                    via=origins.via,
                    recomputed=False,
                )
                numbers = self._evidence.recorded_numbers(call.outputs[0])
                yield Batch(numbers, partial(self._evidence.array, call.outputs[0]), origins, made)
        for fit in self._evidence.fits:
            for kind, rows in (("fit", fit.rows), ("validation", fit.validation_rows)):
                if rows.inputs is not None:
                    yield from self._noisy(
                        rows.inputs, self._origins.of_fit(fit.id, kind), f"{kind}:{fit.id}"
                    )

    def _made(self) -> Iterator[Batch]:
        """What models of images made from other inputs (noise, points of a plane): pages first, the newest calls first."""
        again = {
            (model.model, output.source): output.nodes.get("out")
            for model in self._evidence.replayed.values()
            if model.status == "replayed"
            for output in model.outputs
            if output.source.startswith("call:")
        }
        left, newest = MAX_MADE, self._evidence.calls[::-1]
        for call in sorted(newest, key=lambda call: call.rows > PAGE):
            origins = self._origins.of_call(call.id)
            if left <= 0 or origins is None or (origins.places >= 0).any() or not call.outputs:
                continue
            ref: str | None = call.outputs[0]
            read, numbers = self._evidence.array, self._evidence.recorded_numbers
            recomputed = (call.model, f"call:{call.id}") in again
            if recomputed:
                ref = again[call.model, f"call:{call.id}"]
                read, numbers = self._evidence.replayed_array, self._evidence.replayed_numbers
            elif not self._only_observed(call):
                continue
            if ref is None or numbers(ref) != self._known.pixels:
                continue
            left -= min(len(origins.places), MOST_OF_ONE)
            made = Entry(
                role="made",
                set="",
                index=0,
                model=call.model,
                node="out",
                version=call.version,
                source=f"call:{call.id}",
                recomputed=recomputed,
            )
            yield Batch(self._known.pixels, partial(read, ref), origins, made)
