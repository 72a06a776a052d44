"""Own training loops (GradientTape and an optimizer), eager or inside a tf.function. They are never shortened.

While a tape records, calls of models and losses are noted; when an optimizer then changes a model's weights,
that model is being trained. Steps are counted by the optimizer's own `iterations`, which also counts the runs
of a compiled function, and rows are taken from the tensors (eager) or from the function's arguments (compiled).
"""

from __future__ import annotations

import weakref
from typing import Any

from .events import Trainings
from .fit_hooks import FitBook
from .rows import DistinctRows, RowSampler, as_array, main_leaf
from .tape_steps import CompiledStep, Step, find, source_of, targets_of, tensors_in
from .train_on_batch import BatchBook

# Calls noted under tapes that no optimizer follows (saliency maps) are forgotten beyond this many.
CALLS_CAP = 16


class TapeTraining:
    """Updates of one model by one optimizer since the last event."""

    def __init__(self, fit_id: str, model: Any, optimizer: Any) -> None:
        self.model, self.optimizer = weakref.ref(model), weakref.ref(optimizer)
        # Until the event is written: a model that a function makes for itself dies with the function.
        self.kept_alive: tuple[Any, ...] = (model, optimizer)
        self.start = iterations(optimizer)
        self.version_before: int | None = None
        self.begin(fit_id)

    def begin(self, fit_id: str) -> None:
        """Begin a new event, with no rows seen."""
        self.id = fit_id
        self.batch_size = 0
        self.sampler, self.distinct = RowSampler(), DistinctRows()

    def add(self, inputs: Any, targets: Any) -> None:
        """Note the rows of one update."""
        leaf = main_leaf(inputs)
        rows = as_array(leaf) if leaf is not None else None
        if rows is None or not rows.ndim:
            return
        self.batch_size = max(self.batch_size, len(rows))
        self.sampler.add(rows, main_leaf(targets))
        self.distinct.add(rows)


def iterations(optimizer: Any) -> int:
    """Updates that an optimizer has made so far, read outside of any graph."""
    import tensorflow as tf

    with tf.init_scope():
        return int(optimizer.iterations.numpy())


class TapeBook:
    """Tapes, steps and functions that are running now, and the trainings they make.

    Attributes:
        tapes: gradient tapes that record now; model_depth: how deep calls of models are nested.
        step: what was called under the tapes since the last update.
        frame: updates inside the outermost tf.function that runs, None outside of functions.
        compiled: function -> the updates inside it.
        open: trainings since their last event.
    """

    def __init__(self, trainings: Trainings, fits: FitBook, batches: BatchBook) -> None:
        self.rec, self._trainings, self._fits, self._batches = trainings.rec, trainings, fits, batches
        self.tapes = self.model_depth = 0
        self.step: Step | None = None
        self.frame: list[CompiledStep] | None = None
        self.compiled: Any = weakref.WeakKeyDictionary()
        self.open: list[TapeTraining] = []

    @property
    def off(self) -> bool:
        """Whether Keras' own training or the recorder itself is at work, so that nothing here is an own loop."""
        return bool(self.rec.busy or self._fits.running or self._batches.running)

    def tape_opened(self) -> None:
        """A tape begins to record. After an update, a new step begins with it."""
        self.rec.check_sometimes()
        if self.tapes == 0 and (self.step is None or self.step.applied):
            self.step = Step()
        self.tapes += 1

    def tape_closed(self) -> None:
        """A tape stopped recording; the step stays open for the update that follows."""
        self.tapes = max(0, self.tapes - 1)

    def called(self, model: Any, inputs: Any) -> None:
        """A model was called under a tape by the notebook itself (not by another model)."""
        if self.step is not None and main_leaf(inputs) is not None:
            del self.step.calls[: -CALLS_CAP + 1]
            self.step.calls.append((model, inputs))

    def lost(self, y_true: Any, y_pred: Any) -> None:
        """A loss of Keras was computed under a tape."""
        if self.step is not None and main_leaf(y_true) is not None:
            del self.step.losses[: -CALLS_CAP + 1]
            self.step.losses.append((y_true, y_pred))

    def applying(self, optimizer: Any, variables: Any) -> None:
        """An optimizer is about to update these variables: find whose they are, and note rows."""
        import tensorflow as tf

        step = self.step
        if step is None:
            return
        step.applied = True
        changed = {id(variable) for variable in variables or optimizer._trainable_variables}
        done: set[int] = set()
        for model, inputs in step.calls:
            if id(model) in done or not any(id(v) in changed for v in model.trainable_variables):
                continue
            done.add(id(model))
            self._trainings.updates.note(model, optimizer, variables or optimizer._trainable_variables)
            training = self._training(model, optimizer, inputs)
            targets = targets_of(step, inputs)
            if tf.executing_eagerly():
                training.add(inputs, targets)
                continue
            source = source_of(inputs)
            if self.frame is not None and source is not None:
                targets_source = source_of(targets, inputs)
                self.frame.append(
                    CompiledStep(weakref.ref(model), weakref.ref(optimizer), source, targets_source)
                )

    def _training(self, model: Any, optimizer: Any, inputs: Any = None) -> TapeTraining:
        for training in self.open:
            if training.model() is model and training.optimizer() is optimizer:
                training.kept_alive = (model, optimizer)
                return training
        import tensorflow as tf

        training = TapeTraining(self._trainings.next_id(), model, optimizer)
        self.open.append(training)
        with tf.init_scope():
            rows = as_array(main_leaf(inputs)) if inputs is not None else None
            if rows is not None:
                self._trainings.models.saw(model, rows[:8], "fit")
            training.version_before = self._trainings.models.version_now(model, "initial")
        return training

    def function_called(
        self, steps: list[CompiledStep], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """A tf.function that trains is called (or was traced and run) with these arguments."""
        tensors = tensors_in((args, kwargs))
        for step in steps:
            model, optimizer = step.model(), step.optimizer()
            if model is None or optimizer is None:
                continue
            inputs = find(step.inputs, tensors)
            if inputs is not None:
                training = self._training(model, optimizer)
                training.add(inputs, find(step.targets, tensors) if step.targets else None)

    def close(self, model: Any = None) -> None:
        """Write an event for every training that made updates since the last one. `model` is not used."""
        self.step = None
        self.tapes = 0
        for training in list(self.open):
            with self.rec.guard("tape"):
                self._record(training)

    def mark(self, model: Any = None) -> None:
        """Updates made until now are not of an own loop (a `fit` with the same optimizer just ran)."""
        for training in self.open:
            optimizer = training.optimizer()
            if optimizer is not None:
                training.start = iterations(optimizer)

    def _record(self, training: TapeTraining) -> None:
        models, model, optimizer = self._trainings.models, training.model(), training.optimizer()
        training.kept_alive = ()
        if model is None or optimizer is None:
            self.open.remove(training)
            return
        now = iterations(optimizer)
        batches, training.start = now - training.start, now
        if batches <= 0:
            return
        inputs, targets = training.sampler.rows()
        if inputs is not None:
            models.saw(model, inputs[:8], "fit")
        after = models.version_now(model, "trained")
        self.rec.journal.event(
            "fit",
            id=training.id,
            model=models.id_of(model),
            api="tape",
            batch_size=training.batch_size or None,
            distinct=training.distinct.count(),
            batches=batches,
            batches_real=batches,
            rows=self._trainings.row_fields((inputs, targets)),
            version_before=training.version_before,
            version_after=after,
            updates=self._trainings.updates.of(model),
        )
        training.version_before = after
        training.begin(self._trainings.next_id())
