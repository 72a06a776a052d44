"""Part 5: a convolutional autoencoder of clothing with a code of two numbers."""

from __future__ import annotations

from .types import Item, Part

LAYERS = (
    "Conv2D 16 5x5",
    "MaxPooling2D 2x2",
    "Conv2D 8 5x5",
    "MaxPooling2D 2x2",
    "Dense 64",
    "Dense 2",
    "Dense 64",
    "Dense 128",
    "UpSampling2D 2x2",
    "Conv2DTranspose 8 5x5",
    "UpSampling2D 2x2",
    "Conv2DTranspose 1 5x5",
)


def part(epochs: int = 10, images: int = 10) -> Part:
    """The rubric, for given epochs and number of images."""
    test = "fashion_mnist:test"
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
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "architecture",
                25,
                "Architecture",
                "The model is Conv 16 and Conv 8 of 5x5 without padding, each with a 2x2 pool, then Dense 64 and 2; "
                "back with Dense 64 and 128 and twice upsampling and a ConvTranspose of 5x5 (8, 1): 22,331 parameters.",
                "architecture",
            ),
            Item(
                "codes-before",
                10,
                "Codes before training",
                "The codes of the test images, at least 1,000 of them, are drawn as points before training, coloured "
                "by class, with legend or colour bar, axis labels and title.",
                "points-before",
                test,
            ),
            Item(
                "training",
                15,
                "Training",
                f"It is trained for {epochs} epochs on the training images onto themselves, with binary cross-entropy "
                "and RMSprop, and validated.",
                "training-split",
            ),
            Item(
                "loss-plot",
                15,
                "Loss plot",
                "One figure shows training and validation loss over the epochs, with legend, axis labels and title.",
                "loss-plot",
            ),
            Item(
                "codes-after",
                15,
                "Codes after training",
                "The same codes are drawn likewise after training.",
                "points-after",
                test,
            ),
            Item(
                "test-images",
                5,
                "Test images",
                f"The first {images} test images are shown in order.",
                "originals",
                test,
            ),
            Item(
                "reconstructions",
                10,
                "Reconstructions",
                f"The trained model's output for those {images} images is shown.",
                "outputs",
                test,
            ),
        ),
    )


LATENT = part()
