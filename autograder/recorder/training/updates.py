"""Which optimizer changes which weights, told by the calls of `apply` in the trainings of each model.

A compiled training step calls it once, while it is traced; what was seen then is so for all trainings of the model
until it is compiled again.
"""

from __future__ import annotations

import weakref
from typing import Any

from ..ids import Ids
from ..models.book import ModelBook


class UpdateBook:
    """For each model that is trained: its optimizers, and the weights that each of them changes."""

    def __init__(self, models: ModelBook) -> None:
        self._models = models
        self._optimizers = Ids("o")
        self._changed: Any = (
            weakref.WeakKeyDictionary()
        )  # model -> optimizer id -> weight ids, as keys of a dict

    def note(self, model: Any, optimizer: Any, variables: Any) -> None:
        """An optimizer changes these variables in a training of `model`."""
        names = self._changed.setdefault(model, {}).setdefault(self._optimizers.of(optimizer), {})
        names.update(dict.fromkeys(self._models.names_of(variables)))

    def note_step(self, model: Any, optimizer: Any, gradients: Any, variables: list[Any] | None) -> None:
        """An optimizer was handed these gradients, one a variable; its own variables when None is given."""
        variables = optimizer._trainable_variables if variables is None else variables
        pairs = zip(variables, gradients, strict=False)
        self.note(model, optimizer, [variable for variable, gradient in pairs if gradient is not None])

    def of(self, model: Any) -> dict[str, list[str]]:
        """Optimizer -> weights that it was seen to change in trainings of `model`."""
        return {optimizer: list(names) for optimizer, names in self._changed.get(model, {}).items()}

    def forget(self, model: Any) -> None:
        """`model` is compiled anew: its next training step is another one."""
        self._changed.pop(model, None)
