"""The functions of TensorFlow and Keras that stand behind an own training loop, wrapped to tell the tape book.

Each wrapper costs one attribute test while no own loop runs, and calls the original with the same arguments.
"""

from __future__ import annotations

from typing import Any

from ..hooking.imports import when_imported
from ..hooking.patching import patch


def install(book: Any) -> None:
    """Wrap them, now or as soon as they are imported."""
    when_imported("tensorflow.python.eager.backprop", lambda module: _hook_tape(book, module.GradientTape))
    when_imported(
        "tensorflow.python.eager.polymorphic_function.polymorphic_function",
        lambda module: _hook_function(book, module.Function),
    )
    when_imported("keras.src.models.model", lambda module: _hook_model(book, module.Model))
    when_imported(
        "keras.src.optimizers.base_optimizer", lambda module: _hook_optimizer(book, module.BaseOptimizer)
    )
    when_imported("keras.src.losses.loss", lambda module: _hook_loss(book, module.Loss))
    when_imported("keras.src.losses.losses", lambda module: _hook_loss_functions(book, module))


def _hook_tape(book: Any, cls: Any) -> None:
    def enter(original: Any, self: Any) -> Any:
        if not book.off:
            book.tape_opened()
        return original(self)

    def leave(original: Any, self: Any, *args: Any) -> Any:
        if not book.off:
            book.tape_closed()
        return original(self, *args)

    patch(cls, "__enter__", enter)
    patch(cls, "__exit__", leave)


def _hook_model(book: Any, cls: Any) -> None:
    # Model inherits `__call__` from Layer; giving it one of its own leaves the calls of plain layers as fast as ever.
    def call(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if not book.tapes or book.off:
            return original(self, *args, **kwargs)
        if not book.model_depth:
            with book.rec.guard("tape"):
                book.called(self, args[0] if args else kwargs.get("inputs"))
        book.model_depth += 1
        try:
            return original(self, *args, **kwargs)
        finally:
            book.model_depth -= 1

    patch(cls, "__call__", call)


def _hook_optimizer(book: Any, cls: Any) -> None:
    def apply(original: Any, self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        if book.step is not None and not book.off:
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)  # it may be an iterator: Keras needs it too
            with book.rec.guard("tape"):
                book.applying(self, trainable_variables)
        return original(self, grads, trainable_variables)

    patch(cls, "apply", apply)


def _hook_loss(book: Any, cls: Any) -> None:
    def call(original: Any, self: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if book.tapes and not book.off:
            with book.rec.guard("tape"):
                book.lost(y_true, y_pred)
        return original(self, y_true, y_pred, *args, **kwargs)

    patch(cls, "__call__", call)


def _hook_loss_functions(book: Any, module: Any) -> None:
    """Loss functions stay themselves: the two helpers that they go through with (true, predicted) are wrapped."""

    def helper(original: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        if book.tapes and not book.off:
            with book.rec.guard("tape"):
                book.lost(y_true, y_pred)
        return original(y_true, y_pred, *args, **kwargs)

    for owner, name in ((module, "squeeze_or_expand_to_same_rank"), (module.ops, "binary_crossentropy")):
        if hasattr(owner, name):
            patch(owner, name, helper)


def _hook_function(book: Any, cls: Any) -> None:
    """The outermost tf.function of a step: its trace tells what it trains, each call brings rows."""

    def call(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if book.off or book.frame is not None or not _eagerly():
            return original(self, *args, **kwargs)
        known = book.compiled.get(self)
        if known:
            with book.rec.guard("tape"):
                book.function_called(known, args, kwargs)
        book.frame = []
        try:
            return original(self, *args, **kwargs)
        finally:
            traced, book.frame = book.frame, None
            if traced:
                book.compiled[self] = traced
                if not known:
                    with book.rec.guard("tape"):
                        book.function_called(traced, args, kwargs)

    patch(cls, "__call__", call)


def _eagerly() -> bool:
    import tensorflow as tf

    return tf.executing_eagerly()
