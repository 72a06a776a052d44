"""An honest part with a code of two numbers as evidence: points before and after training; with knobs for mutants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.recognition.known_images import KnownImages

from .builder import Builder, FakeNet, curve, grey, known_images
from .notebooks import firsts, loss_axes, square, trained_copy

_DIGITS = known_images()
# other images than those of the tests' digits: the same upside down
CLOTHES: KnownImages = replace(
    _DIGITS, name="fashion_mnist", train=_DIGITS.train[:, ::-1].copy(), test=_DIGITS.test[:, ::-1].copy()
)
# class, output shape, numbers learned
PLAN = (
    ("Conv2D", (24, 24, 16), 416),
    ("MaxPooling2D", (12, 12, 16), 0),
    ("Conv2D", (8, 8, 8), 3208),
    ("MaxPooling2D", (4, 4, 8), 0),
    ("Flatten", (128,), 0),
    ("Dense", (64,), 8256),
    ("Dense", (2,), 130),
    ("Dense", (64,), 192),
    ("Dense", (128,), 8320),
    ("Reshape", (4, 4, 8), 0),
    ("UpSampling2D", (8, 8, 8), 0),
    ("Conv2DTranspose", (12, 12, 8), 1608),
    ("UpSampling2D", (24, 24, 8), 0),
    ("Conv2DTranspose", (28, 28, 1), 201),
)
CONFIGS = {
    "Conv2D": {"kernel_size": [5, 5], "strides": [1, 1]},
    "Conv2DTranspose": {"kernel_size": [5, 5], "strides": [1, 1]},
    "MaxPooling2D": {"pool_size": [2, 2], "strides": [2, 2]},
    "UpSampling2D": {"size": [2, 2]},
}


def layers_asked() -> list[dict]:
    """The nodes of the chain that the part asks for; the code is node 6."""
    nodes, shape = [], (28, 28, 1)
    for place, (cls, made, params) in enumerate(PLAN):
        node = {
            "layer": f"l{place}",
            "cls": cls,
            "inputs": [f"n{place - 1}" if place else "x0"],
            "params": params,
        }
        node |= {"input_shapes": [list(shape)], "output_shapes": [list(made)], "config": CONFIGS.get(cls, {})}
        if params:
            node["weights"] = [f"l{place}w", f"l{place}b"]
        nodes.append(node)
        shape = made
    return nodes


def cloud(builder: Builder, at: np.ndarray, colours: np.ndarray | None, **more) -> dict:
    """One axes with a scatter of points (n, 2) and the numbers that colour them; complete unless told otherwise."""
    scatter = {"offsets": builder.array(at), "bar": True}
    if colours is not None:
        scatter["values"] = builder.array(colours)
    usual = {"title": "коды", "xlabel": "первое", "ylabel": "второе", "scatters": [scatter]}
    return usual | more


def latent(
    builder: Builder,
    known: KnownImages = CLOTHES,
    *,
    before: list[dict] | None = None,
    after: list[dict] | None = None,
    optimizer: str = "RMSprop",
    **fit,
) -> FakeNet:
    """Model and compile in cell 2, points before in 3, training in 4, loss plot and points after in 5, pictures in 6.

    Args:
        before, after: the axes of the two figures of points, in place of complete ones.
    """
    net = FakeNet(21, code=2)
    net.encode = signed(net)  # codes of both signs, as a layer without activation gives
    losses = {"loss": curve(10, 0.3), "val_loss": curve(10, 0.31)}
    usual = {"epochs_asked": 10, "epochs_run": 10, "history": losses, "code_shape": (2,), "code_node": "n6"}
    usual |= {"nodes": layers_asked(), "given": (28, 28, 1), "cell": 3, "id": "m1"}
    builder.event("compile", 2, model="m1", loss="binary_crossentropy", optimizer=optimizer)
    builder.figure(complete(builder, net, known, 0) if before is None else before, 3)
    trained_copy(builder, known, net=net, **usual | fit)
    builder.figure([loss_axes(builder, train=losses["loss"], validation=losses["val_loss"])], 5)
    builder.figure(complete(builder, net, known, 1) if after is None else after, 5)
    test = firsts(known)[f"{known.name}:test"][:10]
    rows = [square(test), square(net.run(test))]
    builder.figure([each for at, row in enumerate(rows) for each in builder.row_of(row, at, 2)], 6)
    return net


def signed(net: FakeNet):
    """A linear code in place of the net's own."""

    def encode(rows: np.ndarray, version: int = 1) -> np.ndarray:
        return (rows @ net._weights(version, 784, 2, 0)).astype(np.float32)

    return encode


def codes_of(known: KnownImages = CLOTHES, version: int = 1) -> np.ndarray:
    """The codes that the notebook's net gives for all test images."""
    return signed(FakeNet(21, code=2))(grey(known.test), version)


def complete(builder: Builder, net: FakeNet, known: KnownImages, version: int) -> list[dict]:
    """The figure of all test codes, coloured by class."""
    return [cloud(builder, net.encode(grey(known.test), version), known.test_classes)]
