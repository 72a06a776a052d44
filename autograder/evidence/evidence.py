"""Evidence: everything that one notebook's run left behind, validated, frozen, in order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from autograder.records import RunRecord

from .arrays import BrokenArray, numbers_in_row, read_npy
from .facts import (
    Call,
    CellEnd,
    Compiled,
    Fact,
    Fault,
    Figure,
    Fit,
    Held,
    Loaded,
    ModelSeen,
    Note,
    Numbers,
    Saved,
    Session,
    WeightsVersion,
)
from .replayed import Replay, ReplayedModel, WeightStatistics

MAX_ARRAY_BYTES = 1 << 30  # of all arrays of one run together

AnyFact = TypeVar("AnyFact", bound=Fact)
FitOrCall = TypeVar("FitOrCall", Fit, Call)


class Evidence:
    """A frozen view of one run: facts by kind, in the order in which they happened; arrays on demand.

    Attributes:
        run: how the notebook's run ended, as seen from outside.
        session: the first event, or None when the recorder never started.
        models: last known state of each model, by id, in the order of first appearance.
        first_cells: model id -> the cell in which the model was first seen.
        weights: model id -> version -> the recorded version (its arrays are dropped after replay).
        fits, calls: one per id, in order; the recorder tells each once, so that of an id told again only the first event counts.
        told_again: whether an id of a training or of a call was told again.
        figures: every display of every figure, in order.
        saved, loaded: models written to files and read from them, in order.
        held, numbers: arrays that were held, numbers that were shown as text, when a cell ended.
        replay: what replay found out, or None when nothing was replayed.
    """

    def __init__(self, facts: Iterable[Fact], run: RunRecord, folder: Path | None, replay: Replay | None):
        self.run = run
        self.replay = replay
        self._folder = folder
        self._arrays: dict[str, np.ndarray | None] = {}
        self._bytes = 0
        self.broken: set[str] = set()
        self.facts = tuple(facts)
        self._positions = {id(fact): place for place, fact in enumerate(self.facts)}
        self.session = next((f for f in self.facts if isinstance(f, Session)), None)
        self.models: dict[str, ModelSeen] = {}
        self.first_cells: dict[str, int] = {}
        for model in self._of(ModelSeen):
            self.first_cells.setdefault(model.id, model.cell)
            self.models[model.id] = model
        self.compiles = self._of(Compiled)
        self.weights: dict[str, dict[int, WeightsVersion]] = {}
        for seen in self._of(WeightsVersion):
            self.weights.setdefault(seen.model, {})[seen.version] = seen
        self.fits: tuple[Fit, ...] = self._first_of(Fit)
        self.calls: tuple[Call, ...] = self._first_of(Call)
        self.told_again = len(self.fits) + len(self.calls) < len(self._of(Fit)) + len(self._of(Call))
        self.figures: tuple[Figure, ...] = self._of(Figure)
        self.saved: tuple[Saved, ...] = self._of(Saved)
        self.loaded: tuple[Loaded, ...] = self._of(Loaded)
        self.held: tuple[Held, ...] = self._of(Held)
        self.numbers: tuple[Numbers, ...] = self._of(Numbers)
        self.cell_ends: tuple[CellEnd, ...] = self._of(CellEnd)
        self.faults: tuple[Fault, ...] = self._of(Fault)
        self.notes: tuple[Note, ...] = self._of(Note)

    def _of(self, kind: type[AnyFact]) -> tuple[AnyFact, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def _first_of(self, kind: type[FitOrCall]) -> tuple[FitOrCall, ...]:
        first: dict[str, FitOrCall] = {}
        for fact in self._of(kind):
            first.setdefault(fact.id, fact)
        return tuple(first.values())

    def position(self, fact: Fact) -> int:
        """Place of a fact among all events of the run: later happened later."""
        return self._positions[id(fact)]

    @property
    def quick(self) -> bool:
        """Whether the run was given the shortened training budget."""
        return self.run.training == "quick"

    @cached_property
    def replayed(self) -> dict[str, ReplayedModel]:
        """Replay's word on each model, by model id."""
        return {model.model: model for model in self.replay.models} if self.replay else {}

    def is_replayed(self, model_id: str) -> bool:
        """Whether the model was rebuilt in a clean process and gave its recorded outputs there."""
        model = self.replayed.get(model_id)
        return model is not None and model.status == "replayed"

    def statistics(self, model_id: str, version: int) -> dict[str, WeightStatistics]:
        """What replay noted of a model's weights at a version that a training began with, by variable."""
        model = self.replayed.get(model_id)
        of_version = [entry for entry in model.statistics if entry.version == version] if model else []
        return {entry.variable: entry for entry in of_version}

    def _read(self, folder: str, ref: str) -> np.ndarray | None:
        key = f"{folder}/{ref}"
        if key not in self._arrays:
            self._arrays[key] = self._load(folder, ref)
        return self._arrays[key]

    def _load(self, folder: str, ref: str) -> np.ndarray | None:
        if self._folder is None:
            return None
        try:
            array = read_npy(self._path(folder, ref))
        except BrokenArray:
            self.broken.add(ref)
            return None
        self._bytes += array.nbytes
        if self._bytes > MAX_ARRAY_BYTES:
            self.broken.add(ref)
            return None
        return array

    def _path(self, folder: str, ref: str) -> str:
        return f"{self._folder}/{folder}/{ref}.npy"

    def _numbers(self, folder: str, ref: str) -> int:
        return 0 if self._folder is None else numbers_in_row(self._path(folder, ref))

    def recorded_numbers(self, ref: str) -> int:
        """Numbers in one row of a recorded array, by its header; 0 where there are no rows."""
        return self._numbers("arrays", ref)

    def replayed_numbers(self, ref: str) -> int:
        """The same of an array that replay computed."""
        return self._numbers("replay", ref)

    def array(self, ref: str | None) -> np.ndarray | None:
        """The recorded array behind a reference; None where there is none, or none that can be trusted."""
        return None if ref is None else self._read("arrays", ref)

    def replayed_array(self, ref: str | None) -> np.ndarray | None:
        """An array that replay computed; None where there is none."""
        return None if ref is None else self._read("replay", ref)
