"""Part 3: a denoising autoencoder of MNIST digits."""

from __future__ import annotations

from .types import Item, Part


def part(noise: float = 0.25, images: int = 10) -> Part:
    """The rubric, for a given scale of the noise (grey values from 0 to 1) and number of images."""
    train, test = "mnist:train", "mnist:test"
    return Part(
        id="denoising",
        title="Denoising autoencoder",
        task="denoise",
        noise=noise,
        images=images,
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "noise",
                20,
                "Noise",
                f"Training and test images get normal noise of scale {noise:g} and are clipped to their range.",
                "noise",
            ),
            Item(
                "training",
                15,
                "Training",
                "The model is trained from noisy onto clean images, and validated likewise.",
                "training-denoise",
            ),
            Item(
                "loss-plot",
                15,
                "Loss plot",
                "One figure shows training and validation loss over the epochs, with legend, axis labels and title.",
                "loss-plot",
            ),
            Item(
                "train-images",
                5,
                "Training images",
                f"The first {images} training images are shown.",
                "originals",
                train,
            ),
            Item(
                "noisy-train-images",
                10,
                "Noisy training images",
                f"The first {images} training images are shown with noise.",
                "noisy",
                train,
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
                "noisy-test-images",
                10,
                "Noisy test images",
                f"The first {images} test images are shown with noise.",
                "noisy",
                test,
            ),
            Item(
                "denoised-images",
                15,
                "Denoised images",
                f"The trained model's output for those {images} noisy test images is shown.",
                "denoised",
                test,
            ),
        ),
    )


DENOISING = part()
