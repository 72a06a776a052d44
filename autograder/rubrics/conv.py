"""Part 2: a convolutional autoencoder of MNIST digits."""

from __future__ import annotations

from . import items
from .types import Part


def part(
    maps: tuple[int, int] = (16, 8),
    epochs: int = 150,
    images: int = 10,
    code_shape: tuple[int, int] = (28, 14),
) -> Part:
    """The rubric, for given numbers of feature maps (outer, inner), epochs and number of images."""
    outer, inner = maps
    net = (
        f"Conv {outer}, pool, Conv {inner}, pool, Conv {inner}, up, Conv {outer}, up, Conv 1; "
        "all kernels 3x3, all pooling and upsampling 2x2"
    )
    return Part(
        id="conv",
        title="Convolutional autoencoder",
        task="copy",
        layers=(
            *(f"Conv2D {outer} 3x3", "MaxPooling2D 2x2", f"Conv2D {inner} 3x3", "MaxPooling2D 2x2"),
            *(f"Conv2D {inner} 3x3", "UpSampling2D 2x2", f"Conv2D {outer} 3x3", "UpSampling2D 2x2"),
            "Conv2D 1 3x3",
        ),
        code_shape=code_shape,
        code_layouts="any",
        epochs=epochs,
        images=images,
        items=(
            items.runs(),
            items.architecture(30, f"The model is {net}."),
            items.reconstruction_training(15, epochs),
            items.loss_plot(15),
            items.test_images(5, images),
            items.bottleneck_images(15, images, code_shape),
            items.reconstructions(15, images),
        ),
    )


CONV = part()
