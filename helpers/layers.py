"""A table of a model's layers, to read before training begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import Layer, Model


def show_layers(model: Model) -> None:
    """Print kind, output shape (without the batch axis) and number of parameters of every layer, models inside unfolded.

    Raises:
        ValueError: the model has no weights yet; it needs a `keras.Input`, or one call on a batch.
    """
    if not getattr(model, "built", False):
        raise ValueError(
            "The model is not built yet: begin it with keras.Input(shape), or call it on one batch."
        )
    print(f"{'layer':<18}{'output shape':<18}{'parameters':>12}")
    for layer in _unfolded(model):
        print(f"{type(layer).__name__:<18}{_output_shape(layer):<18}{layer.count_params():>12,}")
    print(f"{'all layers':<36}{model.count_params():>12,}")


def _unfolded(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _unfolded(layer)
        elif type(layer).__name__ != "InputLayer":
            yield layer


def _output_shape(layer: Layer) -> str:
    try:
        return str(tuple(layer.output.shape[1:]))
    except (AttributeError, ValueError):  # a layer of a subclassed model has no output of its own
        return "?"
