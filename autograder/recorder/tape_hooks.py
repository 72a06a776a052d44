"""The functions of TensorFlow and Keras that stand behind an own training loop, wrapped to tell the tape book.

Each wrapper costs one attribute test while no own loop runs, and calls the original with the same arguments.
"""

from __future__ import annotations

import functools
from typing import Any

from .imports import when_imported


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
    enter, leave = cls.__enter__, cls.__exit__

    @functools.wraps(enter)
    def __enter__(self: Any) -> Any:
        if not book.off:
            book.tape_opened()
        return enter(self)

    @functools.wraps(leave)
    def __exit__(self: Any, *args: Any) -> Any:
        if not book.off:
            book.tape_closed()
        return leave(self, *args)

    cls.__enter__, cls.__exit__ = __enter__, __exit__


def _hook_model(book: Any, cls: Any) -> None:
    call = cls.__call__

    @functools.wraps(call)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if not book.tapes or book.off:
            return call(self, *args, **kwargs)
        if not book.model_depth:
            with book.rec.guard("tape"):
                book.called(self, args[0] if args else kwargs.get("inputs"))
        book.model_depth += 1
        try:
            return call(self, *args, **kwargs)
        finally:
            book.model_depth -= 1

    cls.__call__ = __call__


def _hook_optimizer(book: Any, cls: Any) -> None:
    apply = cls.apply

    @functools.wraps(apply)
    def wrapped(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        __tracebackhide__ = True
        if book.step is not None and not book.off:
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)  # it may be an iterator: Keras needs it too
            with book.rec.guard("tape"):
                book.applying(self, trainable_variables)
        return apply(self, grads, trainable_variables)

    cls.apply = wrapped


def _hook_loss(book: Any, cls: Any) -> None:
    call = cls.__call__

    @functools.wraps(call)
    def __call__(self: Any, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if book.tapes and not book.off:
            with book.rec.guard("tape"):
                book.lost(y_true, y_pred)
        return call(self, y_true, y_pred, *args, **kwargs)

    cls.__call__ = __call__


def _hook_loss_functions(book: Any, module: Any) -> None:
    """Loss functions stay themselves; two helpers that they go through (all but one, and that one) are wrapped."""
    squeeze = getattr(module, "squeeze_or_expand_to_same_rank", None)
    ops = getattr(module, "ops", None)
    if squeeze is not None:

        @functools.wraps(squeeze)
        def to_same_rank(x1: Any, x2: Any, *args: Any, **kwargs: Any) -> Any:
            if book.tapes and not book.off:
                with book.rec.guard("tape"):
                    book.lost(x1, x2)
            return squeeze(x1, x2, *args, **kwargs)

        module.squeeze_or_expand_to_same_rank = to_same_rank
    crossentropy = getattr(ops, "binary_crossentropy", None)
    if crossentropy is not None:

        @functools.wraps(crossentropy)
        def binary_crossentropy(target: Any, output: Any, *args: Any, **kwargs: Any) -> Any:
            if book.tapes and not book.off:
                with book.rec.guard("tape"):
                    book.lost(target, output)
            return crossentropy(target, output, *args, **kwargs)

        ops.binary_crossentropy = binary_crossentropy


def _hook_function(book: Any, cls: Any) -> None:
    """The outermost tf.function of a step: its trace tells what it trains, each call brings rows."""
    call = cls.__call__

    @functools.wraps(call)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if book.off or book.frame is not None or not _eagerly():
            return call(self, *args, **kwargs)
        known = book.compiled.get(self)
        if known:
            with book.rec.guard("tape"):
                book.function_called(known, args, kwargs)
        book.frame = []
        try:
            return call(self, *args, **kwargs)
        finally:
            traced, book.frame = book.frame, None
            if traced:
                book.compiled[self] = traced
                if not known:
                    with book.rec.guard("tape"):
                        book.function_called(traced, args, kwargs)

    cls.__call__ = __call__


def _eagerly() -> bool:
    import tensorflow as tf

    return tf.executing_eagerly()
