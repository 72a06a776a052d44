"""Seeing the batches that `predict` consumes while it consumes them: no generator is ever read twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..recording import Recording
from .probes import kept_rows

_local = threading.local()


class PredictBatches:
    """The first batches of one `predict`, until they hold as many rows as are kept."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self._rows = self._most = 0

    @classmethod
    @contextmanager
    def collected(cls) -> Iterator[PredictBatches]:
        """The next iterator that Keras makes on this thread shows its batches here."""
        outer = getattr(_local, "collecting", None)
        batches = _local.collecting = cls()
        try:
            yield batches
        finally:
            _local.collecting = outer

    def take(self, batch: Any) -> None:
        """Keep one batch as Keras gives it to the model: (x,), (x, y) or (x, y, weights)."""
        if self._rows and self._rows >= self._most:
            return
        from keras.src import tree
        from keras.src.trainers.data_adapters.data_adapter_utils import unpack_x_y_sample_weight

        inputs = unpack_x_y_sample_weight(batch)[0]
        self.batches.append(inputs)
        leaves = tree.flatten(inputs)
        self._most = self._most or kept_rows(leaves)
        self._rows += int(leaves[0].shape[0])

    def inputs(self) -> Any:
        """The rows seen, joined: arrays (n, ...) in the structure of the inputs, at most as many as are kept; None without any."""
        from keras.src import tree

        if not self.batches:
            return None
        return tree.map_structure(
            lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves])[: self._most], *self.batches
        )


def get_iterator(rec: Recording) -> Callable[..., Any]:
    """Stands in for `TFEpochIterator._get_iterator`: what it gives also shows every batch to the `predict` that runs."""

    def wrapper(original: Any, self: Any) -> Any:
        source = original(self)
        batches = getattr(_local, "collecting", None)
        if batches is None or rec.busy:
            return source
        _local.collecting = None
        return _Shown(source, batches, rec)

    return wrapper


class _Shown:
    """Iterates like `source`."""

    def __init__(self, source: Any, batches: PredictBatches, rec: Recording) -> None:
        self._source, self._batches, self._rec = source, batches, rec

    def __iter__(self) -> Iterator[Any]:
        return _ShownIterator(iter(self._source), self._batches, self._rec)


class _ShownIterator:
    def __init__(self, source: Iterator[Any], batches: PredictBatches, rec: Recording) -> None:
        self._source, self._batches, self._rec = source, batches, rec

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        batch = next(self._source)
        with self._rec.guard("call", "batch of predict"):
            self._batches.take(batch)
        return batch
