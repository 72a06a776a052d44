"""Everything that a drawn panel could be showing: originals, noisy rows, outputs and codes, with their origin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .evidence import Evidence
from .facts import Call
from .known import SHOWN, KnownImages
from .match import EQUAL, Bank
from .origins import Origins, Tracer
from .tapped import flat

Role = Literal["original", "noisy", "output", "node"]
MAX_ENTRIES = 6000
_OF_TRAININGS = ("fit:", "validation:")


@dataclass(frozen=True)
class Entry:
    """One candidate: which image it comes from and what made it.

    Attributes:
        role: an original, a noisy row that was recorded, a model's output, or the output of a node inside.
        set: `mnist:test` or `mnist:train`; index: which of its first images.
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


class Library:
    """All candidates of one notebook, by how many numbers they have."""

    def __init__(self, evidence: Evidence, known: KnownImages, origins: Tracer):
        self._evidence = evidence
        self._known = known
        self._origins = origins
        self._rows: dict[int, list[tuple[Entry, np.ndarray]]] = {}
        self._banks: dict[int, tuple[list[Entry], Bank]] = {}
        self._met: set[tuple[Entry, bytes]] = set()  # rows of trainings that are there already
        self._add_originals()
        self._add_replayed()
        self._add_recorded()

    def entries(self, numbers: int) -> tuple[list[Entry], Bank]:
        """The candidates with this many numbers, and the same ready for comparison."""
        if numbers not in self._banks:
            rows = self._rows.get(numbers, [])
            values = np.stack([row for _, row in rows]) if rows else np.empty((0, numbers))
            self._banks[numbers] = ([entry for entry, _ in rows], Bank(values))
        return self._banks[numbers]

    def _add(self, entry: Entry, row: np.ndarray) -> None:
        rows = self._rows.setdefault(len(row), [])
        if len(rows) >= MAX_ENTRIES or not np.isfinite(row).all():
            return
        rows.append((entry, row))
        if entry.source.startswith(_OF_TRAININGS):
            same = (replace(entry, source=""), row.tobytes())
            if same in self._met:
                return
            self._met.add(same)
        low, high = row.min(), row.max()
        if entry.role in ("output", "noisy") and (low < -1e-6 or high > 1 + 1e-6) and low > -3 and high < 4:
            rows.append((entry, np.clip(row, 0, 1)))  # cut to the valid range to be shown

    def place(self, place: int) -> tuple[str, int] | None:
        """Set and index of a known image, when it is one of the first of its half."""
        split = self._known.train_count
        name = self._known.name
        if 0 <= place < SHOWN:
            return f"{name}:train", place
        if split <= place < split + SHOWN:
            return f"{name}:test", place - split
        return None

    def _add_originals(self) -> None:
        for name, images in self._known.sets().items():
            for index, image in enumerate(images):
                self._add(Entry("original", name, index), image.reshape(-1).astype(np.float64))

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

    def _add_replayed(self) -> None:
        for model in self._evidence.replayed.values():
            if model.status != "replayed":
                continue
            # a loop of fits answers for the same rows hundreds of times: what was asked directly goes first
            for output in sorted(model.outputs, key=lambda output: output.source.startswith(_OF_TRAININGS)):
                origins = self.origins_of(output.source)
                for node, ref in output.nodes.items() if origins else ():
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
                    self._add_rows(self._evidence.replayed_array(ref), origins, made)

    def _add_rows(self, array: np.ndarray | None, origins: Origins, made: Entry) -> None:
        """Add those rows that come from one of the first images; `made` says what made them."""
        rows = flat(array)
        if rows is None:
            return
        given = self._given(made.source) if made.role == "output" else None
        for at in np.flatnonzero(origins.places[: len(rows)] >= 0):
            found = self.place(int(origins.places[at]))
            if found is None:
                continue
            own = given[at] if given is not None and at < len(given) else None
            if made.role != "output" or not self._no_answer(rows[at], int(origins.places[at]), own):
                set_, index = found
                self._add(replace(made, set=set_, index=index, noisy=bool(origins.noisy[at])), rows[at])

    def _no_answer(self, row: np.ndarray, place: int, given: np.ndarray | None) -> bool:
        """Whether an output is the clean image itself, or what the model was given: no trained net gives either."""
        if len(row) != self._known.pixels:
            return False
        clean = self._known.images(np.array([place]))[0]
        alike = [clean] if given is None or len(given) != len(row) else [clean, given]
        return any(np.abs(row - each).max() <= EQUAL * max(np.ptp(each), EQUAL) for each in alike)

    def _given(self, source: str) -> np.ndarray | None:
        """The rows that a model was given under a source, flat; None for sources of trainings, whose rows go unshown."""
        kind, _, name = source.partition(":")
        if kind == "known":
            return flat(self._known.sets().get(name))
        call = next((each for each in self._evidence.calls if each.id == name), None)
        return flat(self._evidence.array(call.inputs[0])) if kind == "call" and call and call.inputs else None

    def _add_noisy(self, ref: str | None, origins: Origins | None, source: str) -> None:
        """Add the noisy rows among recorded inputs."""
        rows = flat(self._evidence.array(ref))
        if rows is None or origins is None or rows.shape[1] != self._known.pixels or not origins.noisy.any():
            return
        only = Origins(np.where(origins.noisy, origins.places, -1), origins.noisy)
        self._add_rows(rows, only, Entry("noisy", "", 0, source=source))

    def _only_observed(self, call: Call) -> bool:
        """Whether replay could not compute this answer: no replay of the model, or its weights then made room for others."""
        if not self._evidence.is_replayed(call.model):
            return True
        version = self._evidence.weights.get(call.model, {}).get(call.version)
        return version is not None and version.reason == "dropped"

    def _add_recorded(self) -> None:
        """Add recorded noisy inputs, and what calls claim to have answered where replay could not compute it."""
        for call in self._evidence.calls:
            origins = self._origins.of_call(call.id)
            if origins is None:
                continue
            self._add_noisy(call.inputs[0], origins, f"call:{call.id}")
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
                self._add_rows(self._evidence.array(call.outputs[0]), origins, made)
        for fit in self._evidence.fits:
            for kind, rows in (("fit", fit.rows), ("validation", fit.validation_rows)):
                if rows.inputs is not None:
                    self._add_noisy(rows.inputs, self._origins.of_fit(fit.id, kind), f"{kind}:{fit.id}")
