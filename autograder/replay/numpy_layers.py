"""Layers that replay computes itself, in NumPy: dense ones, their usual activations, and those that change shapes.

A call of a Keras layer first prepares TensorFlow for it, which takes far longer than the sum of products of a few rows.
That these formulas are Keras' is not taken on trust either: a rebuilt model must give the recorded answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Shape = tuple[int | None, ...]
Function = Callable[[np.ndarray], np.ndarray]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def _elu(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, np.expm1(x))


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Function] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": _elu,
    "softmax": _softmax,
}


class Weight:
    """One array of a layer, as a Keras variable gives and takes it."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape
        self.value = np.zeros(0, np.float32)

    def assign(self, value: np.ndarray) -> None:
        """Take the recorded numbers, which have this shape."""
        self.value = value


class Plain:
    """A layer without weights that treats every number by itself, or none. The others below are made of it."""

    def __init__(self, activation: Function = ACTIVATIONS["linear"]) -> None:
        self.activation = activation
        self.weights: list[Weight] = []

    def build(self, shape: Shape) -> None:
        """Make the weights for inputs of `shape`, whose first axis is the rows."""

    def compute_output_shape(self, shape: Shape) -> Shape:
        """The shape of what comes out. Raises `ValueError` when `shape` cannot be taken."""
        return shape

    def __call__(self, inputs: Any, training: bool = False) -> np.ndarray:
        """Outputs for rows of inputs, float32."""
        with np.errstate(all="ignore"):
            return self.activation(self._reckon(np.asarray(inputs)))

    def _reckon(self, rows: np.ndarray) -> np.ndarray:
        return rows


class Dense(Plain):
    """Rows times kernel, plus bias."""

    def __init__(self, units: int, activation: Function, use_bias: bool = True) -> None:
        super().__init__(activation)
        self.units, self.use_bias = units, use_bias

    def build(self, shape: Shape) -> None:
        self.weights = [Weight(shape[-1] or 0, self.units)]
        if self.use_bias:
            self.weights.append(Weight(self.units))

    def compute_output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units)

    def _reckon(self, rows: np.ndarray) -> np.ndarray:
        made = rows @ self.weights[0].value
        return made + self.weights[1].value if self.use_bias else made


class Reshaped(Plain):
    """The same numbers in another shape: `target` for one row, one size of which may be -1; None for a flat row."""

    def __init__(self, target: tuple[int, ...] | None = None) -> None:
        super().__init__()
        self.target = target

    def compute_output_shape(self, shape: Shape) -> Shape:
        numbers = math.prod(size or 0 for size in shape[1:])
        if self.target is None:
            return (shape[0], numbers)
        known = math.prod(size for size in self.target if size != -1)
        rest = numbers // known if known and -1 in self.target else 1
        if self.target.count(-1) > 1 or known * rest != numbers:
            raise ValueError(f"{numbers} numbers do not make {self.target}")
        return (shape[0], *(rest if size == -1 else size for size in self.target))

    def _reckon(self, rows: np.ndarray) -> np.ndarray:
        return rows.reshape(self.compute_output_shape(rows.shape))


def plain(cls: str, arguments: dict[str, Any], activation: str) -> Plain | None:
    """The layer of a class with checked arguments, or None where that is left to Keras."""
    function, target = ACTIVATIONS.get(activation), arguments.get("target_shape")
    if cls == "Dense" and function is not None and "units" in arguments:
        return Dense(arguments["units"], function, arguments.get("use_bias", True))
    if cls == "Activation" and function is not None:
        return Plain(function)
    if cls == "Flatten" and arguments.get("data_format") != "channels_first":
        return Reshaped()
    if cls == "Reshape" and isinstance(target, tuple) and all(isinstance(size, int) for size in target):
        return Reshaped(target)
    return None
