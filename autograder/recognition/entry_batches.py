"""Where the things that a panel could show are found in the evidence: data, replay, and what calls claim to have given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Call

from .image_entries import Batch, Entry, Role
from .known_images import KnownImages
from .origins import Origins, OriginTracer

MAX_MADE = 3000  # rows made from no image
PAGE = 64  # rows: calls of so few are made to be shown, larger ones to be measured
MOST_OF_ONE = 512  # rows of one call that replay gives exactly
OF_TRAININGS = ("fit:", "validation:")  # how sources begin that are rows of trainings


class EntryBatches:
    """All batches of one notebook, in the order in which they are compared with panels."""

    def __init__(self, evidence: Evidence, known: KnownImages, origins: OriginTracer):
        self._evidence = evidence
        self._known = known
        self._origins = origins

    def __iter__(self) -> Iterator[Batch]:
        yield from self._originals()
        yield from self._replayed()
        yield from self._recorded()
        yield from self._made()

    def _originals(self) -> Iterator[Batch]:
        split = self._known.train_count
        for name, images in self._known.sets().items():
            first = 0 if name.endswith(":train") else split
            origins = Origins(first + np.arange(len(images)), np.zeros(len(images), bool))
            yield Batch(images[0].size, partial(np.asarray, images), origins, Entry("original", name, 0))

    def _replayed(self) -> Iterator[Batch]:
        for model in self._evidence.replayed.values():
            if model.status != "replayed":
                continue
            # a loop of fits answers for the same rows hundreds of times: what was asked directly goes first
            for output in sorted(model.outputs, key=lambda output: output.source.startswith(OF_TRAININGS)):
                origins = self._origins.of_source(output.source)
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
                made = replace(_answer("output", call), via=origins.via, recomputed=False)
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
            made = replace(_answer("made", call), recomputed=recomputed)
            yield Batch(self._known.pixels, partial(read, ref), origins, made)


def _answer(role: Role, call: Call) -> Entry:
    """What a model gave in one call, as recomputed by replay."""
    source = f"call:{call.id}"
    return Entry(role, "", 0, model=call.model, node="out", version=call.version, source=source)
