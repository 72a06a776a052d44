"""One recorded model, built anew layer by layer from its graph, and run at any of its weights versions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.evidence.facts import Graph, LayerNode

from .allowed_layers import MERGING, Refused, build
from .bounds import MAX_PARAMETERS, MAX_WHOLE, check

MAX_NODES = 500
MAX_RANK = 5

Values = dict[str, Any]


class Rebuilt:
    """Layers of one graph, each layer of the record built once however often it was used.

    Attributes:
        graph: as recorded.
        work: operations for one row, about.
        widest: numbers in one row of the widest output; whole: in one row of all outputs together.
        missing: node name -> why it cannot be recomputed.
    """

    def __init__(self, graph: Graph, probe: list[np.ndarray]) -> None:
        """Build all layers that can be built on rows like `probe`; the others land in `missing`.

        Raises:
            Refused: nothing of this graph can be rebuilt.
        """
        if len(graph.nodes) > MAX_NODES:
            raise Refused(f"it has more than {MAX_NODES} layers")
        if (
            not probe
            or len(probe) != len(graph.inputs)
            or any(not 1 < rows.ndim <= MAX_RANK for rows in probe)
        ):
            raise Refused("its inputs were not recorded")
        self.graph = graph
        self.work = self.widest = self.whole = self.parameters = 0
        self.missing: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._layers: dict[str, tuple[LayerNode, Any]] = {}
        shapes = {f"x{index}": tuple(rows.shape[1:]) for index, rows in enumerate(probe)}
        for index, node in enumerate(graph.nodes):
            name = f"n{index}"
            try:
                shapes[name] = self._place(name, node, shapes)
                self._numbers[name] = math.prod(shapes[name])
            except Refused as refused:
                self.missing[name] = str(refused)

    def _place(self, name: str, node: LayerNode, shapes: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
        """Build the layer of one node if it is new; returns the shape of its output."""
        given = []
        for position, source in enumerate(node.inputs):
            if source is None:
                raise Refused(f"an operation outside of any layer feeds {node.cls}")
            if source not in shapes:
                raise Refused(self.missing.get(source, f"{node.cls} names an input that does not exist"))
            given.append(_fitted(shapes[source], _wanted(node, position)))
        known = self._layers.get(node.layer)
        if known is not None and (known[0].cls, known[0].config) != (node.cls, node.config):
            raise Refused(f"two layers were recorded as one: {node.cls}")
        layer = known[1] if known is not None else build(node, f"layer{len(self._layers)}")
        parameters, work = check(node, layer, given)
        if known is None:
            self.parameters += parameters
            if self.parameters > MAX_PARAMETERS:
                raise Refused("the model has too many parameters")
        batched = [(None, *shape) for shape in given]
        wanted = batched if node.cls in MERGING else batched[0]
        if known is None:
            try:
                layer.build(wanted)
            except Exception as error:
                raise Refused(f"the layer {node.cls} cannot be built: {str(error)[:200]}") from error
            self._layers[node.layer] = (node, layer)
        made = tuple(int(size) for size in layer.compute_output_shape(wanted)[1:])
        self.work += work
        self.widest = max(self.widest, math.prod(made))
        self.whole += math.prod(made) + sum(math.prod(shape) for shape in given)
        if self.whole > MAX_WHOLE:
            raise Refused("one row of all that its layers give takes too much memory")
        return made

    def set_weights(self, values: dict[str, np.ndarray]) -> None:
        """Give every layer its recorded variables.

        Raises:
            Refused: one is missing, has another shape, or the layer has other variables than were recorded.
        """
        for node, layer in self._layers.values():
            arrays = [values.get(variable) for variable in node.weights]
            shapes = [None if array is None else array.shape for array in arrays]
            if shapes != [tuple(variable.shape) for variable in layer.weights]:
                raise Refused(
                    f"the weights of {node.cls} were not recorded, or have other shapes than it has"
                )
            for variable, array in zip(layer.weights, arrays, strict=True):
                variable.assign(np.asarray(array, np.float32))

    def run(self, inputs: list[np.ndarray]) -> Values:
        """Outputs of all nodes that can be recomputed, by node name, for rows like the probe's."""
        values: Values = {f"x{index}": rows for index, rows in enumerate(inputs)}
        for index, node in enumerate(self.graph.nodes):
            name = f"n{index}"
            if name in self.missing:
                continue
            given = []
            sources = [source for source in node.inputs if source is not None]  # without one: among `missing`
            for position, source in enumerate(sources):
                tensor = values[source]
                shape = _fitted(tuple(tensor.shape[1:]), _wanted(node, position))
                given.append(tensor if tensor.shape[1:] == shape else np.asarray(tensor).reshape(-1, *shape))
            layer = self._layers[node.layer][1]
            values[name] = layer(given if node.cls in MERGING else given[0], training=False)
        return values

    def output(self, values: Values, position: int = 0) -> Any | None:
        """The model's output at a position; None when it cannot be recomputed."""
        name = self.graph.outputs[position] if position < len(self.graph.outputs) else None
        return values.get(name) if name is not None else None

    @property
    def output_numbers(self) -> int:
        """Numbers in one row of the first output, at least; 0 where that cannot be recomputed."""
        return self._numbers.get(self.graph.outputs[0] or "", 0) if self.graph.outputs else 0

    def why_missing(self) -> str:
        """Why the first output cannot be recomputed; "" when it can."""
        name = self.graph.outputs[0] if self.graph.outputs else None
        if name is None:
            return "its output comes from an operation outside of any layer"
        if name in self.missing:
            return self.missing[name]
        known = {f"n{index}" for index in range(len(self.graph.nodes))}
        known |= {f"x{index}" for index in range(len(self.graph.inputs))}
        return "" if name in known else "its output names a layer that does not exist"


def rows_of(array: np.ndarray) -> np.ndarray:
    """Recorded rows as float32, which is what Keras makes of any input of these layers."""
    return np.ascontiguousarray(array, np.float32)


def _wanted(node: LayerNode, position: int) -> tuple[int, ...] | None:
    """The recorded shape of one input of a node, if it is a plain one."""
    shape = node.input_shapes[position] if position < len(node.input_shapes) else None
    if shape is None:
        return None
    sizes = tuple(size for size in shape if size is not None and size >= 0)
    return sizes if len(sizes) == len(shape) else None


def _fitted(shape: tuple[int, ...], wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    """A functional model adds or removes axes of length one: take the recorded shape where numbers agree."""
    if wanted is None or wanted == shape or math.prod(wanted) != math.prod(shape):
        return tuple(shape)
    return wanted
