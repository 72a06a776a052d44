"""From a recorded graph to the layers that a person would name, on the way from the image to the output.

Plumbing (reshaping, activations, dropout, normalisation, noise) is shown, never counted. Sizes are read
from the shapes of the recorded weights where they are still there, so that a config alone convinces nobody;
where replay rebuilt the model from config and weights, the two have already been held against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .evidence import Evidence
from .facts import LayerNode, ModelSeen

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


def shape_of(shapes: tuple) -> tuple[int, ...]:
    """The first of a node's shapes, unknown sizes as 0."""
    return tuple(int(n or 0) for n in shapes[0]) if shapes else ()


def times(sizes: tuple[int, ...]) -> str:
    """A shape as people write it: `28x28x1`."""
    return "x".join(str(n) for n in sizes)


def _kernel(evidence: Evidence, model: ModelSeen, node: LayerNode) -> tuple[int, ...] | None:
    """Shape of a layer's first recorded weight; None once the weights were dropped."""
    if not node.weights:
        return None
    for version in evidence.weights.get(model.id, {}).values():
        array = evidence.array(version.values.get(node.weights[0]))
        if array is not None:
            return array.shape
    return None


def _pair(value: object) -> tuple[int, ...] | None:
    if isinstance(value, int):
        return (value, value)
    if isinstance(value, list | tuple) and value and all(isinstance(n, int) for n in value):
        return tuple(value)
    return None


def _steps(node: LayerNode, *keys: str) -> str:
    """What a config says beyond the plain layer: strides or dilation other than one."""
    found = ((key, _pair(node.config.get(key))) for key in keys)
    return "".join(f" {key.removesuffix('_rate')} {times(n)}" for key, n in found if n and set(n) != {1})


def _dense(node: LayerNode, kernel: tuple[int, ...] | None) -> str:
    units = kernel[-1] if kernel and len(kernel) == 2 else (shape_of(node.output_shapes) or (0,))[-1]
    given = shape_of(node.input_shapes)
    return f"Dense {units}" + (f" on {times(given)}" if len(given) > 1 else "")


def _conv(node: LayerNode, kernel: tuple[int, ...] | None) -> str:
    transposed = node.cls == "Conv2DTranspose"
    if kernel and len(kernel) == 4:
        size, filters = kernel[:2], kernel[2 if transposed else 3]
    else:
        size, filters = (
            _pair(node.config.get("kernel_size")) or (),
            (shape_of(node.output_shapes) or (0,))[-1],
        )
    return f"{node.cls} {filters} {times(size)}{_steps(node, 'strides', 'dilation_rate')}"


def _pool(node: LayerNode) -> str:
    """Pooling: its window, its stride where that is another, and its shapes where they belie both."""
    given, made = shape_of(node.input_shapes), shape_of(node.output_shapes)
    shaped = len(given) == 3 and len(made) == 3 and min(*given, *made) > 0
    window = _pair(node.config.get("pool_size"))
    if window is None and shaped:
        window = (round(given[0] / made[0]), round(given[1] / made[1]))
    label = f"{node.cls} {times(window or ())}".strip()
    stride = _pair(node.config.get("strides")) or window
    if stride != window:
        return f"{label} strides {times(stride or ())}"
    if (
        shaped
        and window
        and not all(g // w <= m <= -(-g // w) for g, m, w in zip(given, made, window, strict=False))
    ):
        return f"{label} to {times(made)}"
    return label


def _upsampling(node: LayerNode) -> str:
    """Upsampling: its factor, and its shapes where they belie it."""
    given, made = shape_of(node.input_shapes), shape_of(node.output_shapes)
    shaped = len(given) == 3 and len(made) == 3 and min(*given, *made) > 0
    factor = _pair(node.config.get("size"))
    if factor is None and shaped:
        factor = (made[0] // given[0], made[1] // given[1])
    label = f"{node.cls} {times(factor or ())}".strip()
    if shaped and factor and any(g * f != m for g, m, f in zip(given, made, factor, strict=False)):
        return f"{label} to {times(made)}"
    return label


def label_of(node: LayerNode, kernel: tuple[int, ...] | None) -> str:
    """What a person calls this layer; `kernel` is the shape of its recorded weights, if known."""
    if node.cls == "Dense":
        return _dense(node, kernel)
    if node.cls in ("Conv2D", "Conv2DTranspose"):
        return _conv(node, kernel)
    if node.cls in ("MaxPooling2D", "AveragePooling2D"):
        return _pool(node)
    if node.cls == "UpSampling2D":
        return _upsampling(node)
    return node.cls


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


def _reached(graph_nodes: tuple[LayerNode, ...], output: str | None) -> list[int]:
    """Indexes of the nodes on the way to `output`, in order of execution.

    Where an edge was not recorded (an operation that no node shows), everything executed before may have
    fed it.
    """
    names = {f"n{index}": index for index in range(len(graph_nodes))}
    if output not in names:
        return list(range(len(graph_nodes)))
    wanted, open_ = set(), [names[output]]
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


def layers_of(evidence: Evidence, model: ModelSeen) -> tuple[Layer, ...]:
    """The layers between a model's input and its first output, in order of execution.

    A model that has no graph of its own (no `call`) is told by the models that its training step calls.
    """
    if model.graph is None:
        parts = [
            evidence.models[part] for part in model.parts if part in evidence.models and part != model.id
        ]
        return tuple(layer for part in parts if part.graph is not None for layer in layers_of(evidence, part))
    nodes = model.graph.nodes
    output = model.graph.outputs[0] if model.graph.outputs else None
    rows = []
    for index in _reached(nodes, output):
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
