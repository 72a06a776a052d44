"""Part 7: a variational autoencoder of MNIST digits with a code of two numbers."""

from __future__ import annotations

from .types import Item, Part

LAYERS = ("Dense 512", "Dense 2", "Dense 2", "Dense 512", "Dense 784")


def part(epochs: int = 100, images: int = 10, moments: int = 4) -> Part:
    """The rubric, for given epochs, number of images, and epochs after which they are shown."""
    test = "mnist:test"
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
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "architecture",
                20,
                "Architecture",
                "The encoder is Dense 512 and two layers Dense 2 beside each other, for mean and log variance; the decoder "
                "is Dense 512 and Dense 784: 807,700 parameters.",
                "architecture",
            ),
            Item(
                "training",
                20,
                "Training",
                f"It is trained for {epochs} epochs on the training images, which it shall give back; the loss is the sum of "
                "the squared errors of all pixels and the KL divergence.",
                "training-sum",
            ),
            Item(
                "loss-plot",
                15,
                "Loss plot",
                "One figure shows at least two of training loss, validation loss and the parts of the loss over the epochs, "
                "with legend, axis labels and title.",
                "losses-plot",
                least=2,
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
                15,
                "Reconstructions by epoch",
                f"What the model makes of those {images} images is shown after {moments} different epochs.",
                "outputs-by-epoch",
                test,
                moments=moments,
            ),
            Item(
                "latent-plane",
                10,
                "Latent plane",
                "The codes of the test images, at least 1,000 of them, are drawn as points after training, coloured by "
                "class, with legend or colour bar, axis labels and title.",
                "points-after",
                test,
            ),
            Item(
                "manifold",
                10,
                "Manifold",
                "What the trained decoder makes of a grid of points of the plane is shown, at least 16 images.",
                "made-grid",
                least=16,
            ),
        ),
    )


VAE = part()
