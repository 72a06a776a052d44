"""The graph of layers as executed on one concrete batch of a few rows.

`Layer.__call__` is wrapped once for good (`calls.layer_call`); while a `GraphTracer` is at work on a thread, every call of a layer
goes through it. Only models that the student's own code has built are run, and never symbolically: a first call of
a model builds it by calling every layer twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..hooking.neutral import undisturbed
from ..ids import Ids
from .describe import describe, is_keras_layer

MAX_NODES = 2000
SAME = 1e-4  # of the range: what a layer of one's own changes by less is not changed
_local = threading.local()


class NotBuilt(BaseException):
    """A layer inside was never built by the student's code; no `except Exception` on the way may hide it."""


class TooLarge(BaseException):
    """The model executes more layers than the evidence may hold."""


@dataclass
class Trace:
    """One execution of a model.

    Attributes:
        graph: fields of the evidence's Graph.
        inputs, outputs: the flat arrays of the probe and of the model's answer.
        parts: models called inside with their (first) arguments, outermost first.
    """

    graph: dict[str, Any]
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]
    parts: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)


def current_tracer() -> GraphTracer | None:
    """The tracer at work on this thread."""
    return getattr(_local, "tracer", None)


def trace(model: Any, args: tuple[Any, ...], layers: Ids, variables: Ids) -> Trace:
    """Run `model(*args, training=False)` eagerly, leaving nothing behind, and write down what ran.

    Args:
        model: a built Keras model.
        args: positional arguments of at most a few rows: nested structures of arrays.

    Raises:
        NotBuilt, TooLarge: nothing to show; whatever the model itself raises.
    """
    from keras.src import tree

    with undisturbed(model):
        args = tree.map_structure(lambda leaf: _tensor(leaf, model), args)
        flat = [leaf for leaf in tree.flatten(args) if _is_tensor(leaf)]
        tracer = GraphTracer(layers, variables, flat)
        _local.tracer = tracer
        try:
            outputs = model(*args, training=False)
        finally:
            _local.tracer = None
        flat_outputs = [leaf for leaf in tree.flatten(outputs) if _is_tensor(leaf)]
        graph = {
            "inputs": [_shape(leaf) for leaf in flat],
            "nodes": tracer.nodes,
            "outputs": [tracer.source(leaf) for leaf in flat_outputs],
        }
        arrays = [np.asarray(leaf) for leaf in flat], [np.asarray(leaf) for leaf in flat_outputs]
        return Trace(graph, *arrays, tracer.parts)


class GraphTracer:
    """Writes down the calls of layers and knows every tensor by what made it."""

    def __init__(self, layers: Ids, variables: Ids, inputs: list[Any]) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.parts: list[tuple[Any, tuple[Any, ...]]] = []
        self._layers, self._variables = layers, variables
        self._sources = {id(leaf): f"x{index}" for index, leaf in enumerate(inputs)}
        self._alive: list[Any] = list(inputs)  # ids of tensors are good only while the tensors live
        self._descriptions: dict[int, dict[str, Any]] = {}
        self._models: list[list[Any]] = []
        self._inside_node = False

    def call(
        self, original: Callable[..., Any], layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Stand in for one call of a layer."""
        from keras.src.models.model import Model

        if self._inside_node:
            return original(layer, *args, **kwargs)
        if not layer.built:
            raise NotBuilt(layer.name)
        if isinstance(layer, Model):
            return self._model(original, layer, args, kwargs)
        if is_keras_layer(type(layer)):
            return self._node(original, layer, args, kwargs)
        return self._own_layer(original, layer, args, kwargs)

    def source(self, tensor: Any) -> str | None:
        """Name of what made a tensor; None when no recorded node did."""
        known = self._sources.get(id(tensor))
        return known if known is not None else self._same_value(tensor)

    def _model(
        self, original: Callable[..., Any], model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if self._models and all(part is not model for part, _ in self.parts):
            self.parts.append((model, args))
        self._models.append(_tensors(args, kwargs))
        try:
            return original(model, *args, **kwargs)
        finally:
            self._models.pop()

    def _node(
        self, original: Callable[..., Any], layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        inputs = _tensors(args, kwargs)
        sources = [self.source(leaf) for leaf in inputs]
        self._inside_node = True
        try:
            outputs = original(layer, *args, **kwargs)
        finally:
            self._inside_node = False
        return self._add(layer, inputs, sources, outputs)

    def _own_layer(
        self, original: Callable[..., Any], layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A student's own layer: known by the layers inside it where these make its output, else a node itself."""
        inputs, before = _tensors(args, kwargs), len(self._alive)
        sources = [self.source(leaf) for leaf in inputs]
        outputs = original(layer, *args, **kwargs)
        from keras.src import tree

        made = [leaf for leaf in tree.flatten(outputs) if _is_tensor(leaf)]
        # What weights do to its output may begin later: x + a * f(x), where a is 0 at first.
        own = layer._trainable_variables or layer._non_trainable_variables
        inside = self._alive[before:]
        for leaf in () if own else made:
            self._pass_on(leaf, inside if layer.weights else [*inputs, *inside])
        if made and all(id(leaf) in self._sources for leaf in made):
            return outputs
        return self._add(layer, inputs, sources, outputs)

    def _add(self, layer: Any, inputs: list[Any], sources: list[str | None], outputs: Any) -> Any:
        from keras.src import tree

        if len(self.nodes) >= MAX_NODES:
            raise TooLarge
        outputs = tree.map_structure(self._own_tensor, outputs)
        made = [leaf for leaf in tree.flatten(outputs) if _is_tensor(leaf)]
        if id(layer) not in self._descriptions:
            self._descriptions[id(layer)] = describe(layer, self._layers, self._variables)
            self._alive.append(layer)
        shapes = [_shape(leaf) for leaf in inputs], [_shape(leaf) for leaf in made]
        name = f"n{len(self.nodes)}"
        self.nodes.append(
            {
                **self._descriptions[id(layer)],
                "inputs": sources,
                "input_shapes": shapes[0],
                "output_shapes": shapes[1],
            }
        )
        self._alive.extend(made)
        if made:
            # Further outputs of one layer stay unnamed: no replay redoes them.
            self._sources[id(made[0])] = name
        return outputs

    def _pass_on(self, tensor: Any, given: list[Any]) -> None:
        """A layer that does nothing passes on what made its input: nobody escapes replay by adding one."""
        if id(tensor) in self._sources or not tensor.dtype.is_floating:
            return
        values = np.asarray(tensor).ravel()
        reach = float(np.ptp(values)) if values.size else 0.0
        for leaf in reversed(given):
            name = self._sources.get(id(leaf))
            if name is None or _size(leaf) != values.size or not reach > 0:
                continue
            if float(np.abs(np.asarray(leaf).ravel() - values).max()) <= SAME * reach:
                self._sources[id(tensor)] = name
                self._alive.append(tensor)
                return

    def _own_tensor(self, leaf: Any) -> Any:
        """A layer that returns its input (Dropout, linear activations) gets an output of its own."""
        if not _is_tensor(leaf) or id(leaf) not in self._sources:
            return leaf
        import tensorflow as tf

        fresh = tf.identity(leaf)
        mask = getattr(leaf, "_keras_mask", None)
        if mask is not None:
            fresh._keras_mask = mask
        return fresh

    def _same_value(self, tensor: Any) -> str | None:
        """A functional model may cast or reshape what it is given: then the values tell."""
        if not self._models or not _is_tensor(tensor):
            return None
        for given in self._models[-1]:
            name = self._sources.get(id(given))
            if name is not None and _size(given) == _size(tensor):
                left, right = np.asarray(given).ravel(), np.asarray(tensor).ravel()
                if np.array_equal(left.astype(right.dtype), right):
                    return name
        return None


def _is_tensor(leaf: Any) -> bool:
    import tensorflow as tf

    return isinstance(leaf, tf.Tensor)


def _tensors(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Tensors among the arguments of a layer, in order; masks belong to the mechanism, not to the graph."""
    from keras.src import tree

    given = {key: value for key, value in kwargs.items() if key not in ("training", "mask")}
    return [leaf for leaf in tree.flatten((args, given)) if _is_tensor(leaf)]


def _tensor(leaf: Any, model: Any) -> Any:
    """A probe array as the tensor that Keras would make of it."""
    import tensorflow as tf

    if leaf is None:
        return None
    tensor = tf.convert_to_tensor(leaf)
    wanted = model.compute_dtype
    return tf.cast(tensor, wanted) if tensor.dtype.is_floating and tensor.dtype.name != wanted else tensor


def _shape(tensor: Any) -> list[int]:
    return [int(size) for size in tensor.shape[1:]]


def _size(tensor: Any) -> int:
    return int(np.prod(tensor.shape, dtype=np.int64))
