"""Played epochs: every callback sees the epoch begin and end with the last logs, and no batch is trained.

Callbacks that the notebook made itself and that listen to batches see one, so that what they would do in a real one shows.

Under the quick budget a fit of 150 epochs trains two of them and plays 148. Histories have the asked length,
own loss lists and snapshots at epoch 100 work, early stopping stops, and it takes milliseconds.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 6  # times as long by the clock on the wall: callbacks may wait for other work, or sleep
# Saving the same weights 148 times costs seconds and tells nothing.
_SKIPPED = {"ModelCheckpoint", "BackupAndRestore", "OrbaxCheckpoint", "TensorBoard"}


def is_played(callback: Any) -> bool:
    """Whether a callback takes part in played epochs: all but Keras' own savers and their subclasses."""
    return not any(
        base.__name__ in _SKIPPED and base.__module__.startswith("keras.") for base in type(callback).__mro__
    )


def listens_to_batches(callback: Any) -> bool:
    """Whether the notebook itself gave a callback something to do at batches of a training."""
    from keras.src.callbacks import Callback, LambdaCallback

    kind = type(callback)
    if kind.__module__.startswith("keras.") and not isinstance(callback, LambdaCallback):
        return False
    names = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    return any(name in vars(callback) or getattr(kind, name) is not getattr(Callback, name) for name in names)


def _play_batch(model: Any, listening: list[Any], logs: dict[str, Any]) -> None:
    for callback in listening:
        callback.on_train_batch_begin(0, {})
    for callback in listening:
        callback.on_train_batch_end(
            0, {name: value for name, value in logs.items() if not name.startswith("val_")}
        )


def play_epochs(
    model: Any,
    callbacks: Any,
    first: int,
    last: int,
    logs_of: Callable[[int], dict[str, Any]],
    seconds: float,
    begun: Callable[[int], None] = lambda epoch: None,
    ended: Callable[[int, bool], None] = lambda epoch, whole: None,
) -> int:
    """Play the epochs first .. last-1 and return how many were played.

    Args:
        model: its `stop_training`, set by any callback, ends the playing.
        callbacks: the fit's `CallbackList`.
        first, last: epoch numbers as `fit` counts them, `last` excluded.
        logs_of: gives a fresh dictionary of the logs of an epoch: name -> last value.
        seconds: processor time after which no further epoch begins; a busy machine costs nobody an epoch.
        begun: is told the number of each epoch that begins.
        ended: is told the number of each epoch whose batches are over, and whether no callback had stopped it before.

    Exceptions of a callback pass through, as they would from a real epoch.
    """
    taking_part = [callback for callback in callbacks.callbacks if is_played(callback)]
    listening = [callback for callback in taking_part if listens_to_batches(callback)]
    work, deadline = time.process_time() + seconds, time.monotonic() + PATIENCE * seconds
    played = 0
    for epoch in range(first, last):
        if model.stop_training or time.process_time() > work or time.monotonic() > deadline:
            break
        begun(epoch)
        for callback in taking_part:
            callback.on_epoch_begin(epoch, {})
        epoch_logs = logs_of(epoch)
        _play_batch(model, listening, epoch_logs)
        ended(epoch, not model.stop_training)
        for callback in taking_part:
            callback.on_epoch_end(epoch, epoch_logs)
        played += 1
    return played


def play_fit(model: Any, asked: dict[str, Any], last: int, steps: int | None) -> Any:
    """Do what `fit` does around its epochs, with all of them played. Returns the History.

    The epochs themselves are played when the callback list ends its training (`fit_hooks.train_ends`).

    Args:
        asked: the arguments of `fit`.
        last: the epoch number at which training would end.
        steps: batches per epoch of the last real fit, for progress bars.
    """
    from keras.src import callbacks as keras_callbacks

    callbacks = asked["callbacks"]
    if not isinstance(callbacks, keras_callbacks.CallbackList):
        verbose = asked["verbose"]
        callbacks = keras_callbacks.CallbackList(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=last,
            steps=steps,
            model=model,
        )
    model.stop_training = False
    callbacks.on_train_begin()
    callbacks.on_train_end(logs=None)
    return model.history


@dataclass
class FitMemory:
    """Fits of one model in one state: how many ended, the last logs, and the batches of an epoch."""

    count: int = 0
    logs: dict[str, Any] | None = None
    steps: int | None = None


@dataclass
class CompiledState:
    """One model since it was last compiled. The compiled objects are only compared by identity."""

    objects: tuple[Any, ...]
    fits: dict[tuple[Any, ...], FitMemory] = field(default_factory=dict)


class SeenFits:
    """How often each model was fitted in the same state; lets a loop of 150 fits train twice and play the rest."""

    def __init__(self) -> None:
        self._states: weakref.WeakKeyDictionary[Any, CompiledState] = weakref.WeakKeyDictionary()

    def state(self, model: Any, key: tuple[Any, ...]) -> FitMemory:
        """The memory of this model's fits with this key since its last compile."""
        objects = (model.optimizer, model._compile_loss, getattr(model, "_loss_tracker", None))
        state = self._states.get(model)
        if state is None or any(now is not then for now, then in zip(objects, state.objects, strict=True)):
            state = self._states[model] = CompiledState(objects)
        return state.fits.setdefault(key, FitMemory())
