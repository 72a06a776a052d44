"""What models answered: the first rows of inputs and outputs of predictions and calls, at a weights version."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..recording import Recording
from .book import ModelBook
from .generated_batches import GeneratedBatches, Kind
from .probes import KEPT_ROWS, first_rows, is_concrete, kept_rows

MAX_CALLS = 600
MAX_CALLS_A_CELL = 64
MAX_BYTES = 96 << 20
MAX_ALL_BYTES = 160 << 20  # with answers that figures show


@dataclass
class Skipped:
    """The newest answer of a model beyond the caps: written before a figure is, or at the end of the cell."""

    model: weakref.ref[Any]
    api: str
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]
    rows: int
    prints: dict[str, Any]
    moment: dict[str, Any]


class Answers:
    """Writes `call` events; a loop of calls is thinned out, the last ones before a figure and of a cell are kept.

    Args:
        generated: told of every answer, because a training may be given it.
        moment: how far the trainings that run now have come, as fields of a call.
        weights_stand: whether trainings run of which none changes a weight any more.

    Attributes:
        row_sizes: how many numbers the rows have that models answered.
    """

    def __init__(
        self,
        rec: Recording,
        models: ModelBook,
        generated: GeneratedBatches,
        moment: Callable[[], dict[str, Any]],
        weights_stand: Callable[[], bool],
    ) -> None:
        self._rec, self._models, self._generated = rec, models, generated
        self._moment, self._weights_stand = moment, weights_stand
        self.row_sizes: set[int] = set()
        self._count = 0
        self._bytes = 0
        self._in_cell: dict[str, int] = {}
        self._skipped: dict[Kind, Skipped] = {}
        self._given_again: dict[Kind, Skipped] = {}  # the newest of those that are training batches

    def predicted(self, model: Any, api: str, inputs: Any, outputs: Any) -> None:
        """A prediction returned; `inputs` is None when they could not be seen."""
        if inputs is not None:
            self._models.saw(model, inputs, "predict")
        self.given(model, api, () if inputs is None else (inputs,), outputs)

    def given(self, model: Any, api: str, args: tuple[Any, ...], outputs: Any) -> None:
        """A model answered `outputs` to `args`, both nested structures of concrete arrays."""
        if not is_concrete(outputs) or (args and not is_concrete(args)):
            return
        models, model_id = self._models, self._models.id_of(model)
        models.declare(model, "predict" if api != "call" else "call")
        inputs, rows = _rows(args, as_inputs=True), _rows(outputs)
        count = _length(outputs)
        self.row_sizes.update(part[0].size for part in rows if part.ndim > 1 and len(part))
        kind = (model_id, api, count)
        self._settle(kind)
        for_training = self._generated.are_training_batches(kind)
        first = args[0] if len(args) == 1 else None
        self._generated.answered(kind, first, outputs, self._weights_stand())
        self._in_cell[model_id] = self._in_cell.get(model_id, 0) + (not for_training)
        full = self._count >= MAX_CALLS or self._bytes >= MAX_BYTES
        if full or for_training or self._in_cell[model_id] > MAX_CALLS_A_CELL:
            # A thousand calls of a loop cost their fingerprints only.
            prints = models.prints_of(model)
            self._skipped[kind] = Skipped(
                weakref.ref(model), api, inputs, rows, count, prints, self._moment()
            )
            if for_training:
                self._given_again[kind] = self._skipped[kind]
            return
        version = models.version_now(model, "asked")
        self._write(model_id, api, version, inputs, rows, count, self._moment())

    def stand_in(self, model: Any, api: str, inputs: Any) -> Any | None:
        """An earlier answer for one more that a played training will be given; None when it must be computed."""
        if not self._rec.budget.shortens or not self._weights_stand():
            return None
        with self._rec.guard("call", "an earlier answer"):
            return self._earlier(model, api, inputs)
        return None

    def _earlier(self, model: Any, api: str, inputs: Any) -> Any | None:
        if not getattr(inputs, "shape", None):
            return None
        kind = (self._models.id_of(model), api, int(inputs.shape[0]))
        pair = self._generated.stand_in(kind, inputs)
        if pair is None or kind not in self._given_again:
            return None
        self._skipped[kind] = replace(self._given_again[kind], moment=self._moment())
        self._generated.given_again(kind)
        return pair[1] if api == "call" else np.array(pair[1])

    def _settle(self, kind: Kind) -> None:
        """What the newest answer of a kind was for is known by now: write it if no training was given it."""
        last = self._skipped.get(kind)
        if last is None or self._bytes >= MAX_ALL_BYTES:
            return
        if self._generated.are_training_batches(kind) and not self._generated.newest_trained_on(kind):
            self._write_late(kind[0], last)

    def end_cell(self) -> None:
        """Write the newest answers of every model whose answers were thinned out in this cell."""
        self.write_skipped()
        self._in_cell, self._given_again = {}, {}

    def write_skipped(self) -> None:
        """Write the newest answer of every model, to each number of rows, that was left out until now."""
        skipped, self._skipped = self._skipped, {}
        if self._bytes >= MAX_ALL_BYTES:
            return
        for (model_id, _, _), last in skipped.items():
            self._write_late(model_id, last)

    def _write_late(self, model_id: str, last: Skipped) -> None:
        """Write an answer that was left out, if the weights that gave it are known still."""
        model, models = last.model(), self._models
        version = models.weights.version_with(model_id, last.prints)
        if version is None and model is not None and models.prints_of(model) == last.prints:
            version = models.version_now(model, "asked")
        if version is not None:
            self._write(model_id, last.api, version, last.inputs, last.outputs, last.rows, last.moment)

    def _write(
        self,
        model_id: str,
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
            model=model_id,
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
