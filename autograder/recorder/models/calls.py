"""Hooks on layers and models: compile, predict, predict_on_batch, eager calls, and what a step calls inside."""

from __future__ import annotations

import threading
from typing import Any

from ..hooking.imports import when_imported
from ..hooking.patching import patch
from ..recording import Recording
from .answers import Answers
from .compiled import learning_rate, loss_name, optimizer_name
from .graph import current_tracer
from .predict_batches import Tap, tapped

_local = threading.local()


def install(rec: Recording) -> None:
    """Patch what answers a student, now or as soon as Keras is imported."""
    answers = Answers(rec)
    rec.cell_ends.insert(0, answers.end_cell)
    rec.drawings.append(answers.write_skipped)
    when_imported("keras.src.layers.layer", lambda module: _hook_layers(rec, answers, module.Layer))
    when_imported("keras.src.trainers.trainer", lambda module: _hook_compile(rec, module.Trainer))
    when_imported("keras.src.backend.tensorflow.trainer", lambda module: _hook_trainer(rec, answers, module))
    when_imported("keras.src.models.model", lambda module: _hook_saving(rec, module.Model))


def _hook_layers(rec: Recording, answers: Answers, cls: type) -> None:
    def around(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        tracer = current_tracer()
        if tracer is not None:
            return tracer.call(original, self, args, kwargs)
        # Only models have this method; importing Model here would import it before Keras is ready.
        if not hasattr(self, "predict_on_batch") or rec.busy:
            return original(self, *args, **kwargs)
        depth = getattr(_local, "depth", 0)
        older = answers.instead(self, "call", args[0]) if depth == 0 and args and not rec.inside else None
        if older is not None:
            return older
        _local.depth = depth + 1
        try:
            outputs = original(self, *args, **kwargs)
        finally:
            _local.depth = depth
        if depth == 0:
            with rec.guard("model call"):
                _called(rec, answers, self, args, kwargs, outputs)
        return outputs

    patch(cls, "__call__", around)


def _called(rec: Recording, answers: Answers, model: Any, args: tuple, kwargs: dict, outputs: Any) -> None:
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
            rec.models.called_in_step(running, model)
        rec.models.saw_arguments(model, args, "call" if running is not model else "fit")
        return
    if not tf.executing_eagerly():
        rec.models.saw_arguments(model, args, "call")  # a step of an own loop, compiled
        return
    rec.models.saw_arguments(model, args, "call")
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


def _hook_compile(rec: Recording, cls: type) -> None:
    def around(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        if not rec.busy:
            with rec.guard("compile"), rec.quiet():
                rec.models.declare(self, "compile")
                rec.journal.event(
                    "compile",
                    model=rec.models.id_of(self),
                    loss=loss_name(
                        getattr(self, "loss", None) if _own_loss(self) else _given_loss(args, kwargs)
                    ),
                    optimizer=optimizer_name(self.optimizer),
                    learning_rate=learning_rate(self.optimizer),
                )
        return result

    patch(cls, "compile", around)


def _hook_saving(rec: Recording, cls: type) -> None:
    """What is saved may be loaded into another model later: its weights are known by this version."""

    def save(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if not rec.busy and rec.models.knows(self):
            with rec.guard("save"):
                rec.models.version_now(self, "asked")
        return original(self, *args, **kwargs)

    for name in ("save", "save_weights"):
        patch(cls, name, save)


def _own_loss(model: Any) -> bool:
    """Whether `model.loss` is what compile was given; some backends keep a method of that name on the class."""
    return "loss" in getattr(model, "__dict__", {})


def _given_loss(args: tuple, kwargs: dict) -> Any:
    return kwargs.get("loss", args[1] if len(args) > 1 else None)


def _hook_trainer(rec: Recording, answers: Answers, module: Any) -> None:
    trainer = module.TensorFlowTrainer

    def within(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        with rec.within(self):
            return original(self, *args, **kwargs)

    def predict(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        older = answers.instead(self, "predict", args[0] if args else kwargs.get("x"))
        if older is not None:
            return older
        with rec.within(self), Tap.opened() as tap:
            outputs = original(self, *args, **kwargs)
        with rec.guard("predict"):
            answers.predicted(self, "predict", tap.inputs(), outputs)
        return outputs

    def predict_on_batch(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        older = answers.instead(self, "predict_on_batch", args[0] if args else kwargs.get("x"))
        if older is not None:
            return older
        with rec.within(self):
            outputs = original(self, *args, **kwargs)
        with rec.guard("predict_on_batch"):
            answers.predicted(self, "predict_on_batch", args[0] if args else kwargs.get("x"), outputs)
        return outputs

    for name in ("fit", "evaluate", "train_on_batch", "test_on_batch"):
        patch(trainer, name, within)
    patch(trainer, "predict", predict)
    patch(trainer, "predict_on_batch", predict_on_batch)
    patch(module.TFEpochIterator, "_get_iterator", lambda original, self: tapped(original(self), rec))


def _hook_functions(rec: Recording, cls: type) -> None:
    """Variables made while a function is traced get their values here, before its first step runs."""

    def around(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        if not rec.busy:
            with rec.guard("first values"):
                rec.models.attempt_all()
        return result

    if hasattr(cls, "_initialize_uninitialized_variables"):
        patch(cls, "_initialize_uninitialized_variables", around)
