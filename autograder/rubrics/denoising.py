"""Part 3: a denoising autoencoder of MNIST digits."""

from __future__ import annotations

from . import items
from .types import Item, Part

TRAIN, TEST = "mnist:train", "mnist:test"


def part(noise: float = 0.25, images: int = 10) -> Part:
    """The rubric, for a given scale of the noise (grey values from 0 to 1) and number of images."""
    asked = {
        "noise": f"Training and test images get normal noise of scale {noise:g} and are clipped to their range.",
        "training": "The model is trained from noisy onto clean images, and validated likewise.",
        "train-images": f"The first {images} training images are shown.",
        "noisy-train-images": f"The first {images} training images are shown with noise.",
        "noisy-test-images": f"The first {images} test images are shown with noise.",
        "denoised-images": f"The trained model's output for those {images} noisy test images is shown.",
    }

    def shown(item: str, points: float, title: str, check: str, of: str) -> Item:
        return Item(id=item, points=points, title=title, asks=asked[item], check=check, of=of)

    return Part(
        id="denoising",
        title="Denoising autoencoder",
        task="denoise",
        noise=noise,
        images=images,
        items=(
            items.runs(),
            Item(id="noise", points=20, title="Noise", asks=asked["noise"], check="noise"),
            items.training(15, asked["training"], "training-denoising"),
            items.loss_plot(15),
            shown("train-images", 5, "Training images", "original-images", TRAIN),
            shown("noisy-train-images", 10, "Noisy training images", "noisy-images", TRAIN),
            items.test_images(5, images),
            shown("noisy-test-images", 10, "Noisy test images", "noisy-images", TEST),
            shown("denoised-images", 15, "Denoised images", "denoised-images", TEST),
        ),
    )


DENOISING = part()
