"""What the book keeps of one model, and what a model says of itself without being run."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any


@dataclass
class SeenModel:
    """One model of the run.

    Attributes:
        probe: positional arguments of a few concrete rows, until they were used.
        spec: made rows of the shapes of symbolic arguments.
        traced: fields of its event that the trace gave; None before.
        made_for: the state of the model (`state_of`) that was traced or tried.
        shown: the event last written.
    """

    id: str
    ref: weakref.ref[Any]
    made_by: str
    probe: tuple[Any, ...] | None = None
    spec: tuple[Any, ...] | None = None
    traced: dict[str, Any] | None = None
    made_for: tuple[Any, ...] | None = None
    tries: int = 0
    parts: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)


def has_weights(model: Any) -> bool:
    """Whether all weights exist: the model is built, or all that it holds is (a model without `call`)."""
    if model.built:
        return True
    inside = list(model._flatten_layers(include_self=False))
    return bool(inside) and all(layer.built for layer in inside)


def state_of(model: Any) -> tuple[Any, ...]:
    """What a graph was traced for: it changes when layers are added, or one gets another activation or another `call`."""
    return (
        model.built,
        tuple(_state_of_layer(layer) for layer in model._flatten_layers(include_self=False)),
        len(model.weights),
    )


def _state_of_layer(layer: Any) -> tuple[int, int, int]:
    call = vars(layer).get("call", type(layer).call)
    return id(layer), id(vars(layer).get("activation")), id(call)


def count(variables: Any) -> int:
    """How many numbers variables hold."""
    total = 0
    for variable in variables:
        size = 1
        for length in variable.shape:
            size *= int(length)
        total += size
    return total
