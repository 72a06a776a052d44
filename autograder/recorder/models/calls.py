"""Wrappers around what answers a student (predict, predict_on_batch, eager calls), compile, and calls inside of steps."""

from __future__ import annotations

import threading
from typing import Any

from ..hooking.patching import Wrapper
from ..recording import Recording
from .answers import Answers
from .book import ModelBook
from .graph import current_tracer
from .predict_batches import PredictBatches

_local = threading.local()  # how deep calls of models are nested on this thread


def layer_call(rec: Recording, models: ModelBook, answers: Answers) -> Wrapper:
    """Stands in for `Layer.__call__`: a tracer at work sees every layer, else outermost calls of models are noted."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        tracer = current_tracer()
        if tracer is not None:
            return tracer.call(original, self, args, kwargs)
        # Only models have this method; importing Model here would import it before Keras is ready.
        if not hasattr(self, "predict_on_batch") or rec.busy:
            return original(self, *args, **kwargs)
        depth = getattr(_local, "depth", 0)
        if depth == 0 and args and not rec.inside:
            earlier = answers.stand_in(self, "call", args[0])
            if earlier is not None:
                return earlier
        _local.depth = depth + 1
        try:
            outputs = original(self, *args, **kwargs)
        finally:
            _local.depth = depth
        if depth == 0:
            with rec.guard("call", "call of a model"):
                _called(rec, models, answers, self, args, kwargs, outputs)
        return outputs

    return wrapper


def _called(
    rec: Recording,
    models: ModelBook,
    answers: Answers,
    model: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: Any,
) -> None:
    """One outermost call of a model returned; tell what it was."""
    import tensorflow as tf

    if not args:
        args = tuple(value for key, value in kwargs.items() if key not in ("training", "mask"))[:1]
    if _symbolic(args) or _symbolic(outputs):
        return
    running = rec.inside[-1] if rec.inside else None
    eager_step = running is not None and (running.run_eagerly or tf.config.functions_run_eagerly())
    if running is not None and (eager_step or not tf.executing_eagerly()):
        if running is not model:
            models.called_in_step(running, model)
        models.saw_arguments(model, args, "call" if running is not model else "fit")
        return
    rec.check()
    models.saw_arguments(model, args, "call")
    if not tf.executing_eagerly():
        return  # a step of an own loop, compiled
    if kwargs.get("training") is not True and _no_tape():
        answers.given(model, "call", args, outputs)


def _no_tape() -> bool:
    """Whether no gradient tape is open on this thread: under one, calls are steps of a training."""
    from tensorflow.python import pywrap_tfe

    return bool(pywrap_tfe.TFE_Py_TapeSetIsEmpty())


def _symbolic(structure: Any) -> bool:
    from keras.src import tree
    from keras.src.backend import KerasTensor

    return any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(structure))


def within(rec: Recording) -> Wrapper:
    """Stands in for a method of a model in which calls of models are its own."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        with rec.within(self):
            return original(self, *args, **kwargs)

    return wrapper


def predict(rec: Recording, answers: Answers) -> Wrapper:
    """Stands in for `predict`: what it was asked and answered is noted."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        earlier = answers.stand_in(self, "predict", args[0] if args else kwargs.get("x"))
        if earlier is not None:
            return earlier
        with rec.within(self), PredictBatches.collected() as batches:
            outputs = original(self, *args, **kwargs)
        with rec.guard("call", "predict"):
            answers.predicted(self, "predict", batches.inputs(), outputs)
        return outputs

    return wrapper


def predict_on_batch(rec: Recording, answers: Answers) -> Wrapper:
    """Stands in for `predict_on_batch`: what it was asked and answered is noted."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        inputs = args[0] if args else kwargs.get("x")
        earlier = answers.stand_in(self, "predict_on_batch", inputs)
        if earlier is not None:
            return earlier
        with rec.within(self):
            outputs = original(self, *args, **kwargs)
        with rec.guard("call", "predict_on_batch"):
            answers.predicted(self, "predict_on_batch", inputs, outputs)
        return outputs

    return wrapper
