"""The layers that replay builds, and what of their recorded configuration it believes: known keys, bounded values.

Nothing is deserialised: each layer is made from its class by keyword, with initializers of zeros and without
regularizers, constraints or dtypes of the record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.evidence.facts import LayerNode

from .numpy_layers import Plain, plain

MAX_UNITS = 1 << 17  # of one layer, and of one side of a shape
MAX_WINDOW = 512  # of one side of a convolution's kernel, stride or padding
MAX_RANK = 6  # axes that a layer of the course works on, with one to spare

ACTIVATIONS = frozenset(
    [
        "linear",
        "relu",
        "relu6",
        "sigmoid",
        "tanh",
        "softmax",
        "softplus",
        "softsign",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "leaky_relu",
        "exponential",
        "exp",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "mish",
        "log_sigmoid",
        "log_softmax",
        "celu",
        "glu",
        "tanh_shrink",
        "soft_shrink",
        "hard_shrink",
        "squareplus",
        "sparse_plus",
        "sparsemax",
    ]
)
ALIASES = {"swish": "silu", "hard_swish": "hard_silu", "exp": "exponential"}
ACTIVATION_LAYERS = frozenset(["ReLU", "LeakyReLU", "ELU", "Softmax"])
# At inference these hand on what they are given.
PASSING = frozenset(
    [
        "Identity",
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "AlphaDropout",
        "GaussianDropout",
        "GaussianNoise",
        "ActivityRegularization",
    ]
)


class Refused(Exception):
    """A recorded layer or size that replay will not build; the text says why, for a person."""


def _int(most: int, least: int = 0) -> Callable[[Any], Any]:
    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Refused(f"a size of {str(value)[:40]} is out of bounds")
        return value

    return check


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise Refused("a switch is neither true nor false")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) < 1e9:
        raise Refused("a number is out of bounds")
    number: float = value
    return number


def _nested(item: Callable[[Any], Any], depth: int = 2) -> Callable[[Any], Any]:
    """One value or short lists of them, nested at most `depth` deep."""

    def check(value: Any, left: int = depth) -> Any:
        if isinstance(value, list | tuple) and left:
            if len(value) > MAX_RANK:
                raise Refused("a list of sizes is too long")
            return tuple(check(part, left - 1) for part in value)
        return item(value)

    return check


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise Refused(f"the option {str(value)[:40]} is unknown")
        return value

    return check


_COUNT, _WINDOW = _int(MAX_UNITS, 1), _nested(_int(MAX_WINDOW, 0))
_SIZES = _nested(_int(MAX_UNITS, -1))
_AXIS = _nested(_int(MAX_RANK, -MAX_RANK))
_PADDING, _FORMAT = _one_of("valid", "same", "causal"), _one_of("channels_last", "channels_first")
_NUMBERS = _nested(_number, 1)

_CONV = {
    "filters": _COUNT,
    "kernel_size": _WINDOW,
    "strides": _WINDOW,
    "padding": _PADDING,
    "data_format": _FORMAT,
    "dilation_rate": _WINDOW,
    "groups": _COUNT,
    "use_bias": _bool,
}
_PLAIN_CONV = {key: value for key, value in _CONV.items() if key != "groups"}
_TRANSPOSED = {**_PLAIN_CONV, "output_padding": _WINDOW}
_SEPARABLE = {**_PLAIN_CONV, "depth_multiplier": _int(1024, 1)}
_DEPTHWISE = {key: value for key, value in _SEPARABLE.items() if key != "filters"}
_POOL = {"pool_size": _WINDOW, "strides": _WINDOW, "padding": _PADDING, "data_format": _FORMAT}
_GLOBAL = {"data_format": _FORMAT, "keepdims": _bool}
_NORM = {"axis": _AXIS, "epsilon": _number, "center": _bool, "scale": _bool}

KEYS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "Dense": {"units": _COUNT, "use_bias": _bool},
    "Conv1D": _CONV,
    "Conv2D": _CONV,
    "Conv3D": _CONV,
    "Conv1DTranspose": _TRANSPOSED,
    "Conv2DTranspose": _TRANSPOSED,
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "DepthwiseConv1D": _DEPTHWISE,
    "DepthwiseConv2D": _DEPTHWISE,
    **{f"{kind}Pooling{n}D": _POOL for kind in ("Max", "Average") for n in (1, 2, 3)},
    **{f"Global{kind}Pooling{n}D": _GLOBAL for kind in ("Max", "Average") for n in (1, 2, 3)},
    "UpSampling1D": {"size": _int(MAX_WINDOW, 1)},
    "UpSampling2D": {
        "size": _WINDOW,
        "data_format": _FORMAT,
        "interpolation": _one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    },
    "Flatten": {"data_format": _FORMAT},
    "Reshape": {"target_shape": _SIZES},
    "Permute": {"dims": _SIZES},
    "RepeatVector": {"n": _COUNT},
    "ZeroPadding1D": {"padding": _WINDOW},
    "ZeroPadding2D": {"padding": _WINDOW, "data_format": _FORMAT},
    "Cropping1D": {"cropping": _WINDOW},
    "Cropping2D": {"cropping": _WINDOW, "data_format": _FORMAT},
    "Activation": {},
    "ReLU": {"max_value": _number, "negative_slope": _number, "threshold": _number},
    "LeakyReLU": {"negative_slope": _number},
    "PReLU": {"shared_axes": _AXIS},
    "ELU": {"alpha": _number},
    "Softmax": {"axis": _AXIS},
    "BatchNormalization": _NORM,
    "LayerNormalization": {**_NORM, "rms_scaling": _bool},
    "GroupNormalization": {**_NORM, "groups": _int(MAX_UNITS, -1)},
    "UnitNormalization": {"axis": _AXIS},
    **{name: {} for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")},
    "Concatenate": {"axis": _AXIS},
    "Rescaling": {"scale": _NUMBERS, "offset": _NUMBERS},
    "Embedding": {"input_dim": _int(1 << 22, 1), "output_dim": _COUNT},
}
ACTIVATED = frozenset(
    ["Dense", "Activation", *(name for name in KEYS if "Conv" in name and "Pool" not in name)]
)
_INITIALIZERS = (
    "kernel_initializer",
    "bias_initializer",
    "depthwise_initializer",
    "pointwise_initializer",
    "embeddings_initializer",
    "alpha_initializer",
)
MERGING = frozenset(["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"])


def build(node: LayerNode, name: str) -> Any:
    """An unbuilt layer for a recorded node: a Keras layer, or a plain one that gives the same.

    Raises:
        Refused: its class, activation or a value of its configuration is not on the list.
    """
    if not node.module.startswith("keras.src.layers."):
        raise Refused(f"the layer {node.cls} is the notebook's own")
    if node.cls in PASSING:
        return Plain()
    if node.cls not in KEYS:
        raise Refused(f"the layer {node.cls} is not one that replay rebuilds")
    arguments = _arguments(node.cls, node.config)
    found = plain(node.cls, arguments, node.activation)
    return found if found is not None else _of_keras(node, name, arguments)


def _of_keras(node: LayerNode, name: str, arguments: dict[str, Any]) -> Any:
    import keras

    if node.cls in ACTIVATED:
        arguments["activation"] = _activation(node, name)
    cls = getattr(keras.layers, node.cls)
    accepted = cls.__init__.__code__.co_varnames
    arguments |= {key: "zeros" for key in _INITIALIZERS if key in accepted}
    try:
        return cls(name=name, **arguments)
    except (TypeError, ValueError) as error:
        raise Refused(f"the layer {node.cls} has an impossible configuration: {str(error)[:200]}") from error


def _arguments(cls: str, config: dict[str, Any]) -> dict[str, Any]:
    """The believed keys of a configuration; what is absent or None keeps Keras' default."""
    checks = KEYS[cls]
    return {key: check(config[key]) for key, check in checks.items() if config.get(key) is not None}


def _activation(node: LayerNode, name: str) -> Any:
    import keras

    word = node.activation
    if word in ACTIVATION_LAYERS:
        given = node.config.get("activation")
        inner = given.get("config") if isinstance(given, dict) else None
        if not isinstance(inner, dict):
            raise Refused(f"the activation {word} was recorded without its numbers")
        return getattr(keras.layers, word)(name=f"{name}_activation", **_arguments(word, inner))
    if word not in ACTIVATIONS:
        raise Refused(f"the activation {word[:60] or '?'} is not one that replay knows")
    return keras.activations.get(ALIASES.get(word, word))
