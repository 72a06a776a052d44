"""From a recorded graph to the layers that a person would name, on the way from the image to the output.

Plumbing (reshaping, activations, dropout, normalisation, noise) is shown, never counted. Sizes are read
from the shapes of the recorded weights where they are still there, so that a config alone convinces nobody;
where replay rebuilt the model from config and weights, the two have already been held against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import LayerNode, ModelSeen

from .layer_names import label_of, shape_of

PLUMBING = frozenset(
    [
        "InputLayer",
        "Flatten",
        "Reshape",
        "Permute",
        "Activation",
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "ThresholdedReLU",
        "Softmax",
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "AlphaDropout",
        "GaussianDropout",
        "GaussianNoise",
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "UnitNormalization",
        "Normalization",
        "Rescaling",
        "ActivityRegularization",
        "Identity",
        "Masking",
        "ZeroPadding2D",
        "Cropping2D",
        "ExpandDims",
        "Squeeze",
        "Cast",
        "Transpose",
    ]
)
COUNTED = frozenset(
    [
        "Dense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Conv2DTranspose",
        "SeparableConv2D",
        "DepthwiseConv2D",
        "MaxPooling2D",
        "AveragePooling2D",
        "UpSampling2D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling2D",
        "Embedding",
    ]
)


@dataclass(frozen=True)
class Layer:
    """One executed layer on the way to the output.

    Attributes:
        model: id of the recorded model whose graph holds it.
        name: its node's name there, as replay names its outputs (`n3`).
        node: what was recorded.
        label: what a person calls it: `Dense 400`, `Conv2D 16 3x3`, `MaxPooling2D 2x2`; its class otherwise.
        shape: of its output, without the batch axis.
        counted: whether it is one of the layers that an architecture is told by.
        checked: whether its size was read from its weights, or it has none.
    """

    model: str
    name: str
    node: LayerNode
    label: str
    shape: tuple[int, ...]
    counted: bool
    checked: bool

    @property
    def numbers(self) -> int:
        """Numbers in one row of its output."""
        return math.prod(self.shape)


def _kernel(evidence: Evidence, model: ModelSeen, node: LayerNode) -> tuple[int, ...] | None:
    """Shape of a layer's first recorded weight; None once the weights were dropped."""
    if not node.weights:
        return None
    for version in evidence.weights.get(model.id, {}).values():
        array = evidence.array(version.values.get(node.weights[0]))
        if array is not None:
            return tuple(int(length) for length in array.shape)
    return None


def is_counted(node: LayerNode) -> bool:
    """Whether a node is a layer in its own right: it computes with weights, resizes, or joins branches."""
    if node.cls in COUNTED:
        return True
    if len(node.inputs) > 1:
        return True  # an Add or Concatenate: a branch that goes around other layers
    if node.cls in PLUMBING:
        return False
    if node.params:
        return True
    return math.prod(shape_of(node.input_shapes)) != math.prod(shape_of(node.output_shapes))


def _reached(graph_nodes: tuple[LayerNode, ...], outputs: tuple[str | None, ...]) -> list[int]:
    """Indexes of the nodes on the way to `outputs`, in order of execution.

    Where an edge was not recorded (an operation that no node shows), everything executed before may have
    fed it.
    """
    names = {f"n{index}": index for index in range(len(graph_nodes))}
    open_ = [names[output] for output in outputs if output in names]
    if not outputs or len(open_) < len(outputs):
        return list(range(len(graph_nodes)))
    wanted: set[int] = set()
    while open_:
        index = open_.pop()
        if index in wanted:
            continue
        wanted.add(index)
        for source in graph_nodes[index].inputs:
            if source in names and names[source] < index:
                open_.append(names[source])
            elif source is None:
                open_.extend(range(index))
    return sorted(wanted)


def layers_of(evidence: Evidence, model: ModelSeen, whole: bool = False) -> tuple[Layer, ...]:
    """The layers between a model's input and its first output (`whole`: all its outputs), in order of execution.

    A model that has no graph of its own (no `call`) is told by the models that its training step calls, as wholes.
    """
    if model.graph is None:
        parts = [
            evidence.models[part] for part in model.parts if part in evidence.models and part != model.id
        ]
        return tuple(
            layer for part in parts if part.graph is not None for layer in layers_of(evidence, part, True)
        )
    nodes = model.graph.nodes
    rows = []
    for index in _reached(nodes, model.graph.outputs if whole else model.graph.outputs[:1]):
        node = nodes[index]
        kernel = _kernel(evidence, model, node)
        rows.append(
            Layer(
                model=model.id,
                name=f"n{index}",
                node=node,
                label=label_of(node, kernel),
                shape=shape_of(node.output_shapes),
                counted=is_counted(node),
                checked=kernel is not None or not node.weights,
            )
        )
    return tuple(rows)


def input_numbers(evidence: Evidence, model: ModelSeen) -> int | None:
    """Numbers in one row of a model's first input; None where that is unknown."""
    if model.graph is not None and model.graph.inputs:
        return math.prod(int(n or 0) for n in model.graph.inputs[0])
    for part in model.parts:
        inner = evidence.models.get(part)
        if inner is not None and inner.graph is not None and inner.graph.inputs:
            return math.prod(int(n or 0) for n in inner.graph.inputs[0])
    return None
