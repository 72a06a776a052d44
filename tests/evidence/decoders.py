"""An honest part of several models as evidence: three decoders, each trained, drawn and shown; with knobs for mutants."""

from __future__ import annotations

import math

import numpy as np

from autograder.recognition.known_images import KnownImages

from .builder import Builder, FakeNet, curve, dense_nodes, grey
from .notebooks import firsts, loss_axes, square, trained_copy

ENCODER = (("Conv2D", 16, 3), ("MaxPooling2D",), ("Conv2D", 4, 3), ("MaxPooling2D",))
PLANS = {
    "transposed": (*ENCODER, ("Conv2DTranspose", 16, 2), ("Conv2DTranspose", 1, 2)),
    "upsampling": (*ENCODER, ("UpSampling2D",), ("Conv2D", 16, 3), ("UpSampling2D",), ("Conv2D", 1, 3)),
}
ROLES = ("linear", *PLANS)


def chain(plan: tuple[tuple, ...], prefix: str, bias: bool = True) -> list[dict]:
    """The nodes of a chain of convolutions ('same' padding), transposed ones of stride 2, poolings, upsamplings."""
    shape, nodes = [28, 28, 1], []
    for place, (cls, *sizes) in enumerate(plan):
        node = {"layer": f"{prefix}{place}", "cls": cls, "inputs": [f"n{place - 1}" if place else "x0"]}
        node["input_shapes"] = [list(shape)]
        scale = {"MaxPooling2D": 0.5, "UpSampling2D": 2, "Conv2DTranspose": 2}.get(cls, 1)
        maps = sizes[0] if sizes else shape[2]
        if sizes:
            stride = 2 if cls == "Conv2DTranspose" else 1
            node["config"] = {"kernel_size": [sizes[1]] * 2, "strides": [stride] * 2}
            node["params"] = sizes[1] ** 2 * shape[2] * maps + bias * maps
            node["weights"] = [f"{prefix}{place}w"]
        elif cls == "MaxPooling2D":
            node["config"] = {"pool_size": [2, 2], "strides": [2, 2]}
        else:
            node["config"] = {"size": [2, 2]}
        shape = [int(shape[0] * scale), int(shape[1] * scale), maps]
        nodes.append(node | {"output_shapes": [list(shape)]})
    return nodes


def begun(scale: float = 1.0, kurtosis: float = 0.0, bias: float = 0.0) -> list[dict]:
    """Statistics of the linear model's first weights; `scale` times the deviation asked for."""
    found = []
    for place, shape in enumerate(((784, 32), (32, 784))):
        std = scale / math.sqrt(shape[0])
        kernel = {
            "shape": shape,
            "mean": 0.0,
            "std": std,
            "kurtosis": kurtosis,
            "low": -4 * std,
            "high": 4 * std,
        }
        biases = {"shape": shape[1:], "mean": bias, "std": 0.0, "kurtosis": 0.0, "low": bias, "high": bias}
        found += [
            {"version": 0, "variable": f"d{place}{name}"} | each
            for name, each in (("w", kernel), ("b", biases))
        ]
    return found


def nodes_of(role: str) -> list[dict]:
    """The layers asked for in a role."""
    return dense_nodes((32, 784)) if role == "linear" else chain(PLANS[role], role[0])


def losses(number: int) -> dict[str, list[float]]:
    """Curves of one model, unlike those of the others."""
    return {"loss": curve(20, 0.05 + 0.02 * number), "val_loss": curve(20, 0.06 + 0.02 * number)}


def decoders(
    builder: Builder,
    known: KnownImages,
    *,
    roles: tuple[str, ...] = ROLES,
    nodes: dict[str, list[dict]] | None = None,
    fit: dict[str, dict] | None = None,
    axes: dict[str, dict] | None = None,
    shown: tuple[str, ...] | None = None,
    statistics: list[dict] | None = None,
    loss: str = "mean_squared_error",
) -> None:
    """Three models in cells 2 to 4, their curves in one figure, their pictures in another.

    Args:
        roles: the models that are built; nodes, fit, axes: what is different in a role's layers, training, plot.
        shown: the roles of the models whose outputs stand in the rows of reconstructions.
    """
    held = grey(known.train[256:288])
    usual = {"epochs_asked": 20, "epochs_run": 20, "samples": 48_000, "validation_samples": 12_000}
    nets: dict[str, FakeNet] = {}
    plots = []
    for number, role in enumerate(roles):
        id, curves = f"m{number}", losses(number)
        builder.event("compile", 2 + number, model=id, loss=loss, optimizer="Adam")
        nets[role] = FakeNet(10 + number, code=32 if role == "linear" else 196)
        more = usual | {"history": curves, "held": (held, held)} | (fit or {}).get(role, {})
        layers = (nodes or {}).get(role) or nodes_of(role)
        given = (784,) if role == "linear" else (28, 28, 1)
        trained_copy(
            builder,
            known,
            id=id,
            net=nets[role],
            nodes=layers,
            cell=2 + number,
            given=given,
            code_shape=(nets[role].code,),
            **more,
        )
        if role == "linear":
            builder.replay(id, [], statistics=begun() if statistics is None else statistics)
        more = {"position": [number / 3, 0, 0.3, 1]} | (axes or {}).get(role, {})
        plots.append(loss_axes(builder, train=curves["loss"], validation=curves["val_loss"], **more))
    builder.figure(plots, 6)
    test = firsts(known)["mnist:test"][:10]
    rows = [test, *(nets[role].run(test) for role in (roles if shown is None else shown))]
    pictures = [
        each for at, images in enumerate(rows) for each in builder.row_of(square(np.array(images)), at, 4)
    ]
    builder.figure(pictures, 7)
