"""Noise as the assignment describes it, within little memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from helpers import add_gaussian_noise

GREY = np.full((300, 28, 28), 0.5, np.float32)


def test_noise_has_the_asked_scale_and_mean_zero() -> None:
    """On middle grey, where little is clipped at scale 0.1, the difference is normal with that scale."""
    difference = add_gaussian_noise(GREY, 0.1, seed=1) - GREY

    assert abs(difference.mean()) < 0.001
    assert abs(difference.std() - 0.1) < 0.001
    assert 0.67 < np.mean(np.abs(difference) < 0.1) < 0.695  # a uniform distribution would give 0.58


def test_pixels_stay_in_range_and_the_input_as_it_is() -> None:
    """Half of the noise on black is clipped away; the clean images are not written to."""
    black = np.zeros((100, 28, 28), np.float32)

    noisy = add_gaussian_noise(black, seed=1)

    assert noisy.min() == 0
    assert noisy.max() <= 1
    assert 0.49 < np.mean(noisy == 0) < 0.51
    assert not black.any()


def test_every_pixel_gets_a_number_of_its_own() -> None:
    """No two images, and no two rows of an image, share their noise."""
    difference = add_gaussian_noise(GREY, 0.1, seed=1) - GREY

    assert abs(np.corrcoef(difference[0].ravel(), difference[1].ravel())[0, 1]) < 0.15
    assert abs(np.corrcoef(difference[0, 0], difference[0, 1])[0, 1]) < 0.7


def test_same_seed_same_noise() -> None:
    """A seed repeats the noise; without one, it is new at every call."""
    np.testing.assert_array_equal(add_gaussian_noise(GREY, seed=3), add_gaussian_noise(GREY, seed=3))
    assert not np.array_equal(add_gaussian_noise(GREY), add_gaussian_noise(GREY))


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 28, 28, 1), (3, 784)])
def test_shape_is_kept_and_float32_returned(shape: tuple[int, ...]) -> None:
    """Images, images with a channel axis and flat images keep their shape, whatever float they come in."""
    noisy = add_gaussian_noise(np.zeros(shape, np.float64))

    assert noisy.shape == shape
    assert noisy.dtype == np.float32


def test_sixty_thousand_images_need_less_than_500_mb() -> None:
    """The result takes 188 MB, and all the rest together far less than the same again."""
    images = np.zeros((60_000, 28, 28), np.float32)
    tracemalloc.start()

    add_gaussian_noise(images)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300e6


@pytest.mark.parametrize(
    ("images", "scale", "says"),
    [
        (np.full((2, 28, 28), 255, np.uint8), 0.25, r"images / 255"),
        (np.zeros((28, 28)), 0.25, r"image\[None\]"),
        (np.zeros((2, 28, 28)), -1, "scale must be 0 or more"),
        (np.full((2, 28, 28), np.nan), 0.25, "pixels must lie"),
    ],
)
def test_what_cannot_be_meant_is_refused(images: np.ndarray, scale: float, says: str) -> None:
    """Bytes, a single image, a negative scale and missing numbers get a sentence with the way out."""
    with pytest.raises(ValueError, match=says):
        add_gaussian_noise(images, scale)
