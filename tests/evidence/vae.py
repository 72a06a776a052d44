"""An honest variational autoencoder as evidence: encoder, decoder and both together; with knobs for mutants."""

from __future__ import annotations

import numpy as np

from autograder.recognition.known_images import KnownImages

from .builder import Builder, FakeNet, curve, dense_nodes, grey
from .latent import cloud, signed
from .notebooks import firsts, loss_axes, square

EPOCHS = (5, 25, 50, 100)
GRID = np.array([(a, b) for b in np.linspace(-2, 2, 5) for a in np.linspace(-2, 2, 5)], np.float32)


def encoder_nodes(hidden: int = 512) -> list[dict]:
    """Dense 512, two layers Dense 2 beside each other, and a layer of one's own that draws."""
    first, *heads = dense_nodes((hidden, 2, 2), prefix="e")
    for head in heads:
        head |= {"inputs": ["n0"], "input_shapes": [[hidden]], "params": hidden * 2 + 2}
    draw = {"layer": "draw", "cls": "Sampling", "inputs": ["n1", "n2"], "input_shapes": [[2], [2]]}
    return [first, *heads, draw | {"output_shapes": [[2]]}]


def decoder_nodes(widths: tuple[int, ...] = (512, 784)) -> list[dict]:
    """The chain from two numbers to an image."""
    return dense_nodes(widths, given=2, prefix="d")


def joined(encoder: list[dict], decoder: list[dict]) -> list[dict]:
    """The decoder's nodes behind the encoder's last."""
    last = len(encoder) - 1
    after = [node | {"inputs": [f"n{last + place}"]} for place, node in enumerate(decoder)]
    return [*encoder, *after]


def decode(codes: np.ndarray, version: int = 1) -> np.ndarray:
    """What the decoder makes of codes: (n, 784)."""
    hidden = codes @ FakeNet(31, code=2)._weights(version, 2, 784, 1) * 20
    return (1 / (1 + np.exp(-hidden))).astype(np.float32)


def encode(rows: np.ndarray, version: int = 1) -> np.ndarray:
    """The means of the clouds: (n, 2)."""
    return signed(FakeNet(31, code=2))(rows, version)


def summed_error(known: KnownImages) -> float:
    """What a loss that sums the errors of all pixels is at the end."""
    test = firsts(known)["mnist:test"]
    return float(((decode(encode(test)) - test) ** 2).sum(axis=1).mean())


def model(builder: Builder, id: str, nodes: list[dict], given: int, outputs: list[str], **more) -> None:
    """A model with outputs of its own choice, first seen in cell 2."""
    graph = {"inputs": [[given]], "nodes": nodes, "outputs": outputs}
    builder.event("model", 2, id=id, cls="Functional", graph=graph, **more)


def vae(
    builder: Builder,
    known: KnownImages,
    *,
    encoder: list[dict] | None = None,
    decoder: list[dict] | None = None,
    graph: bool = True,
    epochs: tuple[int, ...] = EPOCHS,
    shown: int = 10,
    axes: dict | None = None,
    points: np.ndarray = GRID,
    grid_version: int = 1,
    codes_version: int = 1,
    **fit,
) -> None:
    """Models in cell 2, training with pictures by epoch in 3, plot in 4, pictures in 5, plane in 6, grid in 7.

    Args:
        encoder, decoder: their nodes, where they differ; graph: whether the model itself has a `call`.
        epochs: when the outputs are kept; shown: how many of them.
        axes: what is different in the loss plot; points: what is decoded in the end.
        grid_version, codes_version: the weights that made the grid, and the drawn codes.
    """
    encoder, decoder = encoder or encoder_nodes(), decoder or decoder_nodes()
    whole = joined(encoder, decoder)
    model(builder, "m2", encoder, 784, ["n1", "n2", "n3"])
    model(builder, "m3", decoder, 2, [f"n{len(decoder) - 1}"])
    if graph:
        model(builder, "m1", whole, 784, [f"n{len(whole) - 1}"], parts=["m2", "m3"])
    else:
        builder.event("model", 2, id="m1", cls="VAE", graph=None, parts=["m2", "m3"])
    for id in ("m1", "m2", "m3"):
        builder.weights(id, 0, 2)
    test, pictures = firsts(known)["mnist:test"], []
    for epoch in epochs:
        pictures.append(answered(builder, test[:shown], epoch))
    error = summed_error(known)
    history = {"loss": [error * 1.1, *curve(98, error), error], "val_loss": [*curve(99, error + 2), error]}
    train = grey(known.train[:256])
    usual = {"epochs_asked": 100, "epochs_run": 100, "history": history, "targets": train, "inputs": train}
    usual |= {"parts": [] if graph else ["m2", "m3"], **fit}
    builder.fit("m1", cell=3, **usual)
    for id in ("m1", "m2", "m3"):
        builder.weights(id, 1, 3)
    curves = {"train": usual["history"]["loss"], "validation": usual["history"].get("val_loss", [])}
    builder.figure([loss_axes(builder, **curves) | (axes or {})], 4)
    rows = [test[:10], *pictures]
    drawn = [each for at, row in enumerate(rows) for each in builder.row_of(square(row), at, len(rows))]
    builder.figure(drawn, 5)
    plane(builder, known, codes_version)
    made = decode(points, grid_version)
    call = builder.call("m3", points, made, grid_version, 7)
    builder.replay("m3", [(grid_version, f"call:{call}", {"out": made})])
    builder.figure(builder.row_of(square(made), 0, 1), 7)


def answered(builder: Builder, images: np.ndarray, epoch: int | None) -> np.ndarray:
    """What encoder and decoder gave for images at an epoch, as a callback asks them."""
    codes = encode(images)
    made = decode(codes)
    first = builder.call("m2", images, (codes, codes - 1, codes + 0.01), cell=3, epoch=epoch)
    builder.replay("m2", [(1, f"call:{first}", {"out": codes, "n1": codes})])
    second = builder.call("m3", codes, made, cell=3, epoch=epoch)
    builder.replay("m3", [(1, f"call:{second}", {"out": made})])
    return made


def plane(builder: Builder, known: KnownImages, version: int) -> None:
    """The codes of all test images, drawn by class."""
    replayed = [
        (v, f"known:{name}", {"out": encode(rows, v), "n1": encode(rows, v)})
        for v in (0, 1)
        for name, rows in firsts(known).items()
    ]
    builder.replay("m2", replayed)
    builder.figure([cloud(builder, encode(grey(known.test), version), known.test_classes)], 6)
