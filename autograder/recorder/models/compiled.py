"""A call of `compile`, and the names behind it: loss, optimizer, learning rate, however they were given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..hooking.patching import Wrapper
from ..recording import Recording
from ..variables import value_of
from .book import ModelBook


def compiled(rec: Recording, models: ModelBook, forget_updates: Callable[[Any], None]) -> Wrapper:
    """Stands in for `Trainer.compile`.

    First what was seen of the model's training step is forgotten, because its next one is another; once Keras has
    compiled the model, an event tells loss, optimizer and learning rate.
    """

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if rec.busy:
            return original(self, *args, **kwargs)
        with rec.guard("fit", "compile"):
            forget_updates(self)
        result = original(self, *args, **kwargs)
        with rec.guard("model", "compile"), rec.quiet():
            models.declare(self, "compile")
            # Some backends keep a method of that name on the class.
            own = "loss" in getattr(self, "__dict__", {})
            given = kwargs.get("loss", args[1] if len(args) > 1 else None)
            rec.journal.event(
                "compile",
                model=models.id_of(self),
                loss=loss_name(self.loss if own else given),
                own_loss=is_own_loss(self.loss if own else given),
                optimizer=optimizer_name(self.optimizer),
                learning_rate=learning_rate(self.optimizer),
            )
        return result

    return wrapper


def loss_name(loss: Any) -> str:
    """The loss as Keras' function is called (`mean_squared_error`), several joined by commas, "" for none."""
    if loss is None:
        return ""
    if isinstance(loss, dict):
        return ",".join(loss_name(part) for part in loss.values())
    if isinstance(loss, (list, tuple)):
        return ",".join(loss_name(part) for part in loss)
    if isinstance(loss, str):
        return _full_name(loss)
    if isinstance(loss, type):
        return _snake(loss.__name__)
    name = getattr(loss, "__name__", None)
    return _full_name(str(name)) if name else _snake(type(loss).__name__)


def is_own_loss(loss: Any) -> bool:
    """Whether a loss, or any of several, is the notebook's own and none of Keras'."""
    from keras.src import losses

    if isinstance(loss, dict):
        return any(is_own_loss(part) for part in loss.values())
    if isinstance(loss, (list, tuple)):
        return any(is_own_loss(part) for part in loss)
    if loss is None or isinstance(loss, str):
        return False
    return not any(known is loss or known is type(loss) for known in losses.ALL_OBJECTS)


def _full_name(name: str) -> str:
    """`mse` and `MSE` are names of `mean_squared_error`."""
    try:
        from keras.src import losses

        found = losses.ALL_OBJECTS_DICT.get(name)
    except (ImportError, AttributeError):
        found = None
    return _snake(getattr(found, "__name__", name))[:200]


def _snake(name: str) -> str:
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()[:200]


def optimizer_name(optimizer: Any) -> str:
    """Class of the optimizer in use (`Adam`); of the inner one where a loss scale wraps it."""
    inner = getattr(optimizer, "inner_optimizer", None)
    return "" if optimizer is None else type(inner if inner is not None else optimizer).__name__[:200]


def learning_rate(optimizer: Any) -> float | None:
    """The learning rate as a number, None when a schedule sets it."""
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    rate = getattr(optimizer, "_learning_rate", None)
    if rate is None or hasattr(rate, "get_config"):
        return None
    return float(value_of(rate)) if hasattr(rate, "_value") else float(rate)
