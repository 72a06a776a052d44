"""Part 1: a fully connected autoencoder of MNIST digits."""

from __future__ import annotations

from . import items
from .types import Part


def part(
    widths: tuple[int, ...] = (400, 200, 100, 200, 400, 784),
    epochs: int = 150,
    images: int = 10,
    code_shape: tuple[int, int] = (10, 10),
) -> Part:
    """The rubric, for given layer widths (the last is the image's own), epochs and number of images."""
    net = "-".join(str(width) for width in widths)
    return Part(
        id="dense",
        title="Fully connected autoencoder",
        task="copy",
        layers=tuple(f"Dense {width}" for width in widths),
        code_shape=code_shape,
        epochs=epochs,
        images=images,
        items=(
            items.runs(),
            items.architecture(30, f"The model is Dense {net} on {widths[-1]} inputs."),
            items.reconstruction_training(15, epochs),
            items.loss_plot(15),
            items.test_images(5, images),
            items.bottleneck_images(15, images, code_shape),
            items.reconstructions(15, images),
        ),
    )


DENSE = part()
