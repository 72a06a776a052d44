"""What a node of a graph says about one layer: class, configuration in bounds, activation in force, variables."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ..hooking.genuine import name_of, names_in
from ..ids import Ids
from ..journal import plain

MAX_CONFIG = 20_000
MAX_ENTRY = 2_000
_USELESS = frozenset({"name", "trainable", "dtype", "build_config", "batch_shape", "sparse", "ragged"})


def is_keras_layer(cls: type) -> bool:
    """Whether `cls` is a layer class of Keras itself, whatever it is called; a student's subclass of one is not."""
    return name_of(cls, "keras") is not None


def class_of(cls: type) -> tuple[str, str]:
    """Name and module of a layer's class as they are written down.

    A class of the notebook's own never has a module of Keras. It may be called as one of Keras' layers are where it is made of
    that very class; else its name says that it is the notebook's own.
    """
    known = name_of(cls, "keras")
    if known is not None:
        return known[1], known[0]
    name, module = str(cls.__name__), str(cls.__module__)
    bases = {found[1] for base in cls.__mro__ if (found := name_of(base, "keras")) is not None}
    if name in names_in("keras") and name not in bases:
        name = f"own {name}"
    return name[:200], "__main__" if module.partition(".")[0] == "keras" else module[:200]


def describe(layer: Any, layers: Ids, variables: Ids) -> dict[str, Any]:
    """The fields of a node that belong to its layer alone, JSON-able."""
    cls, module = class_of(type(layer))
    weights = list(layer.weights)
    return {
        "layer": layers.of(layer),
        "cls": cls,
        "module": module,
        "name": str(layer.name)[:200],
        "config": config_of(layer),
        "activation": activation_of(layer),
        "params": int(sum(np.prod(variable.shape, dtype=np.int64) for variable in weights)),
        "weights": [variables.of(variable) for variable in weights],
    }


def config_of(layer: Any) -> dict[str, Any]:
    """`get_config()` as JSON values; entries too long to matter are left out, whole when it cannot be had."""
    try:
        config = dict(layer.get_config())
    except Exception:
        return {}
    kept: dict[str, Any] = {}
    total = 0
    for key, value in config.items():
        if key in _USELESS:
            continue
        try:
            value = plain(value)
            size = len(json.dumps(value))
        except (RecursionError, TypeError, ValueError):
            continue
        if size <= MAX_ENTRY and total + size <= MAX_CONFIG:
            kept[str(key)[:200]] = value
            total += size
    return kept


def activation_of(layer: Any) -> str:
    """Name of the activation in force: a function's name, a layer object's class, "" where there is none."""
    if not hasattr(layer, "activation"):
        return ""
    return name_of_activation(layer.activation)


def name_of_activation(activation: Any) -> str:
    """`linear` for None; partials and lambdas keep their own names, which no replay accepts."""
    if activation is None:
        return "linear"
    if hasattr(activation, "get_config"):
        return type(activation).__name__[:200]
    if isinstance(activation, str):
        return activation[:200]
    return str(getattr(activation, "__name__", type(activation).__name__))[:200]
