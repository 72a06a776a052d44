"""Training data that is consumed as it comes (tf.data, PyDataset, generators): watched, and ended early when asked.

It is watched by one more step at the end of Keras' own pipeline, behind its prefetching, which sees exactly the
batches that training consumes; nothing is read twice. Of a first epoch that is ended early, the batches that would
have followed are taken and looked at without training on them: what a stream tells of its length need not be so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

from ..recording import Recording
from .amounts import Variety
from .fit_plan import Side, steps_allowed
from .rows import main_leaf

# Seconds that the rest of a first epoch may take to be looked at; augmenting 60,000 images takes one.
LOOKING_ON = 4.0
# Steps of a tf.data pipeline that hand on the same batches, seen from the end towards the source.
_SAME_BATCHES = ("Prefetch", "Map", "ParallelMap", "Shuffle", "Cache", "MemoryCache", "Options")


def batched_by(dataset: Any) -> tuple[int | None, int | None]:
    """(batch size, rows per epoch) of a tf.data.Dataset as far as its structure tells; nothing is consumed."""
    node = dataset
    for _ in range(50):
        kind = type(node).__name__.strip("_").replace("Dataset", "").replace("V2", "").replace("V1", "")
        if kind in ("Batch", "ParallelBatch"):
            batch = int(node._batch_size)
            rows = int(node._input_dataset.cardinality())
            whole = bool(getattr(node, "_drop_remainder", False))
            if rows > 0 and whole:
                rows -= rows % batch
            return batch, rows if rows > 0 else None
        if kind not in _SAME_BATCHES or not hasattr(node, "_input_dataset"):
            break
        node = node._input_dataset
    import tensorflow as tf

    leaf = main_leaf(_inputs_of(dataset.element_spec))
    size = leaf.shape[0] if isinstance(leaf, tf.TensorSpec) and leaf.shape.rank else None
    count = int(dataset.cardinality())
    return size, size * count if size and count > 0 else None


def _inputs_of(element: Any) -> Any:
    return element[0] if isinstance(element, tuple) and element else element


def _part_of(element: Any, place: int) -> Any:
    """Targets (1) or weights (2) of what a stream hands out; None where it hands out none."""
    return element[place] if isinstance(element, tuple) and len(element) > place else None


def split_large_batches(dataset: Any, batch: int) -> Any:
    """The same rows in batches of at most `batch`; batches are cut, never joined. Dense tensors only."""
    import tensorflow as tf

    spec = dataset.element_spec
    if not all(isinstance(leaf, tf.TensorSpec) for leaf in tf.nest.flatten(spec)):
        return dataset

    def cut(*parts: Any) -> Any:
        element = parts if type(spec) is tuple else parts[0]
        return tf.data.Dataset.from_tensor_slices(element).batch(batch)

    return dataset.flat_map(tf.autograph.experimental.do_not_convert(cut))


def watched(dataset: Any, note: Callable[[Any, Any, Any], None]) -> Any:
    """The same dataset; `note(inputs, targets, weights)` is called with numpy arrays or None for each batch handed out."""
    import tensorflow as tf

    spec = dataset.element_spec

    def show(*parts: Any) -> Any:
        element = parts if type(spec) is tuple else parts[0]
        handed = (_inputs_of(element), _part_of(element, 1), _part_of(element, 2))
        tensors = [main_leaf(part) for part in handed]
        there = [isinstance(tensor, tf.Tensor) for tensor in tensors]

        def told(*arrays: Any) -> None:
            given = iter(arrays)
            note(*(next(given) if is_there else None for is_there in there))

        if there[0]:
            tf.numpy_function(
                told, [tensor for tensor, is_there in zip(tensors, there, strict=True) if is_there], []
            )
        return element

    # tf.data may put a prefetch of its own behind the last step: then batches would be noted before they are used.
    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False
    return dataset.map(tf.autograph.experimental.do_not_convert(show)).with_options(options)


class WatchedStream:
    """Watches one of Keras' iterators over a stream, and ends its epochs after `limit` rows when one is given.

    Args:
        iterator: a freshly made `TFEpochIterator`; its dataset is replaced by the watched one.
        side: where rows and what is known of the size are kept.
        rec: guards code of ours that runs inside the pipeline.
        limit: rows per epoch, None to leave the length alone.
        batch: largest batch, used with `limit`.
        hint: rows of the first batch where Keras looked at it, None when unknown.

    Attributes:
        shortened: whether epochs are shorter than asked.
    """

    def __init__(
        self, iterator: Any, side: Side, rec: Recording, limit: int | None, batch: int, hint: int | None
    ) -> None:
        self._iterator, self._side, self._rec, self._limit = iterator, side, rec, limit
        self.shortened = False
        self._variety = Variety()
        self._looked_at_all = False  # whether the whole first epoch was seen, though not all of it trained on
        self._rows = self._epochs = self._largest = self._trained_on = 0
        dataset = self._unwatched = iterator._distributed_dataset
        size, rows = batched_by(dataset) if hasattr(dataset, "cardinality") else (None, None)
        self._describe(size or hint, rows)
        if not hasattr(dataset, "element_spec") or not hasattr(dataset, "map"):
            return
        if limit is not None:
            dataset = self._shorten(dataset, batch, limit)
        iterator._distributed_dataset = watched(dataset, self._note)

    def _describe(self, size: int | None, rows: int | None) -> None:
        """What was asked for, in rows, as far as the stream tells."""
        side, count = self._side, self._iterator.data_adapter.num_batches
        side.batch = size
        if not side.steps:
            side.steps = steps_allowed(None)
        if side.steps and size:
            asked = int(side.steps) * size
            side.samples = min(asked, rows) if rows else asked
        elif rows:
            side.samples = rows
        elif size and count:
            side.samples = size * int(count)

    def _shorten(self, dataset: Any, batch: int, limit: int) -> Any:
        """Cut batches into ones of at most `batch` rows, and let an epoch end after `limit` rows; the dataset that is left."""
        iterator, size = self._iterator, self._side.batch
        pieces = 1
        if size and size > batch:
            cut = split_large_batches(dataset, batch)
            if cut is not dataset:
                dataset, pieces, self.shortened = cut, math.ceil(size / batch), True
        steps = iterator.steps_per_epoch or iterator.data_adapter.num_batches
        all_steps = int(steps) * pieces if steps else None
        allowed = math.ceil(limit / min(size, batch)) if size else None
        counts = [count for count in (all_steps, allowed) if count]
        wanted = min(counts) if counts else None
        continuing = bool(iterator.steps_per_epoch)
        if wanted:
            self.shortened = self.shortened or wanted != all_steps
            iterator.steps_per_epoch = wanted  # what progress bars count towards
        iterator._enumerate_iterator = lambda: self._limited_epoch(wanted, all_steps, limit, continuing)
        return dataset

    def _limited_epoch(
        self, steps: int | None, all_steps: int | None, limit: int, continuing: bool
    ) -> Iterator[tuple[int, int, Any]]:
        """Keras' own loop over one epoch, which also ends when enough rows were consumed.

        Args:
            steps: batches of the epoch, None when unknown; all_steps: those that were asked for.
            limit: rows after which no further batch is taken.
            continuing: whether the epoch goes on in the stream where the one before it stopped.

        Yields:
            As `TFEpochIterator._enumerate_iterator`: numbers of the first and the last batch of one execution of the
            training function, and the iterator that gives the batches, each (rows, ...).
        """
        it = self._iterator
        it.data_adapter.on_epoch_begin()
        self._rows = 0
        if it._current_iterator is None or not continuing:
            it._current_iterator = iter(it._get_iterator())
        step, stride = 0, it.steps_per_execution
        while steps is None or step < steps:
            yield step, step + stride - 1, it._current_iterator
            step += stride
            if self._rows >= limit:
                self.shortened = self.shortened or steps is None or step < steps
                break
        if self._epochs == 0 and step != all_steps:
            self._look_on(step, all_steps)
        it.data_adapter.on_epoch_end()

    def _look_on(self, step: int, steps: int | None) -> None:
        """Take the batches that the first epoch would go on with, for a limited time; nothing trains on them."""
        self._trained_on, end = self._rows, time.monotonic() + LOOKING_ON
        with self._rec.guard("fit", "rest of a stream"):
            while steps is None or step < steps:
                if time.monotonic() > end:
                    return
                try:
                    next(self._iterator._current_iterator)
                except Exception:
                    break  # it is at its end, or fails as it would fail in a training that is not shortened
                step += 1
            self._looked_at_all = True

    def _note(self, inputs: Any, targets: Any, weights: Any) -> None:
        with self._rec.guard("fit", "batch of a stream"):
            if self._epochs == 0:
                self._side.sampler.add(inputs, targets)
                self._variety.add(inputs, targets, weights)
            self._rows += len(inputs)
            self._largest = max(self._largest, len(inputs))

    def epoch_ended(self) -> None:
        """Called at the end of every real epoch: the first one tells how many rows an epoch holds."""
        side = self._side
        if self._epochs == 0:
            seen = self._rows
            side.samples_real = self._trained_on or seen or None
            if self._looked_at_all or not self.shortened:
                side.samples = seen or side.samples
            elif side.samples is None and side.steps:
                side.samples = int(side.steps) * self._largest or None  # a stream that told no batch size
            if self._limit is None:
                # One epoch tells everything; a long full training need not call back for every batch.
                self._iterator._distributed_dataset = self._unwatched
            side.distinct, side.weighted = self._variety.different(side.samples), self._variety.weighing()
        self._epochs += 1
