"""Whole honest notebooks as evidence, one per part, with knobs for what a mutant does differently."""

from __future__ import annotations

import numpy as np

from autograder.recognition.known_images import SHOWN, KnownImages

from .builder import Builder, FakeNet, conv_nodes, curve, dense_nodes, grey, noisy

DENSE = (400, 200, 100, 200, 400, 784)


def firsts(known: KnownImages) -> dict[str, np.ndarray]:
    """The first images of both halves as grey rows."""
    name = known.name
    return {f"{name}:test": grey(known.test[:SHOWN]), f"{name}:train": grey(known.train[:SHOWN])}


def loss_axes(builder: Builder, *, train=None, validation=None, **more) -> dict:
    """A complete loss plot, unless told otherwise."""
    train = curve(150, 0.2) if train is None else train
    validation = curve(150, 0.22) if validation is None else validation
    lines = [builder.line(values) for values in (train, validation) if len(values)]
    usual = {
        "title": "потери",
        "xlabel": "эпоха",
        "ylabel": "ошибка",
        "legend": ["обучение", "проверка"],
        "lines": lines,
    }
    return usual | more


def trained_copy(
    builder: Builder,
    known: KnownImages,
    *,
    id: str = "m1",
    net: FakeNet | None = None,
    nodes: list[dict] | None = None,
    code_node: str = "n2",
    cell: int = 2,
    rows: np.ndarray | None = None,
    targets: np.ndarray | None = None,
    code_shape: tuple[int, ...] = (100,),
    given: tuple[int, ...] = (784,),
    **fit,
) -> FakeNet:
    """An autoencoder that was built, trained on the training images, and replayed."""
    net = net or FakeNet()
    builder.model(id, nodes if nodes is not None else dense_nodes(DENSE), cell, given)
    builder.weights(id, 0, cell)
    builder.weights(id, 1, cell + 1)
    train = grey(known.train[:256]) if rows is None else rows
    held = fit.pop("held", (grey(known.test[:32]), grey(known.test[:32])))
    builder.fit(id, train, train if targets is None else targets, cell + 1, held=held, **fit)
    outputs = []
    for version in (0, 1):
        for name, images in firsts(known).items():
            codes = net.encode(images, version).reshape(len(images), *code_shape)
            outputs.append((version, f"known:{name}", {code_node: codes, "out": net.run(images, version)}))
    builder.replay(id, outputs)
    return net


def square(rows: np.ndarray, shape: tuple[int, int] = (28, 28)) -> np.ndarray:
    """Rows as images."""
    return rows.reshape(len(rows), *shape)


def dense(builder: Builder, known: KnownImages, **fit) -> FakeNet:
    """An honest part 1: loss plot in cell 4, pictures in cell 5."""
    net = trained_copy(builder, known, **fit)
    test = firsts(known)["mnist:test"][:10]
    builder.figure([loss_axes(builder)], 4)
    axes = builder.row_of(square(test), 0, 3)
    axes += builder.row_of(square(net.encode(test), (10, 10)), 1, 3)
    axes += builder.row_of(square(net.run(test)), 2, 3)
    builder.figure(axes, 5)
    return net


def conv(
    builder: Builder, known: KnownImages, id: str = "m2", seed: int = 2, cell: int = 2, **fit
) -> FakeNet:
    """An honest part 2."""
    net = FakeNet(seed, code=392)
    trained_copy(
        builder,
        known,
        id=id,
        net=net,
        nodes=conv_nodes(),
        code_node="n3",
        code_shape=(7, 7, 8),
        given=(28, 28, 1),
        cell=cell,
        **fit,
    )
    test = firsts(known)["mnist:test"][:10]
    builder.figure([loss_axes(builder)], cell + 2)
    axes = builder.row_of(square(test), 0, 3)
    axes += builder.row_of(square(net.encode(test), (28, 14)), 1, 3)
    axes += builder.row_of(square(net.run(test)), 2, 3)
    builder.figure(axes, cell + 3)
    return net


def denoising(
    builder: Builder,
    known: KnownImages,
    *,
    id: str = "m3",
    cell: int = 2,
    add=noisy,
    fit_inputs: np.ndarray | None = None,
    targets: np.ndarray | None = None,
    draw: bool = True,
    **fit,
) -> FakeNet:
    """An honest part 3; `add(rows, seed=...)` makes the noise."""
    net = FakeNet(3)
    train, test = grey(known.train[:256]), grey(known.test[:32])
    noisy_train, noisy_test = add(train, seed=1), add(test, seed=2)
    builder.model(id, dense_nodes((128, 784)), cell)
    builder.weights(id, 0, cell)
    builder.weights(id, 1, cell + 1)
    order = np.random.default_rng(9).permutation(len(train))
    inputs = (noisy_train if fit_inputs is None else fit_inputs)[order]
    fit = {"held": (noisy_test, test), "epochs_asked": 50} | fit
    builder.fit(id, inputs, (train if targets is None else targets)[order], cell + 1, **fit)
    call = builder.call(id, noisy_test, net.run(noisy_test), cell=cell + 1)
    known_outputs = [(1, f"known:{name}", {"out": net.run(rows)}) for name, rows in firsts(known).items()]
    builder.replay(id, [*known_outputs, (1, f"call:{call}", {"out": net.run(noisy_test)})])
    builder.figure([loss_axes(builder)], cell + 2)
    if draw:
        rows = [train, noisy_train, test, noisy_test, net.run(noisy_test)]
        axes = [
            each for row, images in enumerate(rows) for each in builder.row_of(square(images[:10]), row, 5)
        ]
        builder.figure(axes, cell + 3)
    return net
