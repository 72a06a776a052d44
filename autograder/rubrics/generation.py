"""Part 6: new images of clothing from the decoder of an autoencoder."""

from __future__ import annotations

from .types import Item, Part

WIDTHS = (128, 64, 32, 64, 128, 784)


def part(epochs: int = 20, images: int = 10, array: int = 100) -> Part:
    """The rubric, for given epochs, number of images shown, and number of images in the array."""
    net = "-".join(str(width) for width in WIDTHS)
    shape = f"({array}, 28, 28)"
    return Part(
        id="generation",
        title="Images that nobody drew",
        task="copy",
        data="fashion_mnist",
        layers=tuple(f"Dense {width}" for width in WIDTHS),
        off_per_layer=3,
        parameters=222_384,
        code_shape=(32,),
        array_shape=(array, 28, 28),
        epochs=epochs,
        images=images,
        loss="binary_crossentropy",
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "architecture",
                12,
                "Architecture",
                f"The model is Dense {net} on 784 inputs: 222,384 parameters.",
                "architecture",
            ),
            Item(
                "halves",
                5,
                "Encoder and decoder",
                "Encoder and decoder are models of their own that share its weights.",
                "halves",
            ),
            Item(
                "training",
                18,
                "Training",
                f"It is trained for {epochs} epochs on the training images onto themselves, with binary cross-entropy "
                "and validation data.",
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
                "saved-decoder",
                10,
                "Saved decoder",
                "The trained decoder is saved to a file; loaded from it again, it gives the same images.",
                "saved",
            ),
            Item(
                "generated-images",
                10,
                "Generated images",
                f"{images} images that the trained decoder gives for codes drawn from N(0, I) are shown.",
                "generated",
            ),
            Item(
                "generated-array",
                5,
                "Generated array",
                f"Images that the trained decoder gives for drawn codes are held as one array {shape}.",
                "array",
            ),
            Item(
                "better-sampling",
                10,
                "Better codes",
                "Codes are drawn from a distribution fitted to those of the training images, so that the decoder's "
                f"images of them are of every kind; {images} of those are shown.",
                "fitted",
            ),
            Item(
                "measures",
                10,
                "Measures",
                "Coverage and recall (k = 5, as many generated as test images) of both kinds of images are shown.",
                "measures",
            ),
        ),
    )


GENERATION = part()
