"""Which optimizer changes which weights, told by the calls of `apply` in the trainings of each model.

A compiled training step calls it once, while it is traced; what was seen then is so for all trainings of the model
until it is compiled again.
"""

from __future__ import annotations

import weakref
from typing import Any

from ..hooking.imports import when_imported
from ..hooking.patching import patch
from ..ids import Ids


class UpdateBook:
    """For each model that is trained: its optimizers, and the weights that each of them changes."""

    def __init__(self, rec: Any) -> None:
        self._rec = rec
        self._optimizers = Ids("o")
        self._found: Any = weakref.WeakKeyDictionary()

    def note(self, model: Any, optimizer: Any, variables: Any) -> None:
        """An optimizer changes these variables in a training of `model`."""
        names = self._found.setdefault(model, {}).setdefault(self._optimizers.of(optimizer), {})
        names.update(dict.fromkeys(self._rec.models.names_of(variables)))

    def of(self, model: Any) -> dict[str, list[str]]:
        """Optimizer -> weights that it was seen to change in trainings of `model`."""
        return {optimizer: list(names) for optimizer, names in self._found.get(model, {}).items()}

    def forget(self, model: Any) -> None:
        """`model` is compiled anew: its next training step is another one."""
        self._found.pop(model, None)


def install(rec: Any) -> None:
    """Watch optimizers and `compile`, now or as soon as Keras is imported."""
    book = rec.updates = UpdateBook(rec)

    def compiled(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if not rec.busy:
            with rec.guard("compile"):
                book.forget(self)
        return original(self, *args, **kwargs)

    def apply(original: Any, self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        if rec.inside and not rec.busy:
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)  # it may be an iterator: Keras needs it too
            with rec.guard("train: optimizer"):
                book.note(rec.inside[0], self, _changed(self, grads, trainable_variables))
        return original(self, grads, trainable_variables)

    when_imported("keras.src.trainers.trainer", lambda module: patch(module.Trainer, "compile", compiled))
    when_imported(
        "keras.src.optimizers.base_optimizer", lambda module: patch(module.BaseOptimizer, "apply", apply)
    )


def _changed(optimizer: Any, grads: Any, variables: list[Any] | None) -> list[Any]:
    """The variables that have a gradient."""
    variables = optimizer._trainable_variables if variables is None else variables
    return [each for each, grad in zip(variables, grads, strict=False) if grad is not None]
