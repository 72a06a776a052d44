"""Part 5: a convolutional autoencoder of clothing with a code of two numbers."""

from __future__ import annotations

from dataclasses import replace

from . import items
from .types import Item, Part

LAYERS = (
    *("Conv2D 16 5x5", "MaxPooling2D 2x2", "Conv2D 8 5x5", "MaxPooling2D 2x2", "Dense 64", "Dense 2"),
    *("Dense 64", "Dense 128", "UpSampling2D 2x2", "Conv2DTranspose 8 5x5"),
    *("UpSampling2D 2x2", "Conv2DTranspose 1 5x5"),
)
NET = (
    "The model is Conv 16 and Conv 8 of 5x5 without padding, each with a 2x2 pool, then Dense 64 and 2; "
    "back with Dense 64 and 128 and twice upsampling and a ConvTranspose of 5x5 (8, 1): 22,331 parameters."
)
CODES_BEFORE = Item(
    id="codes-before",
    points=10,
    title="Codes before training",
    asks="The codes of the test images, at least 1,000 of them, are drawn as points before training, coloured "
    "by class, with legend or colour bar, axis labels and title.",
    check="codes-before",
    of=items.CLOTHES,
)
CODES_AFTER = Item(
    id="codes-after",
    points=15,
    title="Codes after training",
    asks="The same codes are drawn likewise after training.",
    check="codes-after",
    of=items.CLOTHES,
)


def part(epochs: int = 10, images: int = 10) -> Part:
    """The rubric, for given epochs and number of images."""
    trained = (
        f"It is trained for {epochs} epochs on the training images onto themselves, with binary cross-entropy "
        "and RMSprop, and validated."
    )
    return Part(
        id="latent",
        title="A code of two numbers",
        task="copy",
        data="fashion_mnist",
        layers=LAYERS,
        off_per_layer=2.5,
        parameters=22_331,
        code_shape=(2,),
        epochs=epochs,
        images=images,
        loss="binary_crossentropy",
        optimizer="RMSprop",
        items=(
            items.runs(),
            items.architecture(25, NET),
            CODES_BEFORE,
            replace(items.training(15, trained, "training-split"), weights={"optimizer": 2}),
            items.loss_plot(15),
            CODES_AFTER,
            items.test_images(5, images, items.CLOTHES),
            items.reconstructions(10, images, items.CLOTHES),
        ),
    )


LATENT = part()
