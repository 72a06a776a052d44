"""Part 8: two networks against each other, one that makes digits of noise and one that tells them from real ones."""

from __future__ import annotations

from .types import Item, Part, Role

ROLES = (
    Role(
        "generator",
        "the generator",
        ("Dense 256", "Dense 512", "Dense 1024", "Dense 784"),
        1_486_352,
        off_per_layer=4,
        takes="codes",
    ),
    Role(
        "discriminator",
        "the discriminator",
        ("Dense 1024", "Dense 512", "Dense 256", "Dense 1"),
        1_460_225,
        off_per_layer=3,
    ),
)


def part(epochs: int = 200, images: int = 10, moments: int = 4, grid: int = 16) -> Part:
    """The rubric, for given epochs, numbers of images shown, and epochs after which a grid of them is shown."""
    return Part(
        id="gan",
        title="Generative adversarial network",
        task="generate",
        roles=ROLES,
        code_shape=(100,),
        epochs=epochs,
        images=images,
        items=(
            Item("runs", 5, "Runs", "The notebook runs from top to bottom without an error.", "runs"),
            Item(
                "generator-architecture",
                15,
                "Architecture (generator)",
                "The generator is Dense 256-512-1024-784 on 100 numbers: 1,486,352 parameters.",
                "architecture",
                role="generator",
            ),
            Item(
                "discriminator-architecture",
                10,
                "Architecture (discriminator)",
                "The discriminator is Dense 1024-512-256-1 on 784 inputs: 1,460,225 parameters.",
                "architecture",
                role="discriminator",
            ),
            Item(
                "training",
                20,
                "Training",
                f"Both are trained against each other for {epochs} epochs on the training images, the discriminator on "
                "real and generated images, the generator through it, each with an optimizer of its own.",
                "training-together",
                role="generator",
            ),
            Item(
                "loss-plot",
                15,
                "Loss plot",
                "One figure shows the losses of both networks over epochs or steps, with legend, axis labels and title.",
                "losses-plot",
                role="generator",
                least=2,
            ),
            Item(
                "samples-by-epoch",
                15,
                "Samples by epoch",
                f"What the generator makes of drawn codes is shown after {moments} different epochs, the first one among "
                f"them, at least {grid} images each.",
                "samples-by-epoch",
                role="generator",
                least=grid,
                moments=moments,
            ),
            Item(
                "generated-images",
                10,
                "Generated images",
                f"{images} images that the trained generator gives for codes drawn from N(0, I) are shown.",
                "generated",
                role="generator",
            ),
            Item(
                "measures",
                10,
                "Measures",
                "Coverage and recall (k = 5) of generated images against as many test images are shown.",
                "measures-drawn",
                role="generator",
            ),
        ),
    )


GAN = part()
