"""The one question that every helper asks of an array: is it a stack of images?"""

from __future__ import annotations

import numpy as np


def as_images(images: np.ndarray, what: str = "images") -> np.ndarray:
    """Return `images` as (n, height, width), a view where possible.

    Args:
        images: (n, height, width), or the same with a last axis of 1, as convolutions take it.
        what: how an error calls the argument.

    Raises:
        ValueError: the array has another shape; the message names it, and the way out for flat images.
    """
    array = np.asarray(images)
    if array.ndim == 4 and array.shape[-1] == 1:
        return array[..., 0]
    if array.ndim == 3:
        return array
    raise ValueError(
        f"{what} must have shape (n, height, width) or (n, height, width, 1), but it is {array.shape}.{_advice(array)}"
    )


def _advice(array: np.ndarray) -> str:
    if array.ndim == 2 and array.shape[1] == 784:
        return " Flat images become images by .reshape(-1, 28, 28)."
    if array.ndim == 2:
        return " One image alone becomes a stack of one by image[None]."
    return ""
