"""`train_on_batch`: all calls on one model in one cell make one event; in quick mode only the first ones train."""

from __future__ import annotations

import inspect
import weakref
from typing import Any

import numpy as np

from ..hooking.imports import when_imported
from ..hooking.patching import patch
from ..models.generated_batches import Fed
from .events import HISTORY_CAP, as_number, next_fit_id, own_train_step, row_fields
from .rows import DistinctRows, RowSampler, as_array, first_rows, main_leaf


class BatchTraining:
    """The calls of `train_on_batch` on one model since the last event."""

    def __init__(self, model: Any) -> None:
        self.id = next_fit_id()
        self.model = model
        self.calls = self.real = self.played = self.batch_size = 0
        self.sampler, self.distinct = RowSampler(), DistinctRows()
        self.made = self.looked_at = 0
        self.history: dict[str, list[float | None]] = {}
        self.version_before: int | None = None
        self.failed = False

    def take(self, x: Any, y: Any, fed: Fed) -> None:
        """Note the rows of one call; those that a model has just answered are counted apart."""
        inputs, targets = main_leaf(x), main_leaf(y)
        rows = as_array(inputs)
        if rows is not None and rows.ndim:
            self.batch_size = max(self.batch_size, len(rows))
        self.sampler.add(inputs, targets)
        if rows is not None and rows.ndim > 1 and len(rows):
            self._count(rows, fed)

    def _count(self, rows: np.ndarray, fed: Fed) -> None:
        if self.distinct.full:
            fed.eaten(rows[[0, -1]])  # that they are food still has to be known
            return
        made = fed.eaten(rows)
        self.made += int(made.sum())
        self.looked_at += len(rows)
        self.distinct.add(rows[~made])

    def log(self, logs: dict[str, Any]) -> None:
        """Note what one call returned."""
        for name, value in logs.items():
            values = self.history.setdefault(str(name)[:200], [])
            if len(values) < HISTORY_CAP:
                values.append(as_number(value))


class BatchHooks:
    """The trainings by batches that are open in this cell, and each model's count of real calls."""

    def __init__(self, rec: Any) -> None:
        self.rec = rec
        self.open: dict[int, BatchTraining] = {}
        self._real: Any = weakref.WeakKeyDictionary()

    def moment(self) -> dict[str, Any]:
        """Calls so far of the trainings that are open, by model, as `Call` tells them."""
        calls = {self.rec.models.id_of(each.model): each.calls for each in self.open.values()}
        return {"batches": calls} if calls else {}

    def playing(self) -> bool:
        """Whether trainings are open, and all of them answer from their last logs."""
        return bool(self.open) and all(each.played for each in self.open.values())

    def begin(
        self, model: Any, arguments: dict[str, Any]
    ) -> tuple[BatchTraining | None, dict[str, Any] | None]:
        """One call comes: note it. Returns its training and, when it is to be answered at once, the last logs."""
        training = None
        with self.rec.guard("train_on_batch"):
            training = self._training(model, arguments)
        real, last = self._real.get(model, (0, None))
        budget = self.rec.budget
        if training is None or not budget.shortens or last is None or real < budget.real_batches:
            return training, None
        training.played += 1
        training.log(last)
        return training, dict(last)

    def trained(self, model: Any, training: BatchTraining | None, logs: dict[str, Any] | None) -> None:
        """A real call came back with its logs, or raised (None)."""
        if logs is not None:
            self._real[model] = (self._real.get(model, (0, None))[0] + 1, dict(logs))
        if training is not None:
            training.failed = logs is None
            with self.rec.guard("train_on_batch"):
                if logs is not None:
                    training.real += 1
                    training.log(logs)

    def _training(self, model: Any, arguments: dict[str, Any]) -> BatchTraining:
        training = self.open.get(id(model))
        if training is None:
            training = self.open[id(model)] = BatchTraining(model)
            first = arguments.get("x")
            if main_leaf(first) is not None:
                self.rec.models.saw(model, first_rows(first, 8), "fit")
            training.version_before = self.rec.models.version_now(model, "initial")
        training.calls += 1
        training.take(arguments.get("x"), arguments.get("y"), self.rec.fed)
        return training

    def close(self, model: Any = None) -> None:
        """Write the events of all open trainings, or of one model's."""
        for key in [id(model)] if model is not None else list(self.open):
            training = self.open.pop(key, None)
            if training is not None:
                with self.rec.guard("train_on_batch"):
                    self._record(training)

    def _record(self, training: BatchTraining) -> None:
        rec, model = self.rec, training.model
        samples = training.distinct.count()
        rec.journal.event(
            "fit",
            id=training.id,
            model=rec.models.id_of(model),
            api="train_on_batch",
            batch_size=training.batch_size or None,
            distinct=samples,
            made=training.made / max(1, training.looked_at),
            updates=rec.updates.of(model),
            batches=training.calls,
            batches_real=training.real,
            rows=row_fields(rec, training.sampler.rows()),
            history=training.history,
            shortened=training.played > 0,
            version_before=training.version_before,
            version_after=rec.models.version_now(model, "trained"),
            parts=list(rec.models.called_inside(model)) if own_train_step(model) else [],
            finished=not training.failed,
        )


def install(rec: Any, hooks: Any) -> None:
    """Hook `train_on_batch`; events are written before another fit of the model and at the end of the cell."""
    batch_hooks = BatchHooks(rec)
    rec.fed.playing = batch_hooks.playing
    hooks.before_fit.append(batch_hooks.close)
    rec.cell_ends.append(batch_hooks.close)
    rec.cell_ends.append(rec.fed.forget)
    rec.moments.append(batch_hooks.moment)

    def hook(module: Any) -> None:
        signature = inspect.signature(module.TensorFlowTrainer.train_on_batch)

        def train_on_batch(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
            if rec.busy:
                return original(self, *args, **kwargs)
            try:
                bound = signature.bind(self, *args, **kwargs)
            except TypeError:
                return original(self, *args, **kwargs)  # raises Keras' own words
            bound.apply_defaults()
            arguments = {name: value for name, value in bound.arguments.items() if name != "self"}
            training, logs = batch_hooks.begin(self, arguments)
            if logs is None:
                hooks.on_batch += 1
                try:
                    logs = original(self, **{**arguments, "return_dict": True})
                finally:
                    hooks.on_batch -= 1
                    batch_hooks.trained(self, training, logs)
            return logs if arguments.get("return_dict") else self._flatten_metrics_in_order(logs)

        patch(module.TensorFlowTrainer, "train_on_batch", train_on_batch)

    when_imported("keras.src.backend.tensorflow.trainer", hook)
