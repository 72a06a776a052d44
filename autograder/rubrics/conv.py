"""Part 2: a convolutional autoencoder of MNIST digits."""

from __future__ import annotations

from .types import Item, Part


def part(
    maps: tuple[int, int] = (16, 8),
    epochs: int = 150,
    images: int = 10,
    code_shape: tuple[int, int] = (28, 14),
) -> Part:
    """The rubric, for given numbers of feature maps (outer, inner), epochs and number of images."""
    outer, inner = maps
    code = f"{code_shape[0]} x {code_shape[1]}"
    return Part(
        id="conv",
        title="Convolutional autoencoder",
        task="copy",
        layers=(
            f"Conv2D {outer} 3x3",
            "MaxPooling2D 2x2",
            f"Conv2D {inner} 3x3",
            "MaxPooling2D 2x2",
            f"Conv2D {inner} 3x3",
            "UpSampling2D 2x2",
            f"Conv2D {outer} 3x3",
            "UpSampling2D 2x2",
            "Conv2D 1 3x3",
        ),
        code_shape=code_shape,
        code_layouts="any",
        epochs=epochs,
        images=images,
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "architecture",
                30,
                "Architecture",
                f"The model is Conv {outer}, pool, Conv {inner}, pool, Conv {inner}, up, Conv {outer}, up, Conv 1; "
                "all kernels 3x3, all pooling and upsampling 2x2.",
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


CONV = part()
