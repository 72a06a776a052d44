"""Wrappers around `fit` and Keras' callback lists: every training is recorded and, in quick mode, shortened."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..hooking.patching import Wrapper
from ..speed.built_optimizer import build_optimizer
from .events import Trainings
from .fit_plan import FitPlan, plan_epochs_alone, plan_fit
from .fit_run import FitRun
from .played_epochs import SeenFits, play_fit
from .rows import leaves
from .streams import batched_by


@functools.cache
def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The arguments of a function of Keras."""
    return inspect.signature(function)


def arguments_of(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | None:
    """All arguments of a call of a method by name, without `self`, defaults filled in; None where Keras will refuse them.

    `args` begin with the object itself.
    """
    try:
        bound = signature_of(function).bind(*args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name != "self"}


class FitBook:
    """The fits that are running now, innermost last.

    Attributes:
        before_fit: called with the model before a fit is planned; after_fit: once it is written down.
    """

    def __init__(self, trainings: Trainings) -> None:
        self.rec, self._trainings = trainings.rec, trainings
        self.running: list[FitRun] = []
        self.before_fit: list[Callable[[Any], None]] = []
        self.after_fit: list[Callable[[Any], None]] = []
        self._seen = SeenFits()

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
        planned = self._planned(model, arguments)
        if planned is None:
            return None
        memory = None
        if self.rec.budget.shortens and model.compiled:
            with self.rec.guard("fit", "what a fit is like"):
                memory = self._seen.state(model, _state_key(model, planned))
        run = FitRun(self._trainings, model, planned, memory)
        run.begin()
        return run

    def _planned(self, model: Any, arguments: dict[str, Any]) -> FitPlan | None:
        """The plan of a fit; where its data is beyond us, one that shortens the epochs alone."""
        budget = self.rec.budget
        try:
            plan_epochs_alone(model, arguments, budget)
        except TypeError:
            return None  # arguments that Keras refuses with words of its own
        with self.rec.guard("fit", "planning a fit"):
            return plan_fit(model, arguments, budget)
        return plan_epochs_alone(model, arguments, budget)

    def begin(self, model: Any, arguments: dict[str, Any]) -> FitRun | None:
        """A fit is about to run: plan it and make it the innermost one; None when it shall run untouched."""
        run = None
        with self.rec.guard("fit", "planning a fit"):
            for listener in self.before_fit:
                listener(model)
            run = self.plan(model, arguments)
        if run is not None:
            if self.rec.budget.hurries:
                with self.rec.guard("speed", "building the optimizer"):
                    build_optimizer(model)
            self.running.append(run)
        return run

    def end(self, run: FitRun) -> None:
        """A fit came to its end, or raised: write it down."""
        self.running.remove(run)
        with self.rec.guard("fit", "writing a fit down"):
            run.remember()
            run.record()
        with self.rec.guard("fit", "after a fit"):
            for listener in self.after_fit:
                listener(run.model)


def _state_key(model: Any, plan: FitPlan) -> tuple[Any, ...]:
    """What must be the same, beside the compile state, for two fits to be alike: shapes, amounts, validation."""

    def shapes(*structures: Any) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(getattr(leaf, "shape", ())) for leaf in leaves(list(structures)))

    side = plan.validation
    held_out = (shapes(side.x, side.y), side.samples) if side is not None else None
    return (
        shapes(plan.train.x, plan.train.y),
        plan.train.samples,
        type(plan.train.x).__name__,
        held_out,
        str(plan.validation_freq),
        str(plan.arguments["steps_per_epoch"]),
        _told_length(plan.train.x),
    )


def _told_length(x: Any) -> Any:
    """What a stream tells of its length; None for arrays, whose shapes tell it, and for generators."""
    if hasattr(x, "cardinality"):
        return batched_by(x)
    return getattr(x, "num_batches", None)


def fit(fits: FitBook) -> Wrapper:
    """Stands in for `fit`: runs it as planned, or plays all of its epochs."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        rec = fits.rec
        if rec.busy:
            return original(self, *args, **kwargs)
        arguments = arguments_of(original, (self, *args), kwargs)
        if arguments is None:
            with rec.within(self):
                return original(self, *args, **kwargs)  # raises Keras' own words
        run = fits.begin(self, arguments)
        if run is None:
            with rec.within(self):
                return original(self, **arguments)
        # Keras is called from here, not from a method of ours, so that no frame of ours shows in a traceback.
        try:
            if run.whole:
                history = play_fit(self, arguments, run.plan.last_epoch, run.steps_seen)
            else:
                with rec.within(self):
                    history = original(self, **run.plan.arguments)
            run.finished = True
            return history
        finally:
            fits.end(run)

    return wrapper


def iterator_made(fits: FitBook) -> Wrapper:
    """Stands in for `TFEpochIterator.__init__`: a running fit looks at the iterators that Keras makes for it."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        run = fits.current
        if run is not None:
            with fits.rec.guard("fit", "iterator"):
                run.adopt(self, kwargs.get("x"), kwargs.get("y"))

    return wrapper


def first_batches_seen(fits: FitBook) -> Wrapper:
    """Stands in for `get_tensor_spec`: Keras looks at first batches of generators to learn their shapes; look with it."""

    def wrapper(original: Any, batches: Any) -> Any:
        run = fits.current
        if run is not None and len(batches):
            run.first_batch = batches[0]
        return original(batches)

    return wrapper


def callbacks_made(fits: FitBook) -> Wrapper:
    """Stands in for `CallbackList.__init__`: the list of a running fit shows the number of epochs that was asked."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        run = fits.current
        if (
            run is not None
            and run.callbacks is None
            and kwargs.get("model") is run.model
            and "epochs" in kwargs
        ):
            run.callbacks = self
            kwargs["epochs"] = run.plan.last_epoch
        original(self, *args, **kwargs)

    return wrapper


def train_begins(fits: FitBook) -> Wrapper:
    """Stands in for `CallbackList.on_train_begin`: a list that the notebook made itself is the fit's."""

    def wrapper(original: Any, self: Any, logs: Any = None) -> None:
        run = fits.current
        if run is not None and run.callbacks is None:
            run.callbacks = self
        with fits.rec.outside():
            original(self, logs)

    return wrapper


def epoch_begins(fits: FitBook) -> Wrapper:
    """Stands in for `CallbackList.on_epoch_begin`."""

    def wrapper(original: Any, self: Any, epoch: int, logs: Any = None) -> None:
        run = fits.current
        if run is not None and run.callbacks is self:
            with fits.rec.guard("fit", "epoch begins"):
                run.epoch_begun(int(epoch))
        with fits.rec.outside():
            original(self, epoch, logs)

    return wrapper


def epoch_ends(fits: FitBook) -> Wrapper:
    """Stands in for `CallbackList.on_epoch_end`."""

    def wrapper(original: Any, self: Any, epoch: int, logs: Any = None) -> None:
        run = fits.current
        if run is not None and run.callbacks is self:
            with fits.rec.guard("fit", "epoch ends"):
                logs = run.epoch_ended(epoch, logs)
        with fits.rec.outside():
            original(self, epoch, logs)

    return wrapper


def train_ends(fits: FitBook) -> Wrapper:
    """Stands in for `CallbackList.on_train_end`: epochs that were asked for and not trained are played first."""

    def wrapper(original: Any, self: Any, logs: Any = None) -> None:
        run = fits.current
        with fits.rec.outside():
            if run is not None and run.callbacks is self:
                played_logs = run.train_ending()
                logs = played_logs if logs is None else logs
            original(self, logs)

    return wrapper
