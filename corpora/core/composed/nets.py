"""The networks of the assignment as lists of layers, and the ways in which students write them down."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.core.composed.voice import Voice


@dataclass(frozen=True)
class Net:
    """Layers as (class, size): encoder up to the code, then decoder. `layout` is the shape of one input row."""

    layout: str  # "flat" (784,), "square" (28, 28) or "channel" (28, 28, 1)
    encoder: tuple[tuple[str, int], ...]
    decoder: tuple[tuple[str, int], ...]
    code_shape: tuple[int, int] = (10, 10)


DENSE = Net(
    "flat", (("Dense", 400), ("Dense", 200), ("Dense", 100)), (("Dense", 200), ("Dense", 400), ("Dense", 784))
)
CONV = Net(
    "channel",
    (("Conv2D", 16), ("MaxPooling2D", 2), ("Conv2D", 8), ("MaxPooling2D", 2)),
    (("Conv2D", 8), ("UpSampling2D", 2), ("Conv2D", 16), ("UpSampling2D", 2), ("Conv2D", 1)),
    (28, 14),
)
DENOISING = (
    Net("flat", (("Dense", 128), ("Dense", 64)), (("Dense", 128), ("Dense", 784))),
    Net("channel", (("Conv2D", 8), ("MaxPooling2D", 2)), (("Conv2D", 8), ("UpSampling2D", 2), ("Conv2D", 1))),
    Net("flat", (("Dense", 256), ("Dense", 100)), (("Dense", 300), ("Dense", 784))),
    CONV,
)
SHAPES = {"flat": "(784,)", "square": "(28, 28)", "channel": "(28, 28, 1)"}


def layer(v: Voice, spec: tuple[str, int], act: str | None) -> str:
    """One layer as this student writes it; `act` None leaves the activation out."""
    name, size = spec
    name, _, kernel = name.partition("/")  # `Conv2D/5`: a kernel of 5 x 5
    words = [] if act is None else [f"activation='{act}'"]
    if name == "Dense":
        args = [str(size), *words]
        if v.twist % 5 == 0:
            args.append("kernel_initializer='he_uniform'")
    elif name == "Conv2D":
        side = kernel or "3"
        size_word = (f"({side}, {side})", side, f"kernel_size={side}", f"kernel_size=({side}, {side})")[
            v.twist % 4
        ]
        args = [str(size), size_word, *words, "padding='same'"]
        if v.twist % 3 == 0:
            args = [str(size), size_word, "padding='same'", *words]
    elif name == "Conv2DTranspose":
        args = [str(size), "3", "strides=2", *words, "padding='same'"]
    elif name in ("MaxPooling2D", "AveragePooling2D"):
        args = [("(2, 2)", "2", "pool_size=2", "(2, 2), padding='same'")[v.twist // 4 % 4]]
    else:
        args = [("(2, 2)", "2", "size=2", "size=(2, 2)")[v.twist // 4 % 4]]
    return f"{v.layer(name)}({', '.join(args)})"


def has_weights(spec: tuple[str, int]) -> bool:
    """Whether a layer of this class carries an activation."""
    return spec[0].startswith(("Dense", "Conv2D"))


def activations(v: Voice, net: Net) -> list[str | None]:
    """The activation of every layer: hidden ones alike, the last one in the range of a pixel."""
    specs = net.encoder + net.decoder
    acts: list[str | None] = [v.act if has_weights(spec) else None for spec in specs]
    return [*acts[:-1], "sigmoid"]


def calls(v: Voice, net: Net) -> tuple[list[str], list[str]]:
    """Encoder and decoder layers as expressions."""
    acts = activations(v, net)
    specs = net.encoder + net.decoder
    written = [layer(v, spec, act) for spec, act in zip(specs, acts, strict=True)]
    return written[: len(net.encoder)], written[len(net.encoder) :]
