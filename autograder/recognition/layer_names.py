"""What a person calls a layer: `Dense 400`, `Conv2D 16 3x3`, `MaxPooling2D 2x2`; its class for all others."""

from __future__ import annotations

from autograder.evidence.facts import LayerNode, Shape


def shape_of(shapes: tuple[Shape, ...]) -> tuple[int, ...]:
    """The first of a node's shapes, unknown sizes as 0."""
    return tuple(int(n or 0) for n in shapes[0]) if shapes else ()


def times(sizes: tuple[int, ...]) -> str:
    """A shape as people write it: `28x28x1`."""
    return "x".join(str(n) for n in sizes)


def _pair(value: object) -> tuple[int, ...] | None:
    if isinstance(value, int):
        return (value, value)
    if isinstance(value, list | tuple) and value and all(isinstance(n, int) for n in value):
        return tuple(value)
    return None


def _steps(node: LayerNode, *keys: str) -> str:
    """What a config says beyond the plain layer: strides or dilation other than one."""
    steps = ((key, _pair(node.config.get(key))) for key in keys)
    return "".join(f" {key.removesuffix('_rate')} {times(n)}" for key, n in steps if n and set(n) != {1})


def _dense(node: LayerNode, kernel: tuple[int, ...] | None) -> str:
    units = kernel[-1] if kernel and len(kernel) == 2 else (shape_of(node.output_shapes) or (0,))[-1]
    given = shape_of(node.input_shapes)
    return f"Dense {units}" + (f" on {times(given)}" if len(given) > 1 else "")


def _conv(node: LayerNode, kernel: tuple[int, ...] | None) -> str:
    transposed = node.cls == "Conv2DTranspose"
    size: tuple[int, ...]
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
