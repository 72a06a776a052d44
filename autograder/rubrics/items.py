"""The items that several parts ask for, each written once: its id, its sentence and the check that judges it."""

from __future__ import annotations

from .types import Item

DIGITS, CLOTHES = "mnist:test", "fashion_mnist:test"


def runs() -> Item:
    """The notebook, or the part of it that this part fills, runs."""
    asks = "The notebook runs from top to bottom without an error."
    return Item(id="runs", points=5, title="Runs", asks=asks, check="runs")


def architecture(points: float, asks: str, role: str = "") -> Item:
    """The model, or one of several, is built as asked."""
    return Item(
        id=f"{role}-architecture" if role else "architecture",
        points=points,
        title=f"Architecture ({role})" if role else "Architecture",
        asks=asks,
        check="architecture",
        role=role,
    )


def training(points: float, asks: str, check: str, role: str = "") -> Item:
    """The model is trained as asked; `check` is one of the checks of trainings."""
    return Item(id="training", points=points, title="Training", asks=asks, check=check, role=role)


def reconstruction_training(points: float, epochs: int) -> Item:
    """The model is trained to give images back."""
    asks = (
        f"It is trained for {epochs} epochs on the training images, input onto itself, with validation data."
    )
    return training(points, asks, "training-reconstruction")


def loss_plot(points: float) -> Item:
    """A figure of training and validation loss."""
    asks = (
        "One figure shows training and validation loss over the epochs, with legend, axis labels and title."
    )
    return Item(id="loss-plot", points=points, title="Loss plot", asks=asks, check="loss-plot")


def test_images(points: float, images: int, of: str = DIGITS) -> Item:
    """The first test images are shown."""
    asks = f"The first {images} test images are shown in order."
    return Item(
        id="test-images", points=points, title="Test images", asks=asks, check="original-images", of=of
    )


def bottleneck_images(points: float, images: int, code_shape: tuple[int, int], of: str = DIGITS) -> Item:
    """The codes of the first test images are shown as images."""
    asks = f"The codes of those {images} images are shown, each as {code_shape[0]} x {code_shape[1]}."
    return Item(
        id="bottleneck-images",
        points=points,
        title="Bottleneck images",
        asks=asks,
        check="bottleneck-images",
        of=of,
    )


def reconstructions(points: float, images: int, of: str = DIGITS, role: str = "") -> Item:
    """What the trained model, or one of several, gives for the first test images is shown."""
    return Item(
        id=f"{role}-reconstructions" if role else "reconstructions",
        points=points,
        title=f"Reconstructions ({role})" if role else "Reconstructions",
        asks=f"The trained model's output for those {images} images is shown.",
        check="reconstructions",
        of=of,
        role=role,
    )


def generated_images(points: float, images: int, model: str, role: str = "") -> Item:
    """Images for drawn codes are shown; `model` is what people call that which makes them."""
    return Item(
        id="generated-images",
        points=points,
        title="Generated images",
        asks=f"{images} images that the trained {model} gives for codes drawn from N(0, I) are shown.",
        check="generated-images",
        role=role,
    )
