"""`train_on_batch`: all calls on one model in one cell make one event; in quick mode only the first ones train."""

from __future__ import annotations

import inspect
import weakref
from typing import Any

from .fields import HISTORY_CAP, as_number, next_fit_id, own_train_step, row_fields
from .imports import when_imported
from .patching import patch
from .rows import DistinctRows, RowSampler, as_array, first_rows, main_leaf


class BatchTraining:
    """The calls of `train_on_batch` on one model since the last event."""

    def __init__(self, model: Any) -> None:
        self.id = next_fit_id()
        self.model = model
        self.calls = self.real = self.batch_size = 0
        self.sampler, self.distinct = RowSampler(), DistinctRows()
        self.history: dict[str, list[float | None]] = {}
        self.version_before: int | None = None
        self.failed = False

    def take(self, x: Any, y: Any) -> None:
        """Note the rows of one call."""
        inputs, targets = main_leaf(x), main_leaf(y)
        rows = as_array(inputs)
        if rows is not None and rows.ndim:
            self.batch_size = max(self.batch_size, len(rows))
        self.sampler.add(inputs, targets)
        self.distinct.add(inputs)

    def log(self, logs: dict[str, Any]) -> None:
        """Note what one call returned."""
        for name, value in logs.items():
            values = self.history.setdefault(str(name)[:200], [])
            if len(values) < HISTORY_CAP:
                values.append(as_number(value))


class BatchHooks:
    """The trainings by batches that are open in this cell, and each model's count of real calls."""

    def __init__(self, rec: Any, fits: Any) -> None:
        self.rec, self.fits = rec, fits
        self.open: dict[int, BatchTraining] = {}
        self._real: Any = weakref.WeakKeyDictionary()

    def call(self, original: Any, model: Any, arguments: dict[str, Any]) -> Any:
        """Run or answer one call of `train_on_batch`."""
        flat = not arguments.get("return_dict")
        training = None
        with self.rec.guard("train_on_batch"):
            training = self._training(model, arguments)
        real, last = self._real.get(model, (0, None))
        budget = self.rec.budget
        if training is not None and budget.shortens and last is not None and real >= budget.real_batches:
            logs = dict(last)
        else:
            if training is not None:
                training.failed = True  # until it comes back
            self.fits.on_batch += 1
            try:
                logs = original(model, **{**arguments, "return_dict": True})
            finally:
                self.fits.on_batch -= 1
            self._real[model] = (real + 1, dict(logs))
            if training is not None:
                training.failed = False
                training.real += 1
        with self.rec.guard("train_on_batch"):
            if training is not None:
                training.log(logs)
        return model._flatten_metrics_in_order(logs) if flat else logs

    def _training(self, model: Any, arguments: dict[str, Any]) -> BatchTraining:
        training = self.open.get(id(model))
        if training is None:
            training = self.open[id(model)] = BatchTraining(model)
            first = arguments.get("x")
            if main_leaf(first) is not None:
                self.rec.models.saw(model, first_rows(first, 8), "fit")
            training.version_before = self.rec.models.version_now(model, "initial")
        training.calls += 1
        training.take(arguments.get("x"), arguments.get("y"))
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
            batches=training.calls,
            batches_real=training.real,
            rows=row_fields(rec, training.sampler.rows()),
            history=training.history,
            shortened=training.real < training.calls and not training.failed,
            version_before=training.version_before,
            version_after=rec.models.version_now(model, "trained"),
            parts=list(rec.models.called_inside(model)) if own_train_step(model) else [],
            finished=not training.failed,
        )


def install(rec: Any, hooks: Any) -> None:
    """Hook `train_on_batch`; events are written before another fit of the model and at the end of the cell."""
    batch_hooks = BatchHooks(rec, hooks)
    hooks.before_fit.append(batch_hooks.close)
    rec.cell_ends.append(batch_hooks.close)

    def train_on_batch(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        try:
            bound = inspect.signature(original).bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)  # raises Keras' own words
        bound.apply_defaults()
        arguments = {name: value for name, value in bound.arguments.items() if name != "self"}
        return batch_hooks.call(original, self, arguments)

    when_imported(
        "keras.src.backend.tensorflow.trainer",
        lambda module: patch(module.TensorFlowTrainer, "train_on_batch", train_on_batch),
    )
