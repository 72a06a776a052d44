"""Hooks `fit` and Keras' callback lists, so that every training is recorded and, in quick mode, shortened."""

from __future__ import annotations

import inspect
from typing import Any

from ..hooking.imports import when_imported
from ..hooking.patching import patch
from ..speed import adam, array_batches
from ..speed.built_optimizer import build_optimizer
from . import tape, train_on_batch, updates
from .fit_plan import plan_fit
from .fit_run import FitRun
from .played_epochs import SeenFits, play_fit
from .rows import leaves


class FitHooks:
    """The fits that are running now, innermost last, and the functions that stand in for Keras' own."""

    def __init__(self, rec: Any) -> None:
        self.rec = rec
        self.running: list[FitRun] = []
        self.on_batch = 0  # calls of train_on_batch that are running
        self.seen = SeenFits()
        self.before_fit: list[Any] = []
        self.after_fit: list[Any] = []

    @property
    def current(self) -> FitRun | None:
        """The innermost running fit; None outside of fits and inside the recorder's own calls."""
        return self.running[-1] if self.running and not self.rec.busy else None

    def moment(self) -> dict[str, Any]:
        """The epoch of the outermost fit that runs, as `Call` tells it; nothing outside of fits."""
        run = self.running[0] if self.running else None
        return {} if run is None or run.epoch is None else {"epoch": run.epoch + 1}

    def plan(self, model: Any, arguments: dict[str, Any]) -> FitRun | None:
        """Look at a fit before it runs; None (and a fault in the journal) when that fails: it then runs untouched."""
        try:
            planned = plan_fit(model, arguments, self.rec.budget)
        except TypeError:
            return None  # arguments that Keras refuses with words of its own
        memory = None
        if self.rec.budget.shortens and model.compiled:
            memory = self.seen.state(model, _state_key(model, planned))
        run = FitRun(self.rec, model, planned, memory)
        run.begin()
        return run

    def begin(self, model: Any, arguments: dict[str, Any]) -> FitRun | None:
        """A fit is about to run: plan it and make it the innermost one; None when it shall run untouched."""
        run = None
        with self.rec.guard("fit"):
            for listener in self.before_fit:
                listener(model)
            run = self.plan(model, arguments)
            if run is not None and self.rec.budget.shortens:
                build_optimizer(model)
        if run is not None:
            self.running.append(run)
        return run

    def end(self, run: FitRun) -> None:
        """A fit came to its end, or raised: write it down."""
        self.running.remove(run)
        with self.rec.guard("fit"):
            run.remember()
            run.record()
        with self.rec.guard("fit"):
            for listener in self.after_fit:
                listener(run.model)


def _state_key(model: Any, plan: Any) -> tuple:
    """What must be the same, beside the compile state, for two fits to be alike: shapes, amounts, validation."""

    def shapes(*structures: Any) -> tuple:
        return tuple(tuple(getattr(leaf, "shape", ())) for leaf in leaves(list(structures)))

    side = plan.validation
    held_out = (shapes(side.x, side.y), side.samples) if side is not None else None
    return (
        shapes(plan.train.x, plan.train.y),
        plan.train.samples,
        type(plan.train.x).__name__,
        held_out,
        plan.arguments["validation_freq"],
        plan.arguments["steps_per_epoch"],
    )


def install(rec: Any) -> None:
    """Hook `fit`, `train_on_batch` and own training loops, now or as soon as Keras is imported."""
    hooks = FitHooks(rec)
    rec.moments.append(hooks.moment)
    when_imported("keras.src.backend.tensorflow.trainer", lambda module: _hook_trainer(hooks, module))
    when_imported("keras.src.callbacks.callback_list", lambda module: _hook_callbacks(hooks, module))
    when_imported(
        "keras.src.trainers.data_adapters.data_adapter_utils", lambda module: _hook_peek(hooks, module)
    )
    adam.install(rec)
    array_batches.install(rec)
    updates.install(rec)
    train_on_batch.install(rec, hooks)
    tape.install(rec, hooks)


def _hook_trainer(hooks: FitHooks, module: Any) -> None:
    signature = inspect.signature(module.TensorFlowTrainer.fit)

    def fit(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if hooks.rec.busy:
            return original(self, *args, **kwargs)
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)  # raises Keras' own words
        bound.apply_defaults()
        arguments = {name: value for name, value in bound.arguments.items() if name != "self"}
        run = hooks.begin(self, arguments)
        if run is None:
            return original(self, **arguments)
        # Keras is called from here, not from a method of ours, so that no frame of ours shows in a traceback.
        try:
            if run.whole:
                history = play_fit(self, arguments, run.plan.last_epoch, run.memory["steps"])
            else:
                history = original(self, **run.plan.arguments)
            run.finished = True
            return history
        finally:
            hooks.end(run)

    def make_iterator(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        run = hooks.current
        if run is not None:
            with hooks.rec.guard("fit"):
                run.adopt(self, kwargs.get("x"), kwargs.get("y"))

    patch(module.TensorFlowTrainer, "fit", fit)
    patch(module.TFEpochIterator, "__init__", make_iterator)


def _hook_callbacks(hooks: FitHooks, module: Any) -> None:
    """Callback lists of a running fit show the asked number of epochs, and play what was not trained."""

    def made(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        run = hooks.current
        if (
            run is not None
            and run.callbacks is None
            and kwargs.get("model") is run.model
            and "epochs" in kwargs
        ):
            run.callbacks = self
            kwargs["epochs"] = run.plan.last_epoch
        original(self, *args, **kwargs)

    def train_begin(original: Any, self: Any, logs: Any = None) -> None:
        run = hooks.current
        if run is not None and run.callbacks is None:
            run.callbacks = self  # the notebook made its own list
        with hooks.rec.outside():
            original(self, logs)

    def epoch_begin(original: Any, self: Any, epoch: int, logs: Any = None) -> None:
        run = hooks.current
        if run is not None and run.callbacks is self:
            with hooks.rec.guard("fit"):
                run.epoch_begun(int(epoch))
        with hooks.rec.outside():
            original(self, epoch, logs)

    def epoch_end(original: Any, self: Any, epoch: int, logs: Any = None) -> None:
        run = hooks.current
        if run is not None and run.callbacks is self:
            with hooks.rec.guard("fit"):
                run.epoch_ended(logs)
        with hooks.rec.outside():
            original(self, epoch, logs)

    def train_end(original: Any, self: Any, logs: Any = None) -> None:
        run = hooks.current
        with hooks.rec.outside():
            if run is not None and run.callbacks is self:
                played_logs = run.train_ending()
                logs = played_logs if logs is None else logs
            original(self, logs)

    for name, around in (
        ("__init__", made),
        ("on_train_begin", train_begin),
        ("on_epoch_begin", epoch_begin),
        ("on_epoch_end", epoch_end),
        ("on_train_end", train_end),
    ):
        patch(module.CallbackList, name, around)


def _hook_peek(hooks: FitHooks, module: Any) -> None:
    """Keras looks at the first batches of generators and PyDatasets to learn their shapes; look with it."""

    def get_tensor_spec(original: Any, batches: Any) -> Any:
        run = hooks.current
        if run is not None and len(batches):
            run.first_batch = batches[0]
        return original(batches)

    if hasattr(module, "get_tensor_spec"):
        patch(module, "get_tensor_spec", get_tensor_spec)
