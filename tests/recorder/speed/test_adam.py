"""Adam's step at once: the weights that Keras' own step gives, and what is left to Keras."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recorder.hooking.patching import patch
from autograder.recorder.speed import adam

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def keras():
    """Keras, imported once."""
    import keras

    return keras


@pytest.fixture
def install(keras, monkeypatch):
    """Installs the short step; undone after the test."""

    def installed() -> None:
        monkeypatch.setattr(
            keras.optimizers.Adam, "_backend_update_step", keras.optimizers.Adam._backend_update_step
        )
        patch(keras.optimizers.Adam, "_backend_update_step", adam.adam_step())

    return installed


@pytest.fixture
def at_once(monkeypatch) -> list:
    """Gets an entry for every step of a weight that is one operation."""
    import tensorflow as tf

    steps, operation = [], tf.raw_ops.ResourceApplyAdam
    monkeypatch.setattr(tf.raw_ops, "ResourceApplyAdam", lambda **of: steps.append(of) or operation(**of))
    return steps


def trained(keras, optimizer, layers=None) -> list:
    """Weights and optimizer state of a small model after three epochs from one seed."""
    keras.utils.set_random_seed(5)
    layers = layers or [keras.Input((6,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(6)]
    model = keras.Sequential(layers)
    model.compile(optimizer, "mse")
    rows = np.random.default_rng(1).integers(0, 2, (64, 6)).astype("float32")
    model.fit(rows, rows, epochs=3, batch_size=16, verbose=0)
    return [np.asarray(each) for each in (*model.weights, *model.optimizer.variables)]


OPTIMIZERS = {
    "plain": lambda keras: keras.optimizers.Adam(0.01),
    "other betas": lambda keras: keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-3),
    "decay and clipping": lambda keras: keras.optimizers.AdamW(0.01, weight_decay=0.1, clipnorm=0.5),
    "schedule": lambda keras: keras.optimizers.Adam(
        keras.optimizers.schedules.ExponentialDecay(0.02, 3, 0.5)
    ),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_twelve_steps_lead_to_the_weights_of_keras_own_step(keras, install, at_once, make) -> None:
    """Weights, momenta and velocities differ by rounding alone; the step is one operation for each weight."""
    own = trained(keras, make(keras))
    assert not at_once
    install()
    short = trained(keras, make(keras))

    assert at_once and len(own) == len(short)
    for one, other in zip(own, short, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-6)


def test_other_rules_and_a_students_own_optimizer_are_left_to_keras(keras, install, at_once) -> None:
    """AMSGrad has a third state, a subclass may mean something else, rows of an embedding have sparse gradients."""

    class Own(keras.optimizers.Adam):
        pass

    class Embedded(keras.layers.Layer):
        def build(self, _):
            self.table = self.add_weight(shape=(2, 6), initializer="ones")

        def call(self, rows):
            import tensorflow as tf

            return rows * tf.gather(self.table, tf.cast(rows[:, 0], "int32"))

    install()
    sparse = [keras.Input((6,)), Embedded()]
    for optimizer, layers in (
        (keras.optimizers.Adam(amsgrad=True), None),
        (Own(), None),
        (keras.optimizers.Adam(), sparse),
    ):
        weights = trained(keras, optimizer, layers)
        assert not at_once
        assert all(np.isfinite(each).all() for each in weights)
