"""Part 4: three decoders of MNIST digits: linear, by transposed convolution, by upsampling."""

from __future__ import annotations

from .types import Item, Part, Role

_ENCODER = ("Conv2D 16 3x3", "MaxPooling2D 2x2", "Conv2D 4 3x3", "MaxPooling2D 2x2")
ROLES = (
    Role("linear", "the linear model", ("Dense 32", "Dense 784"), 50_992, off_per_layer=4),
    Role(
        "transposed",
        "the transposed-convolution model",
        (*_ENCODER, "Conv2DTranspose 16 2x2 strides 2x2", "Conv2DTranspose 1 2x2 strides 2x2"),
        1_077,
    ),
    Role(
        "upsampling",
        "the upsampling model",
        (*_ENCODER, "UpSampling2D 2x2", "Conv2D 16 3x3", "UpSampling2D 2x2", "Conv2D 1 3x3"),
        1_477,
    ),
)
ASKED = {
    "linear": "Dense 32 and Dense 784 on 784 inputs: 50,992 parameters.",
    "transposed": "Conv 16 and Conv 4 of 3x3, each with a 2x2 pool, then ConvTranspose 16 and 1 of 2x2 with "
    "stride 2: 1,077 parameters.",
    "upsampling": "the same encoder, then upsample, Conv 16 of 3x3, upsample, Conv 1 of 3x3: 1,477 parameters.",
}


def part(epochs: int = 20, images: int = 10, split: tuple[int, int] = (48_000, 12_000)) -> Part:
    """The rubric, for given epochs, number of images, and training images (trained on, held out)."""
    trained, held = split
    return Part(
        id="decoders",
        title="Three decoders",
        task="copy",
        roles=ROLES,
        epochs=epochs,
        images=images,
        train_count=trained + held,
        least_trained=trained,
        least_held_out=held,
        loss="mean_squared_error",
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            *(
                Item(
                    f"{role.id}-architecture",
                    8,
                    f"Architecture ({role.id})",
                    f"{role.title[0].upper()}{role.title[1:]} is {ASKED[role.id]}",
                    "architecture",
                    role=role.id,
                )
                for role in ROLES
            ),
            Item(
                "initial-weights",
                8,
                "Initial weights",
                "The linear model begins with weights from N(0, 1/sqrt(n)), n being a layer's inputs, and biases of 0.",
                "initial-weights",
                role="linear",
            ),
            *(
                Item(
                    f"{role.id}-training",
                    9,
                    f"Training ({role.id})",
                    f"It is trained for {epochs} epochs on {trained:,} training images onto themselves, with mean "
                    f"squared error, and validated on the other {held:,}.",
                    "training-split",
                    role=role.id,
                )
                for role in ROLES
            ),
            Item(
                "loss-plot",
                15,
                "Loss plots",
                "Training and validation loss of each of the three models are drawn over the epochs, in one or "
                "several figures, with legend, axis labels and title.",
                "loss-plot",
                role="each",
            ),
            Item(
                "test-images",
                3,
                "Test images",
                f"The first {images} test images are shown in order.",
                "originals",
                "mnist:test",
            ),
            *(
                Item(
                    f"{role.id}-reconstructions",
                    6,
                    f"Reconstructions ({role.id})",
                    f"The trained model's output for those {images} images is shown.",
                    "outputs",
                    "mnist:test",
                    role=role.id,
                )
                for role in ROLES
            ),
        ),
    )


DECODERS = part()
