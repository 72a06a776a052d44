"""The rubrics: data, no logic, one screen each. A new part is a file here and a line in PARTS.

The core parts are graded unless a course says otherwise; the others where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from . import conv, decoders, denoising, dense, gan, generation, latent, vae
from .types import Item, Part

__all__ = ["CORE", "PARTS", "Item", "Part", "known_images"]

CORE: tuple[Part, ...] = (dense.DENSE, conv.CONV, denoising.DENOISING)
PARTS: tuple[Part, ...] = (
    *CORE,
    decoders.DECODERS,
    latent.LATENT,
    generation.GENERATION,
    vae.VAE,
    gan.GAN,
)


def known_images(parts: Iterable[Part] = CORE) -> dict[str, np.ndarray]:
    """The named sets of images that replay runs models on: name -> (n, 28, 28) float32 in [0, 1].

    Raises:
        autograder.errors.DataUnavailable: the course's data cannot be had.
    """
    from autograder.recognition import known_images as known  # reads the data only when it is asked for

    names = dict.fromkeys(part.data for part in parts)
    return {key: images for name in names for key, images in known.load(name).sets().items()}
