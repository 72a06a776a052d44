"""What models answered: the first rows of inputs and outputs of predictions and calls, at a weights version."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..recording import Recording
from .generated_batches import Kind
from .probes import KEPT_ROWS, first_rows, is_concrete, kept_rows

MAX_CALLS = 600
MAX_CALLS_A_CELL = 64
MAX_BYTES = 96 << 20
MAX_ALL_BYTES = 160 << 20  # with answers that figures show


@dataclass
class Skipped:
    """The newest answer of a model beyond the caps: written before a figure is, or at the end of the cell."""

    model: weakref.ref
    api: str
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]
    rows: int
    prints: dict[str, Any]
    moment: dict[str, Any]


class Answers:
    """Writes `call` events; a loop of calls is thinned out, the last ones before a figure and of a cell are kept."""

    def __init__(self, rec: Recording) -> None:
        self._rec = rec
        self._count = 0
        self._bytes = 0
        self._in_cell: dict[str, int] = {}
        self._skipped: dict[Kind, Skipped] = {}
        self._standing: dict[Kind, Skipped] = {}  # the newest of those that feed trainings

    def predicted(self, model: Any, api: str, inputs: Any, outputs: Any) -> None:
        """A prediction returned; `inputs` is None when they could not be seen."""
        if inputs is not None:
            self._rec.models.saw(model, inputs, "predict")
        self.given(model, api, () if inputs is None else (inputs,), outputs)

    def given(self, model: Any, api: str, args: tuple, outputs: Any) -> None:
        """A model answered `outputs` to `args`, both nested structures of concrete arrays."""
        if not is_concrete(outputs) or (args and not is_concrete(args)):
            return
        models, id = self._rec.models, self._rec.models.id_of(model)
        models.declare(model, "predict" if api != "call" else "call")
        inputs, given = _rows(args, as_inputs=True), _rows(outputs)
        count = _length(outputs)
        self._rec.answered.update(part[0].size for part in given if part.ndim > 1 and len(part))
        kind = (id, api, count)
        self._settle(kind)
        feeds = self._rec.fed.feeds(kind)
        self._rec.fed.answered(kind, args[0] if len(args) == 1 else None, outputs)
        self._in_cell[id] = self._in_cell.get(id, 0) + (not feeds)
        full = self._count >= MAX_CALLS or self._bytes >= MAX_BYTES
        if full or feeds or self._in_cell[id] > MAX_CALLS_A_CELL:
            # A thousand calls of a loop cost their fingerprints only.
            prints = models.prints_of(model)
            self._skipped[kind] = Skipped(
                weakref.ref(model), api, inputs, given, count, prints, self._rec.moment()
            )
            if feeds:
                self._standing[kind] = self._skipped[kind]
            return
        version = models.version_now(model, "asked")
        self._write(id, api, version, inputs, given, count, self._rec.moment())

    def instead(self, model: Any, api: str, inputs: Any) -> Any | None:
        """An older answer that stands for this one, which only feeds a training that is played; else None."""
        if not self._rec.budget.shortens or not self._rec.fed.playing():
            return None
        with self._rec.guard("model call: an older answer"):
            return self._older(model, api, inputs)
        return None

    def _older(self, model: Any, api: str, inputs: Any) -> Any | None:
        rec = self._rec
        if not getattr(inputs, "shape", None):
            return None
        kind = (rec.models.id_of(model), api, int(inputs.shape[0]))
        older = rec.fed.instead(kind, inputs)
        if older is None or kind not in self._standing:
            return None
        self._skipped[kind] = replace(self._standing[kind], moment=rec.moment())
        rec.fed.played(kind)
        return older[1] if api == "call" else np.array(older[1])

    def _settle(self, kind: Kind) -> None:
        """What the newest answer of a kind was for is known by now: write it if no training was fed with it."""
        fed = self._rec.fed
        last = self._skipped.get(kind)
        if last is not None and fed.feeds(kind) and not fed.newest_fed(kind) and self._bytes < MAX_ALL_BYTES:
            self._write_late(kind[0], last)

    def end_cell(self) -> None:
        """Write the newest answers of every model whose answers were thinned out in this cell."""
        self.write_skipped()
        self._in_cell, self._standing = {}, {}

    def write_skipped(self) -> None:
        """Write the newest answer of every model, to each number of rows, that was left out until now."""
        skipped, self._skipped = self._skipped, {}
        if self._bytes >= MAX_ALL_BYTES:
            return
        for (id, _, _), last in skipped.items():
            self._write_late(id, last)

    def _write_late(self, id: str, last: Skipped) -> None:
        """Write an answer that was left out, if the weights that gave it are known still."""
        model, models = last.model(), self._rec.models
        version = models.weights.version_with(id, last.prints)
        if version is None and model is not None and models.prints_of(model) == last.prints:
            version = models.version_now(model, "asked")
        if version is not None:
            self._write(id, last.api, version, last.inputs, last.outputs, last.rows, last.moment)

    def _write(
        self,
        id: str,
        api: str,
        version: int,
        inputs: list[Any],
        outputs: list[Any],
        rows: int,
        moment: dict[str, Any],
    ) -> None:
        array = self._rec.journal.array
        refs = [array(part) for part in inputs], [array(part) for part in outputs]
        self._count += 1
        self._bytes += sum(part.nbytes for part in (*inputs, *outputs))
        self._rec.journal.event(
            "call",
            id=f"c{self._count}",
            model=id,
            api=api,
            version=version,
            rows=rows,
            inputs=[ref for ref in refs[0] if ref is not None],
            outputs=[ref for ref in refs[1] if ref is not None],
            **moment,
        )


def _rows(structure: Any, as_inputs: bool = False) -> list[np.ndarray]:
    """The first rows of every leaf, flat and in order: 32, or of inputs as many as are kept of them."""
    from keras.src import tree

    leaves = [leaf for leaf in tree.flatten(structure) if leaf is not None]
    most = kept_rows(leaves) if as_inputs else KEPT_ROWS
    return [first_rows(leaf, most) for leaf in leaves]


def _length(structure: Any) -> int:
    from keras.src import tree

    leaf = tree.flatten(structure)[0]
    return int(leaf.shape[0]) if hasattr(leaf, "shape") else len(leaf)
