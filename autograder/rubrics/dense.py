"""Part 1: a fully connected autoencoder of MNIST digits."""

from __future__ import annotations

from .types import Item, Part


def part(
    widths: tuple[int, ...] = (400, 200, 100, 200, 400, 784),
    epochs: int = 150,
    images: int = 10,
    code_shape: tuple[int, int] = (10, 10),
) -> Part:
    """The rubric, for given layer widths (the last is the image's own), epochs and number of images."""
    net = "-".join(str(width) for width in widths)
    code = f"{code_shape[0]} x {code_shape[1]}"
    return Part(
        id="dense",
        title="Fully connected autoencoder",
        task="copy",
        layers=tuple(f"Dense {width}" for width in widths),
        code_shape=code_shape,
        epochs=epochs,
        images=images,
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "architecture",
                30,
                "Architecture",
                f"The model is Dense {net} on {widths[-1]} inputs.",
                "architecture",
            ),
            Item(
                "training",
                15,
                "Training",
                f"It is trained for {epochs} epochs on the training images, input onto itself, with validation data.",
                "training-copy",
            ),
            Item(
                "loss-plot",
                15,
                "Loss plot",
                "One figure shows training and validation loss over the epochs, with legend, axis labels and title.",
                "loss-plot",
            ),
            Item(
                "test-images",
                5,
                "Test images",
                f"The first {images} test images are shown in order.",
                "originals",
                "mnist:test",
            ),
            Item(
                "bottleneck-images",
                15,
                "Bottleneck images",
                f"The codes of those {images} images are shown, each as {code}.",
                "codes",
                "mnist:test",
            ),
            Item(
                "reconstructions",
                15,
                "Reconstructions",
                f"The trained model's output for those {images} images is shown.",
                "outputs",
                "mnist:test",
            ),
        ),
    )


DENSE = part()
