"""Optimizers that are built before the first step: what is built, what is left alone, and that training stays the same."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def keras():
    """Keras, imported once."""
    import keras

    return keras


def trained(keras, early: bool) -> list:
    """The weights of a small model after two epochs from one seed, with the optimizer built early or not."""
    import numpy as np

    from autograder.recorder.speed.built_optimizer import build_optimizer

    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(4, "relu"), keras.layers.Dropout(0.2), keras.layers.Dense(6)]
    )
    model.compile(keras.optimizers.Nadam(0.01), "mse")
    if early:
        build_optimizer(model)
        assert model.optimizer.built and len(model.optimizer.variables) > 2
    rows = np.random.default_rng(1).random((64, 6), dtype="float32")
    model.fit(rows, rows, epochs=2, batch_size=16, verbose=0)
    return [*model.get_weights(), *(np.asarray(each) for each in model.optimizer.variables)]


def test_training_is_the_same_with_an_optimizer_built_early(keras) -> None:
    """The same weights and the same optimizer state, number for number: only a second tracing is saved."""
    import numpy as np

    late, early = trained(keras, False), trained(keras, True)
    assert len(late) == len(early)
    assert all(np.array_equal(one, other) for one, other in zip(late, early, strict=True))


def test_a_students_own_step_or_optimizer_is_left_alone(keras) -> None:
    """They may hand over other weights, or do more when they are built."""
    from autograder.recorder.speed.built_optimizer import build_optimizer

    class OwnStep(keras.Sequential):
        def train_step(self, data):
            return super().train_step(data)

    class OwnOptimizer(keras.optimizers.Adam):
        pass

    layers = [keras.Input((3,)), keras.layers.Dense(3)]
    stepping, optimizing, unbuilt = OwnStep(layers), keras.Sequential(layers), keras.Sequential(layers[1:])
    stepping.compile("adam", "mse")
    optimizing.compile(OwnOptimizer(), "mse")
    unbuilt.compile("adam", "mse")
    uncompiled = keras.Sequential(layers)
    for model in (stepping, optimizing, unbuilt, uncompiled):
        build_optimizer(model)
        assert getattr(model, "optimizer", None) is None or not model.optimizer.built
