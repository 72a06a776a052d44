"""Seeing the batches that `predict` consumes while it consumes them: no generator is ever read twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..recording import Recording
from .probes import kept_rows

_local = threading.local()


class Tap:
    """The first batches of one `predict`, until they hold as many rows as are kept."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self._rows = self._most = 0

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Tap]:
        """The next iterator that Keras makes on this thread is tapped."""
        outer = getattr(_local, "tap", None)
        tap = _local.tap = cls()
        try:
            yield tap
        finally:
            _local.tap = outer

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
        """The rows seen, joined; None when there were none."""
        import numpy as np
        from keras.src import tree

        if not self.batches:
            return None
        return tree.map_structure(
            lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves])[: self._most], *self.batches
        )


def tapped(source: Any, rec: Recording) -> Any:
    """`source`, or something that iterates like it and shows every batch to the open tap."""
    tap = getattr(_local, "tap", None)
    if tap is None or rec.busy:
        return source
    _local.tap = None
    return _Tapped(source, tap, rec)


class _Tapped:
    def __init__(self, source: Any, tap: Tap, rec: Recording) -> None:
        self._source, self._tap, self._rec = source, tap, rec

    def __iter__(self) -> Iterator[Any]:
        return _TappedIterator(iter(self._source), self._tap, self._rec)


class _TappedIterator:
    def __init__(self, source: Iterator[Any], tap: Tap, rec: Recording) -> None:
        self._source, self._tap, self._rec = source, tap, rec

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        batch = next(self._source)
        with self._rec.guard("predict batch"):
            self._tap.take(batch)
        return batch
