"""The layers of a model that give its code."""

from __future__ import annotations

from autograder.recognition.layers import Layer
from autograder.records import Verdict

from .context import CheckContext
from .sentences import say


def code_layers(context: CheckContext) -> tuple[Layer, ...]:
    """The first counted layer that gives as many numbers as a code has, and the plumbing right after it.

    Where codes are drawn at random, mean and variance are two such layers, and what draws them follows.
    """
    layers: list[Layer] = []
    for layer in context.layers:
        if not layers:
            if layer.counted and layer.numbers == context.part.code_numbers:
                layers.append(layer)
        elif layer.numbers != context.part.code_numbers or (layer.counted and not context.part.sampled):
            break
        else:
            layers.append(layer)
    return tuple(layers)


def without_code(context: CheckContext) -> Verdict | None:
    """The verdict of an item about codes where no layer gives any; None where one does, or no layer could be seen."""
    if code_layers(context) or not context.layers:
        return None
    values = {"numbers": context.part.code_numbers, "by": "architecture"}
    return say("codes.no_layer", 0.0, values, outcome="blocked")
