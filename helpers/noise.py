"""Gaussian noise on images, as the assignment describes it."""

from __future__ import annotations

import numpy as np

_CHUNK = 4096  # images at a time: bounds the memory that is needed beyond the result


def add_gaussian_noise(images: np.ndarray, scale: float = 0.25, seed: int | None = None) -> np.ndarray:
    """Return clip(images + scale * N(0, 1), 0, 1) as a new float32 array; `images` stays as it is.

    Every pixel gets a number of its own. 60,000 images need about 200 MB: the result, and little beside it.

    Args:
        images: pixels in [0, 1], of any shape whose first axis counts images: (n, 28, 28), (n, 28, 28, 1) or (n, 784).
        scale: standard deviation of the noise before clipping, in units of the pixel range; 0 or more.
        seed: the same seed gives the same noise; None gives new noise at every call.

    Raises:
        ValueError: pixels outside [0, 1] (raw bytes, say), a single image, or a scale below 0.
    """
    images = np.asarray(images)
    if images.ndim < 2 or images.shape in {(28, 28), (28, 28, 1)}:
        raise ValueError(
            f"images must be a stack such as (n, 28, 28), but its shape is {images.shape}."
            " One image alone becomes a stack of one by image[None]."
        )
    if not scale >= 0:
        raise ValueError(f"scale must be 0 or more, but it is {scale}.")
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            f"pixels must lie in [0, 1], but they go from {images.min()} to {images.max()}."
            " Pixels from 0 to 255 are brought there by images / 255."
        )
    generator = np.random.default_rng(seed)
    noisy = np.empty(images.shape, np.float32)
    for start in range(0, len(images), _CHUNK):
        part = noisy[start : start + _CHUNK]
        generator.standard_normal(out=part, dtype=np.float32)
        part *= np.float32(scale)
        part += images[start : start + _CHUNK]
        np.clip(part, 0, 1, out=part)
    return noisy
