"""`train_on_batch`: all calls on one model in one cell make one event; in quick mode only the first ones train."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from ..hooking.patching import Wrapper
from ..models.generated_batches import GeneratedBatches
from .events import HISTORY_CAP, Trainings, as_number, own_train_step
from .fit_hooks import arguments_of
from .rows import DistinctRows, RowSampler, as_array, first_rows, main_leaf


class BatchTraining:
    """The calls of `train_on_batch` on one model since the last event."""

    def __init__(self, fit_id: str, model: Any) -> None:
        self.id = fit_id
        self.model = model
        self.calls = self.real = self.played = self.batch_size = 0
        self.sampler, self.distinct = RowSampler(), DistinctRows()
        self.generated_rows = self.looked_at = 0  # rows that a model had just answered, among those looked at
        self.history: dict[str, list[float | None]] = {}
        self.version_before: int | None = None
        self.failed = False

    def take(self, x: Any, y: Any, generated: GeneratedBatches) -> None:
        """Note the rows of one call; those that a model has just answered are counted apart."""
        inputs, targets = main_leaf(x), main_leaf(y)
        rows = as_array(inputs)
        if rows is not None and rows.ndim:
            self.batch_size = max(self.batch_size, len(rows))
        self.sampler.add(inputs, targets)
        if rows is not None and rows.ndim > 1 and len(rows):
            self._count(rows, generated)

    def _count(self, rows: np.ndarray, generated: GeneratedBatches) -> None:
        """Count rows (n, ...) as generated or as different real ones."""
        if self.distinct.full:
            # 70,000 different rows are counted: two of a batch tell still that it was generated to be trained on.
            generated.among(rows[[0, -1]])
            return
        answered = generated.among(rows)
        self.generated_rows += int(answered.sum())
        self.looked_at += len(rows)
        self.distinct.add(rows[~answered])

    def log(self, logs: dict[str, Any]) -> None:
        """Note what one call returned."""
        for name, value in logs.items():
            values = self.history.setdefault(str(name)[:200], [])
            if len(values) < HISTORY_CAP:
                values.append(as_number(value))


class BatchBook:
    """The trainings by batches that are open in this cell, and each model's count of real calls.

    Attributes:
        running: calls of `train_on_batch` that Keras is working at.
    """

    def __init__(self, trainings: Trainings, generated: GeneratedBatches) -> None:
        self.rec, self._trainings, self._generated = trainings.rec, trainings, generated
        self._models = trainings.models
        self.running = 0
        self.open: dict[int, BatchTraining] = {}
        self._real: Any = weakref.WeakKeyDictionary()

    def moment(self) -> dict[str, Any]:
        """Calls so far of the trainings that are open, by model, as `Call` tells them."""
        calls = {self._models.id_of(training.model): training.calls for training in self.open.values()}
        return {"batches": calls} if calls else {}

    def playing(self) -> bool:
        """Whether trainings are open, and all of them answer from their last logs."""
        return bool(self.open) and all(training.played for training in self.open.values())

    def begin(
        self, model: Any, arguments: dict[str, Any]
    ) -> tuple[BatchTraining | None, dict[str, Any] | None]:
        """One call comes: note it. Returns its training and, when it is to be answered at once, the last logs."""
        training = None
        with self.rec.guard("batch"):
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
            with self.rec.guard("batch"):
                if logs is not None:
                    training.real += 1
                    training.log(logs)

    def _training(self, model: Any, arguments: dict[str, Any]) -> BatchTraining:
        training = self.open.get(id(model))
        (self.rec.check if training is None else self.rec.check_sometimes)()
        if training is None:
            training = self.open[id(model)] = BatchTraining(self._trainings.next_id(), model)
            first = arguments.get("x")
            if main_leaf(first) is not None:
                self._models.saw(model, first_rows(first, 8), "fit")
            training.version_before = self._models.version_now(model, "initial")
        training.calls += 1
        training.take(arguments.get("x"), arguments.get("y"), self._generated)
        return training

    def close(self, model: Any = None) -> None:
        """Write the events of all open trainings, or of one model's."""
        for key in [id(model)] if model is not None else list(self.open):
            training = self.open.pop(key, None)
            if training is not None:
                with self.rec.guard("batch"):
                    self._record(training)

    def _record(self, training: BatchTraining) -> None:
        models, model = self._models, training.model
        samples = training.distinct.count()
        self.rec.journal.event(
            "fit",
            id=training.id,
            model=models.id_of(model),
            api="train_on_batch",
            batch_size=training.batch_size or None,
            distinct=samples,
            made=training.generated_rows / max(1, training.looked_at),
            updates=self._trainings.updates.of(model),
            batches=training.calls,
            batches_real=training.real,
            rows=self._trainings.row_fields(training.sampler.rows()),
            history=training.history,
            shortened=training.played > 0,
            version_before=training.version_before,
            version_after=models.version_now(model, "trained"),
            parts=list(models.called_inside(model)) if own_train_step(model) else [],
            own_step=own_train_step(model),
            finished=not training.failed,
        )


def train_on_batch(batches: BatchBook) -> Wrapper:
    """Stands in for `train_on_batch`: trains, or answers from the last logs where enough was trained."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        rec = batches.rec
        if rec.busy:
            return original(self, *args, **kwargs)
        arguments = arguments_of(original, (self, *args), kwargs)
        if arguments is None:
            with rec.within(self):
                return original(self, *args, **kwargs)  # raises Keras' own words
        training, logs = batches.begin(self, arguments)
        if logs is None:
            batches.running += 1
            try:
                with rec.within(self):
                    logs = original(self, **{**arguments, "return_dict": True})
            finally:
                batches.running -= 1
                batches.trained(self, training, logs)
        return logs if arguments.get("return_dict") else self._flatten_metrics_in_order(logs)

    return wrapper
