"""Classes of Keras are known by identity: neither a name nor a module of a notebook's class is believed."""

from __future__ import annotations

import sys
import types

import pytest

from autograder.recorder.hooking import genuine
from autograder.recorder.models.describe import class_of, is_keras_layer


@pytest.fixture
def dense(monkeypatch):
    """Keras' own `Dense`, remembered."""
    module = types.ModuleType("keras.src.layers.core.dense")
    module.Dense = type("Dense", (), {"__module__": module.__name__})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(genuine, "_known", genuine._known)
    monkeypatch.setattr(genuine, "_libraries", genuine._libraries)
    genuine.remember("keras")
    return module.Dense


def test_a_class_of_keras_keeps_its_name(dense):
    """Whatever a notebook calls it afterwards."""
    dense.__name__, dense.__module__ = "Conv2D", "__main__"
    assert class_of(dense) == ("Dense", "keras.src.layers.core.dense")


def test_an_own_class_of_that_name_is_called_own(dense):
    """Also where it claims Keras' module and was put there."""
    own = type("Dense", (), {"__module__": dense.__module__})
    sys.modules[dense.__module__].Dense = own
    assert not is_keras_layer(own)
    assert class_of(own) == ("own Dense", "__main__")


def test_a_subclass_keeps_the_name_of_its_class(dense):
    """`class Dense(keras.layers.Dense)` is a Dense of the notebook's own, and any other name stands as it is."""
    assert class_of(type("Dense", (dense,), {"__module__": "__main__"})) == ("Dense", "__main__")
    assert class_of(type("Sampling", (), {"__module__": "nets"})) == ("Sampling", "nets")
