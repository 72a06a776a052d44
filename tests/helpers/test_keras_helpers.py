"""Helpers that meet Keras: the progress bar and the table of layers."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import show_layers, training_bar

pytestmark = pytest.mark.tensorflow


def tiny_model():
    """A model of two dense layers, the second within a model of its own."""
    import keras

    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)])
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), inner])


def test_layer_table_unfolds_models_and_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Each layer has a row with its shape and parameters; the last row has the sum."""
    show_layers(tiny_model())

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [["Dense", "(2,)", "10"], ["Dense", "(4,)", "12"], ["all", "layers", "22"]]


def test_layer_table_of_an_unbuilt_model_says_what_is_missing() -> None:
    """A model without an input shape has no parameters to count yet."""
    import keras

    with pytest.raises(ValueError, match="not built yet"):
        show_layers(keras.Sequential([keras.layers.Dense(2)]))


def test_long_training_prints_little(capfd: pytest.CaptureFixture[str]) -> None:
    """150 epochs end in one bar with the last losses, not in 150 lines."""
    model = tiny_model()
    model.compile(loss="mse", optimizer="sgd")
    x = np.zeros((4, 4), np.float32)

    model.fit(x, x, validation_data=(x, x), epochs=150, verbose=0, callbacks=[training_bar()])

    written = "".join(capfd.readouterr())
    states = [state for state in written.replace("\n", "\r").split("\r") if "epoch" in state]
    assert "epoch 150 of 150" in states[-1]
    assert "val_loss" in states[-1]
    assert len(states) < 40
