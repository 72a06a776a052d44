"""Batches of small arrays without Keras' machinery for large ones, while trainings are shortened.

Keras cuts arrays into batches with three functions, which TensorFlow traces for every `fit`, `evaluate` and `predict`
and prepares again for every epoch, twice. That pays off for long trainings; for a few thousand rows it takes longer than
training on them. Here the same rows come in the same batches; a shuffled epoch has another order, as random as Keras' own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..hooking.patching import Wrapper
from ..recording import Recording

# Beyond, shuffling one by one takes longer than what it saves, and one more copy takes memory.
MOST_ROWS = 8192


def array_batches(rec: Recording) -> Wrapper:
    """Stands in for `ArrayDataAdapter.get_tf_dataset`: arrays become batches in the short way where they can."""

    def wrapper(original: Any, self: Any) -> Any:
        made = None
        with rec.guard("speed", "batches of arrays"):
            made = batches(self._inputs, self._num_samples, self._batch_size, self._shuffle)
        return original(self) if made is None else made

    return wrapper


def batches(inputs: Any, rows: int, size: int, shuffle: Any) -> Any | None:
    """A `tf.data.Dataset` of the batches that Keras makes of `inputs`; None where that is Keras' own business.

    Args:
        inputs: nested tuples of arrays with `rows` rows each.
        size: rows of a batch; the last one may have fewer.
        shuffle: as Keras takes it: False, True or `batch`.
    """
    import tensorflow as tf
    from keras.src import tree
    from keras.src.trainers.data_adapters import array_slicing

    if shuffle not in (True, False) or not 0 < rows <= MOST_ROWS or not isinstance(size, (int, np.integer)):
        return None
    if not all(_dense(leaf, tf.Tensor) for leaf in tree.flatten(inputs)):
        return None
    converted = array_slicing.convert_to_sliceable(inputs, target_backend="tensorflow")
    converted = tree.map_structure(tf.convert_to_tensor, tree.lists_to_tuples(converted))
    made = _shuffled(converted, rows, size) if shuffle else _in_order(converted, rows, size)
    options = tf.data.Options()
    # Its thread ends late: about one fit in four would wait a tenth of a second for it at its end.
    options.autotune.enabled = False
    return made.with_options(options)


def _shuffled(arrays: Any, rows: int, size: int) -> Any:
    import tensorflow as tf

    every = tf.data.Dataset.from_tensor_slices(arrays).shuffle(rows)
    return every.batch(size, drop_remainder=rows % size == 0)


def _in_order(arrays: Any, rows: int, size: int) -> Any:
    import tensorflow as tf
    from keras.src import tree

    whole = rows - rows % size

    def stacked(leaf: Any) -> Any:
        return tf.reshape(leaf[:whole], (-1, size, *leaf.shape[1:]))

    parts = []
    if whole:
        parts.append(tf.data.Dataset.from_tensor_slices(tree.map_structure(stacked, arrays)))
    if whole < rows:  # cut again, so that its size counts as unknown: another one needs no new tracing
        rest = tree.map_structure(lambda leaf: leaf[whole:], arrays)
        parts.append(tf.data.Dataset.from_tensor_slices(rest).batch(size))
    return parts[0] if len(parts) == 1 else parts[0].concatenate(parts[1])


def _dense(leaf: Any, tensor: type) -> bool:
    """Whether it is an array of numbers, or a tensor."""
    return isinstance(leaf, tensor) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "biuf")
