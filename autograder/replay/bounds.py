"""Bounds that are checked before a layer allocates anything: parameters, outputs and work of one row."""

from __future__ import annotations

import math
from typing import Any

from autograder.evidence.facts import LayerNode

from .allowed_layers import MERGING, Refused

MAX_PARAMETERS = 50_000_000  # of one layer: 200 MB of float32
MAX_OUTPUT = 4_000_000  # numbers that one row becomes
MAX_WHOLE = 1 << 25  # numbers that one row becomes in all layers together: 128 MiB of float32
MAX_WORK = 20_000_000_000  # multiplications of one row in one layer
MAX_TOTAL_WORK = 4_000_000_000_000  # multiplications of one notebook: minutes of one core


def _sizes(value: Any, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)


def parameters_of(cls: str, layer: Any, shape: tuple[int, ...]) -> int:
    """An upper bound of the numbers that a layer allocates when built on one row of `shape`."""
    channels = shape[-1] if shape else 1
    if getattr(layer, "data_format", None) == "channels_first" and shape:
        channels = shape[0]
    if cls == "Dense":
        return int((channels + 1) * layer.units)
    if cls == "Embedding":
        return int(layer.input_dim * layer.output_dim)
    if "Conv" in cls:
        window = math.prod(_sizes(layer.kernel_size, 1))
        many = getattr(layer, "depth_multiplier", None) or 1
        filters = getattr(layer, "filters", None) or 0
        if "Separable" in cls or "Depthwise" in cls:
            return window * channels * many + (channels * many + 1) * max(filters, 1) + channels * many
        return (window * channels + 1) * filters
    if cls == "PReLU":
        return math.prod(shape)
    return 4 * math.prod(shape) if "Normalization" in cls else 0


def check(node: LayerNode, layer: Any, shapes: list[tuple[int, ...]]) -> tuple[int, int]:
    """Refuse a layer that is too large for one row of inputs of `shapes`; returns its parameters and its work.

    Raises:
        Refused: it allocates or computes more than any notebook of the course could want.
    """
    if not shapes:
        raise Refused(f"the layer {node.cls} was recorded without inputs")
    given = [(None, *shape) for shape in shapes]
    parameters = parameters_of(node.cls, layer, shapes[0])
    if parameters > MAX_PARAMETERS:
        raise Refused(f"the layer {node.cls} has too many parameters")
    _check_growth(node, layer, shapes[0])
    try:
        made = layer.compute_output_shape(given if node.cls in MERGING else given[0])
    except Exception as error:
        raise Refused(f"the layer {node.cls} does not fit its input: {str(error)[:200]}") from error
    made = tuple(size for size in made[1:])
    if any(size is None or size < 0 for size in made) or math.prod(made) > MAX_OUTPUT:
        raise Refused(f"the layer {node.cls} has too large an output")
    positions = max(math.prod(shapes[0][:-1]), math.prod(made[:-1]), 1)
    window = math.prod(_sizes(getattr(layer, "pool_size", 1), 1))
    work = max(positions * parameters, math.prod(made) * window, math.prod(shapes[0]))
    if work > MAX_WORK:
        raise Refused(f"the layer {node.cls} computes too much")
    return parameters, work


def _check_growth(node: LayerNode, layer: Any, shape: tuple[int, ...]) -> None:
    """What a layer multiplies its input by, however its own shape arithmetic is written."""
    factor = 1
    if node.cls.startswith("UpSampling"):
        factor = math.prod(_sizes(layer.size, 1))
    elif node.cls == "RepeatVector":
        factor = layer.n
    elif node.cls.endswith("Transpose"):
        factor = math.prod(_sizes(layer.strides, 1)) * layer.filters
        shape = shape[:-1]
    elif "Padding" in node.cls:
        factor = math.prod(1 + sum(_sizes(pair, 2)) for pair in _sizes(layer.padding, 2))
    if math.prod(shape) * factor > 64 * MAX_OUTPUT:
        raise Refused(f"the layer {node.cls} has too large an output")
