"""Small arrays as plain batches: the very batches that Keras makes, shuffled as randomly, and what is left to Keras."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recorder.budget import Budget
from autograder.recorder.hooking.patching import patch
from autograder.recorder.recording import Recording
from autograder.recorder.speed import array_batches

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def adapter():
    """Keras' adapter of arrays, imported once."""
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    return ArrayDataAdapter


@pytest.fixture
def install(adapter, monkeypatch, tmp_path):
    """Installs the short way; undone after the test."""

    def installed() -> None:
        monkeypatch.setattr(adapter, "get_tf_dataset", adapter.get_tf_dataset)
        patch(
            adapter, "get_tf_dataset", array_batches.array_batches(Recording(tmp_path, Budget.quick(), None))
        )

    return installed


def rows(count: int, *shape: int) -> np.ndarray:
    """Numbers that tell rows apart, float64."""
    return np.arange(count * int(np.prod(shape, initial=1)), dtype="float64").reshape(count, *shape)


def made(one) -> list:
    """Every batch of an adapter, as nested tuples of arrays."""
    import tensorflow as tf

    return [tf.nest.map_structure(np.asarray, batch) for batch in one.get_tf_dataset()]


SHAPES = {
    "whole batches": lambda: {"x": rows(8, 3), "y": rows(8, 2), "batch_size": 4},
    "a smaller last batch": lambda: {"x": rows(10, 3), "y": rows(10).astype("int64"), "batch_size": 4},
    "less than a batch": lambda: {"x": rows(3, 2, 2, 1), "batch_size": 8},
    "several inputs and weights": lambda: {
        "x": {"a": rows(9, 3), "b": rows(9, 1).astype("float32")},
        "y": rows(9, 2),
        "sample_weight": rows(9),
        "batch_size": 4,
    },
    "bytes and booleans": lambda: {"x": rows(6, 2).astype("uint8"), "y": rows(6) > 2, "batch_size": 4},
}


@pytest.mark.parametrize("arrays", SHAPES.values(), ids=SHAPES)
def test_the_batches_in_order_are_keras_own(adapter, install, arrays) -> None:
    """The same numbers, types and shapes, also those that TensorFlow knows before it has seen a batch."""
    import tensorflow as tf

    own, spec = made(adapter(**arrays())), adapter(**arrays()).get_tf_dataset().element_spec
    before = adapter.get_tf_dataset
    install()
    assert adapter.get_tf_dataset is not before
    short = made(adapter(**arrays()))

    tf.nest.assert_same_structure(own, short)
    for one, other in zip(tf.nest.flatten(own), tf.nest.flatten(short), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert adapter(**arrays()).get_tf_dataset().element_spec == spec


def test_a_shuffled_epoch_has_every_row_once_with_its_target_in_a_new_order(adapter, install) -> None:
    """Two epochs hold the same pairs of rows and differ in their order."""
    install()
    data = adapter(rows(50, 1), 2 * rows(50, 1), batch_size=8, shuffle=True).get_tf_dataset()
    epochs = [[(x.numpy(), y.numpy()) for x, y in data] for _ in range(2)]
    orders = [np.concatenate([x for x, _ in epoch]).ravel() for epoch in epochs]

    assert all((y == 2 * x).all() for epoch in epochs for x, y in epoch)
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert [len(x) for x, _ in epochs[0]] == [8] * 6 + [2]
    assert list(orders[0]) != list(orders[1]) != list(range(50))


def test_what_is_large_or_no_plain_array_is_left_to_keras(adapter) -> None:
    """Many rows, batches shuffled as a whole, words, sparse tensors, missing targets, a batch of no whole number."""
    import tensorflow as tf

    few, many = (rows(4, 2),), (rows(array_batches.MOST_ROWS + 1, 1),)
    sparse = (tf.sparse.from_dense(np.eye(4)),)

    assert array_batches.batches(few, 4, 2, True) is not None
    assert array_batches.batches(many, len(many[0]), 2, False) is None
    assert array_batches.batches(few, 4, 2.0, False) is None
    assert array_batches.batches(few, 4, 2, "batch") is None
    assert array_batches.batches((np.array(list("abcd"), object),), 4, 2, False) is None
    assert array_batches.batches(sparse, 4, 2, False) is None
    assert array_batches.batches((few[0], None, rows(4)), 4, 2, False) is None
