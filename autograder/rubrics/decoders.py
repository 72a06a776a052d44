"""Part 4: three decoders of MNIST digits: linear, by transposed convolution, by upsampling."""

from __future__ import annotations

from dataclasses import replace

from . import items
from .types import Item, Part, Role

_ENCODER = ("Conv2D 16 3x3", "MaxPooling2D 2x2", "Conv2D 4 3x3", "MaxPooling2D 2x2")
_TRANSPOSED = ("Conv2DTranspose 16 2x2 strides 2x2", "Conv2DTranspose 1 2x2 strides 2x2")
_UPSAMPLING = ("UpSampling2D 2x2", "Conv2D 16 3x3", "UpSampling2D 2x2", "Conv2D 1 3x3")
ROLES = (
    Role("linear", "the linear model", ("Dense 32", "Dense 784"), 50_992, off_per_layer=4),
    Role("transposed", "the transposed-convolution model", (*_ENCODER, *_TRANSPOSED), 1_077),
    Role("upsampling", "the upsampling model", (*_ENCODER, *_UPSAMPLING), 1_477),
)
ASKED = {
    "linear": "Dense 32 and Dense 784 on 784 inputs: 50,992 parameters.",
    "transposed": "Conv 16 and Conv 4 of 3x3, each with a 2x2 pool, then ConvTranspose 16 and 1 of 2x2 with "
    "stride 2: 1,077 parameters.",
    "upsampling": "the same encoder, then upsample, Conv 16 of 3x3, upsample, Conv 1 of 3x3: 1,477 parameters.",
}
INITIAL_WEIGHTS = Item(
    id="initial-weights",
    points=8,
    title="Initial weights",
    asks="The linear model begins with weights from N(0, 1/sqrt(n)), n being a layer's inputs, and biases of 0.",
    check="initial-weights",
    role="linear",
)
LOSS_PLOTS = Item(
    id="loss-plot",
    points=15,
    title="Loss plots",
    asks="Training and validation loss of each of the three models are drawn over the epochs, in one or "
    "several figures, with legend, axis labels and title.",
    check="loss-plot",
    role="each",
)


def _training(role: str, epochs: int, trained: int, held_out: int) -> Item:
    asks = (
        f"It is trained for {epochs} epochs on {trained:,} training images onto themselves, with mean "
        f"squared error, and validated on the other {held_out:,}."
    )
    item = items.training(9, asks, "training-split", role)
    return replace(item, id=f"{role}-training", title=f"Training ({role})")


def part(epochs: int = 20, images: int = 10, split: tuple[int, int] = (48_000, 12_000)) -> Part:
    """The rubric, for given epochs, number of images, and training images (trained on, held out)."""
    ids = [role.id for role in ROLES]
    titles = {role.id: role.title[0].upper() + role.title[1:] for role in ROLES}
    return Part(
        id="decoders",
        title="Three decoders",
        task="copy",
        roles=ROLES,
        epochs=epochs,
        images=images,
        train_count=sum(split),
        least_trained=split[0],
        least_held_out=split[1],
        loss="mean_squared_error",
        items=(
            items.runs(),
            *(items.architecture(8, f"{titles[role]} is {ASKED[role]}", role) for role in ids),
            INITIAL_WEIGHTS,
            *(_training(role, epochs, *split) for role in ids),
            LOSS_PLOTS,
            items.test_images(3, images),
            *(items.reconstructions(6, images, role=role) for role in ids),
        ),
    )


DECODERS = part()
