"""Part 7: a variational autoencoder of MNIST digits with a code of two numbers."""

from __future__ import annotations

from . import items
from .types import Item, Part

LAYERS = ("Dense 512", "Dense 2", "Dense 2", "Dense 512", "Dense 784")
NET = (
    "The encoder is Dense 512 and two layers Dense 2 beside each other, for mean and log variance; the decoder "
    "is Dense 512 and Dense 784: 807,700 parameters."
)
LOSS_PLOT = Item(
    id="loss-plot",
    points=15,
    title="Loss plot",
    asks="One figure shows at least two of training loss, validation loss and the parts of the loss over the epochs, "
    "with legend, axis labels and title.",
    check="losses-plot",
    least=2,
)
LATENT_PLANE = Item(
    id="latent-plane",
    points=10,
    title="Latent plane",
    asks="The codes of the test images, at least 1,000 of them, are drawn as points after training, coloured by "
    "class, with legend or colour bar, axis labels and title.",
    check="codes-after",
    of=items.DIGITS,
)
MANIFOLD = Item(
    id="manifold",
    points=10,
    title="Manifold",
    asks="What the trained decoder makes of a grid of points of the plane is shown, at least 16 images.",
    check="manifold",
    least=16,
)


def part(epochs: int = 100, images: int = 10, moments: int = 4) -> Part:
    """The rubric, for given epochs, number of images, and epochs after which they are shown."""
    trained = (
        f"It is trained for {epochs} epochs on the training images, which it shall give back; the loss is the sum of "
        "the squared errors of all pixels and the KL divergence."
    )
    by_epoch = Item(
        id="reconstructions",
        points=15,
        title="Reconstructions by epoch",
        asks=f"What the model makes of those {images} images is shown after {moments} different epochs.",
        check="reconstructions-by-epoch",
        of=items.DIGITS,
        moments=moments,
    )
    return Part(
        id="vae",
        title="Variational autoencoder",
        task="copy",
        layers=LAYERS,
        off_per_layer=4,
        parameters=807_700,
        sampled=True,
        code_shape=(2,),
        epochs=epochs,
        images=images,
        loss="sum of squared errors",
        items=(
            items.runs(),
            items.architecture(20, NET),
            items.training(20, trained, "training-summed-loss"),
            LOSS_PLOT,
            items.test_images(5, images),
            by_epoch,
            LATENT_PLANE,
            MANIFOLD,
        ),
    )


VAE = part()
