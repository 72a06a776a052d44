"""Everything that a drawn panel could be showing: originals, noisy rows, outputs and codes, with their origin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .evidence import Evidence
from .known import SHOWN, KnownImages
from .match import Bank
from .origins import Origins, Tracer
from .tapped import flat

Role = Literal["original", "noisy", "output", "node"]
MAX_ENTRIES = 6000


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

    def _origins_of(self, source: str) -> Origins | None:
        """Origins of the inputs behind a replay's source."""
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
            for output in model.outputs:
                origins = self._origins_of(output.source)
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
        for at in np.flatnonzero(origins.places[: len(rows)] >= 0):
            found = self.place(int(origins.places[at]))
            if found is not None:
                set_, index = found
                self._add(replace(made, set=set_, index=index, noisy=bool(origins.noisy[at])), rows[at])

    def _add_noisy(self, ref: str | None, origins: Origins | None, source: str) -> None:
        """Add the noisy rows among recorded inputs."""
        rows = flat(self._evidence.array(ref))
        if rows is None or origins is None or rows.shape[1] != self._known.pixels or not origins.noisy.any():
            return
        only = Origins(np.where(origins.noisy, origins.places, -1), origins.noisy)
        self._add_rows(rows, only, Entry("noisy", "", 0, source=source))

    def _add_recorded(self) -> None:
        """Add recorded noisy inputs, and what calls claim to have answered where replay could not compute it."""
        for call in self._evidence.calls:
            origins = self._origins.of_call(call.id)
            if origins is None:
                continue
            self._add_noisy(call.inputs[0], origins, f"call:{call.id}")
            if call.outputs and not self._evidence.is_replayed(call.model):
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
