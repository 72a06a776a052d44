"""Layers that replay computes in NumPy give what Keras' own give."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.evidence.facts import LayerNode
from autograder.replay.allowed_layers import Refused, build
from autograder.replay.bounds import check
from autograder.replay.numpy_layers import ACTIVATIONS, Plain, Reshaped

ROWS = np.random.default_rng(3).normal(0, 4, (7, 4, 6)).astype(np.float32)


def node(cls: str, activation: str = "", **config) -> LayerNode:
    """A recorded layer of Keras."""
    return LayerNode(
        layer="l1",
        cls=cls,
        module="keras.src.layers.core",
        config=config,
        activation=activation,
        inputs=("x0",),
    )


@pytest.mark.tensorflow
@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("bias", [True, False])
def test_a_dense_layer_gives_what_keras_gives(activation: str, bias: bool) -> None:
    """Rows times kernel plus bias, under every activation that is computed here, far from zero as well."""
    import keras

    rng = np.random.default_rng(4)
    weights = [rng.normal(0, 3, shape).astype(np.float32) for shape in ((6, 5), (5,))[: 1 + bias]]
    mine = build(node("Dense", activation, units=5, use_bias=bias), "mine")
    theirs = keras.layers.Dense(5, activation=activation, use_bias=bias)
    mine.build((None, 4, 6))
    theirs.build((None, 4, 6))
    assert isinstance(mine, Plain)
    assert [tuple(weight.shape) for weight in mine.weights] == [tuple(w.shape) for w in theirs.weights]

    for weight, array in zip(mine.weights, weights, strict=True):
        weight.assign(array)
    theirs.set_weights(weights)

    assert mine.compute_output_shape((None, 4, 6)) == theirs.compute_output_shape((None, 4, 6))
    assert mine(ROWS).dtype == np.float32
    np.testing.assert_allclose(mine(ROWS), np.asarray(theirs(ROWS)), rtol=1e-5, atol=1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("cls", "config"),
    [
        ("Flatten", {}),
        ("Flatten", {"data_format": "channels_last"}),
        ("Reshape", {"target_shape": (24,)}),
        ("Reshape", {"target_shape": (3, -1)}),
        ("Reshape", {"target_shape": (2, 3, 4, 1)}),
    ],
)
def test_another_shape_is_the_one_that_keras_gives(cls: str, config: dict) -> None:
    """The same numbers in the same order."""
    import keras

    mine, theirs = build(node(cls, **config), "mine"), getattr(keras.layers, cls)(**config)

    assert isinstance(mine, Reshaped)
    assert mine.compute_output_shape((None, 4, 6)) == theirs.compute_output_shape((None, 4, 6))
    assert np.array_equal(mine(ROWS), np.asarray(theirs(ROWS)))


@pytest.mark.parametrize("target", [(5, 5), (-1, -1), (7, -1), (0, -1), (25,)])
def test_a_shape_for_other_numbers_is_refused(target: tuple[int, ...]) -> None:
    """24 numbers do not make 25, nor rows of 7."""
    asked = node("Reshape", target_shape=target)

    with pytest.raises(Refused, match="does not fit its input"):
        check(asked, build(asked, "mine"), [(4, 6)])


@pytest.mark.parametrize("cls", ["Dropout", "GaussianNoise", "Identity"])
def test_what_only_acts_in_training_hands_on_its_rows(cls: str) -> None:
    """At inference they change nothing."""
    assert np.array_equal(build(node(cls, rate=0.5), "mine")(ROWS), ROWS)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("cls", "activation", "config"),
    [("Dense", "gelu", {"units": 3}), ("Flatten", "", {"data_format": "channels_first"}), ("PReLU", "", {})],
)
def test_everything_else_is_keras_own(cls: str, activation: str, config: dict) -> None:
    """Rare activations and layouts are left to the library."""
    import keras

    assert type(build(node(cls, activation, **config), "theirs")) is getattr(keras.layers, cls)
