"""Part 6: new images of clothing from the decoder of an autoencoder."""

from __future__ import annotations

from . import items
from .types import Item, Part

WIDTHS = (128, 64, 32, 64, 128, 784)
HALVES = Item(
    id="halves",
    points=5,
    title="Encoder and decoder",
    asks="Encoder and decoder are models of their own that share its weights.",
    check="halves",
)
SAVED_DECODER = Item(
    id="saved-decoder",
    points=10,
    title="Saved decoder",
    asks="The trained decoder is saved to a file; loaded from it again, it gives the same images.",
    check="saved-decoder",
)
MEASURES = Item(
    id="measures",
    points=10,
    title="Measures",
    asks="Coverage and recall (k = 5, as many generated as test images) of both kinds of images are shown.",
    check="measures",
)


def part(epochs: int = 20, images: int = 10, array: int = 100) -> Part:
    """The rubric, for given epochs, number of images shown, and number of images in the array."""
    net = "-".join(str(width) for width in WIDTHS)
    trained = (
        f"It is trained for {epochs} epochs on the training images onto themselves, with binary cross-entropy "
        "and validation data."
    )
    held = f"Images that the trained decoder gives for drawn codes are held as one array ({array}, 28, 28)."
    better = (
        "Codes are drawn from a distribution fitted to those of the training images, so that the decoder's "
        f"images of them are of every kind; {images} of those are shown."
    )
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
            items.runs(),
            items.architecture(12, f"The model is Dense {net} on 784 inputs: 222,384 parameters."),
            HALVES,
            items.training(18, trained, "training-split"),
            items.loss_plot(15),
            SAVED_DECODER,
            items.generated_images(10, images, "decoder"),
            Item("generated-array", 5, "Generated array", held, check="generated-array"),
            Item("better-sampling", 10, "Better codes", better, check="better-sampling"),
            MEASURES,
        ),
    )


GENERATION = part()
