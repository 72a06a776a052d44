"""One step of an own training loop: what was called under its tapes, and where a compiled step's rows come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .rows import main_leaf


@dataclass
class Step:
    """What happened under the tapes since the last update: outermost calls of models, and losses."""

    calls: list[tuple[Any, Any]] = field(default_factory=list)
    losses: list[tuple[Any, Any]] = field(default_factory=list)
    applied: bool = False


@dataclass
class Source:
    """Where a compiled step takes a tensor from: the position among the function's tensors, or a row shape."""

    position: int | None
    shape: tuple[int | None, ...] | None


@dataclass
class CompiledStep:
    """One update inside a tf.function: whose weights, and where its rows come from."""

    model: Any
    optimizer: Any
    inputs: Source
    targets: Source | None


def targets_of(step: Step, inputs: Any) -> Any:
    """The true values of the first loss with as many rows as the inputs; None when no loss of Keras was used."""
    main = main_leaf(inputs)
    for y_true, _ in step.losses:
        leaf = main_leaf(y_true)
        if main is not None and leaf is not None and len(leaf.shape) and leaf.shape[0] == main.shape[0]:
            return y_true
    return None


def source_of(value: Any, inputs: Any = None) -> Source | None:
    """Where a symbolic tensor comes from: an argument of the traced function, or None/its shape otherwise."""
    import tensorflow as tf

    leaf = main_leaf(value) if value is not None else None
    if leaf is None:
        # A second argument as long as the inputs is the target of a step that computes its loss by hand.
        first = source_of(inputs) if inputs is not None else None
        return Source(1, None) if first is not None and first.position == 0 else None
    graph_inputs = getattr(tf.compat.v1.get_default_graph(), "inputs", [])
    for position, tensor in enumerate(graph_inputs):
        if tensor is leaf:
            return Source(position, None)
    if inputs is not None:
        return None  # a target computed inside the function is not among its arguments
    return Source(None, tuple(leaf.shape)[1:])


def tensors_in(structure: Any) -> list[Any]:
    """The arrays and tensors among a function's arguments, in the order in which TensorFlow numbers them."""
    import tensorflow as tf

    return [leaf for leaf in tf.nest.flatten(structure) if isinstance(leaf, (np.ndarray, tf.Tensor))]


def find(source: Source, tensors: list[Any]) -> Any:
    """The tensor among a call's arguments that a compiled step's rows come from; None when it is not there."""
    if source.position is not None:
        return tensors[source.position] if source.position < len(tensors) else None
    for tensor in tensors:
        if len(tensor.shape) and tuple(tensor.shape)[1:] == source.shape:
            return tensor
    return None
