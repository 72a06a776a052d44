"""Wrappers around the functions of TensorFlow and Keras that stand behind an own training loop; they tell the tape book.

Each wrapper costs one attribute test while no own loop runs, and calls the original with the same arguments.
"""

from __future__ import annotations

from typing import Any

from ..hooking.patching import Wrapper
from .tape import TapeBook
from .updates import UpdateBook


def tape_opens(tapes: TapeBook) -> Wrapper:
    """Stands in for `GradientTape.__enter__`."""

    def wrapper(original: Any, self: Any) -> Any:
        if not tapes.off:
            tapes.tape_opened()
        return original(self)

    return wrapper


def tape_closes(tapes: TapeBook) -> Wrapper:
    """Stands in for `GradientTape.__exit__`."""

    def wrapper(original: Any, self: Any, *args: Any) -> Any:
        if not tapes.off:
            tapes.tape_closed()
        return original(self, *args)

    return wrapper


def model_call(tapes: TapeBook) -> Wrapper:
    """Stands in for `Model.__call__`: an outermost call under a tape is part of a step.

    Model inherits `__call__` from Layer; giving it one of its own leaves the calls of plain layers as fast as ever.
    """

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if not tapes.tapes or tapes.off:
            return original(self, *args, **kwargs)
        if not tapes.model_depth:
            with tapes.rec.guard("tape", "call of a model"):
                tapes.called(self, args[0] if args else kwargs.get("inputs"))
        tapes.model_depth += 1
        try:
            return original(self, *args, **kwargs)
        finally:
            tapes.model_depth -= 1

    return wrapper


def optimizer_applies(updates: UpdateBook, tapes: TapeBook) -> Wrapper:
    """Stands in for `BaseOptimizer.apply`: an own loop makes a step, or a training of Keras shows what it changes."""

    def wrapper(original: Any, self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        rec = tapes.rec
        own_step = tapes.step is not None and not tapes.off
        of_keras = bool(rec.inside) and not rec.busy
        if trainable_variables is not None and (own_step or of_keras):
            trainable_variables = list(trainable_variables)  # it may be an iterator: Keras needs it too
        if own_step:
            with rec.guard("tape", "step of an optimizer"):
                tapes.applying(self, trainable_variables)
        if of_keras:
            with rec.guard("fit", "step of an optimizer"):
                updates.note_step(rec.inside[0], self, grads, trainable_variables)
        return original(self, grads, trainable_variables)

    return wrapper


def loss_call(tapes: TapeBook) -> Wrapper:
    """Stands in for `Loss.__call__`."""

    def wrapper(original: Any, self: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if tapes.tapes and not tapes.off:
            with tapes.rec.guard("tape", "loss"):
                tapes.lost(y_true, y_pred)
        return original(self, y_true, y_pred, *args, **kwargs)

    return wrapper


def loss_helper(tapes: TapeBook) -> Wrapper:
    """Stands in for a helper that loss functions go through with (true, predicted): the functions stay themselves."""

    def wrapper(original: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if tapes.tapes and not tapes.off:
            with tapes.rec.guard("tape", "loss"):
                tapes.lost(y_true, y_pred)
        return original(y_true, y_pred, *args, **kwargs)

    return wrapper


def function_call(tapes: TapeBook) -> Wrapper:
    """Stands in for `Function.__call__` of the outermost tf.function: its trace tells what it trains, each call brings rows."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if tapes.off or tapes.frame is not None or not _eagerly():
            return original(self, *args, **kwargs)
        steps = tapes.compiled.get(self)
        if steps:
            with tapes.rec.guard("tape", "call of a function"):
                tapes.function_called(steps, args, kwargs)
        tapes.frame = []
        try:
            return original(self, *args, **kwargs)
        finally:
            traced, tapes.frame = tapes.frame, None
            if traced:
                tapes.compiled[self] = traced
                if not steps:
                    with tapes.rec.guard("tape", "call of a function"):
                        tapes.function_called(traced, args, kwargs)

    return wrapper


def _eagerly() -> bool:
    import tensorflow as tf

    return bool(tf.executing_eagerly())
