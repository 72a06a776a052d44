"""Part 8: two networks against each other, one that makes digits of noise and one that tells them from real ones."""

from __future__ import annotations

from . import items
from .types import Item, Part, Role

GENERATOR, DISCRIMINATOR = "generator", "discriminator"
_MAKES = ("Dense 256", "Dense 512", "Dense 1024", "Dense 784")
_TELLS = ("Dense 1024", "Dense 512", "Dense 256", "Dense 1")
ROLES = (
    Role(GENERATOR, "the generator", _MAKES, 1_486_352, off_per_layer=4, takes="codes"),
    Role(DISCRIMINATOR, "the discriminator", _TELLS, 1_460_225, off_per_layer=3),
)
NETS = {
    GENERATOR: "The generator is Dense 256-512-1024-784 on 100 numbers: 1,486,352 parameters.",
    DISCRIMINATOR: "The discriminator is Dense 1024-512-256-1 on 784 inputs: 1,460,225 parameters.",
}
LOSS_PLOT = Item(
    id="loss-plot",
    points=15,
    title="Loss plot",
    asks="One figure shows the losses of both networks over epochs or steps, with legend, axis labels and title.",
    check="losses-plot",
    role=GENERATOR,
    least=2,
)
MEASURES = Item(
    id="measures",
    points=10,
    title="Measures",
    asks="Coverage and recall (k = 5) of generated images against as many test images are shown.",
    check="measures-drawn",
    role=GENERATOR,
)


def part(epochs: int = 200, images: int = 10, moments: int = 4, grid: int = 16) -> Part:
    """The rubric, for given epochs, numbers of images shown, and epochs after which a grid of them is shown."""
    trained = (
        f"Both are trained against each other for {epochs} epochs on the training images, the discriminator on "
        "real and generated images, the generator through it, each with an optimizer of its own."
    )
    by_epoch = Item(
        id="samples-by-epoch",
        points=15,
        title="Samples by epoch",
        asks=f"What the generator makes of drawn codes is shown after {moments} different epochs, the first one among "
        f"them, at least {grid} images each.",
        check="samples-by-epoch",
        role=GENERATOR,
        least=grid,
        moments=moments,
    )
    return Part(
        id="gan",
        title="Generative adversarial network",
        task="generate",
        roles=ROLES,
        code_shape=(100,),
        epochs=epochs,
        images=images,
        items=(
            items.runs(),
            items.architecture(15, NETS[GENERATOR], GENERATOR),
            items.architecture(10, NETS[DISCRIMINATOR], DISCRIMINATOR),
            items.training(20, trained, "training-adversarial", GENERATOR),
            LOSS_PLOT,
            by_epoch,
            items.generated_images(10, images, GENERATOR, GENERATOR),
            MEASURES,
        ),
    )


GAN = part()
