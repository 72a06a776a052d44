"""Telling noise from noisy rows and their clean images."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recognition import noise, noise_profile
from tests.evidence.builder import known_images

CLEAN = known_images().images(np.arange(64))
RNG = np.random.default_rng(3)


def normal(scale: float, shift: float = 0.0) -> np.ndarray:
    """Clean rows with normal noise, not clipped."""
    return CLEAN + shift + scale * np.random.default_rng(3).standard_normal(CLEAN.shape)


def cut(rows: np.ndarray) -> np.ndarray:
    """Rows clipped to their range."""
    return np.clip(rows, 0, 1)


@pytest.mark.parametrize("scale", [0.0625, 0.1, 0.25, 0.3, 0.5, 1.0])
def test_scale_of_clipped_noise_is_found(scale: float) -> None:
    """Clipping hides half of the noise, but not its scale."""
    found = noise.measure(cut(normal(scale)), CLEAN)

    assert abs(found.scale - scale) < 0.05 * scale and found.clipped and abs(found.shift) < 0.1


def test_noise_that_was_not_clipped_is_seen() -> None:
    """Values below black and above white show that nothing was cut off."""
    found = noise.measure(normal(0.25), CLEAN)

    assert not found.clipped and abs(found.scale - 0.25) < 0.01


def test_range_squeezed_instead_of_clipped_is_seen() -> None:
    """Dividing by the range keeps values inside, but cuts nothing off."""
    rows = normal(0.25)

    assert not noise.measure((rows - rows.min()) / np.ptp(rows), CLEAN).clipped


@pytest.mark.parametrize(
    "change", [lambda x: x * 255, lambda x: np.rint(x * 255).astype(np.uint8), lambda x: 2 * x - 1]
)
def test_noise_reads_the_same_in_any_grey_scale(change) -> None:
    """The scale is told in grey from 0 to 1."""
    assert abs(noise.measure(change(cut(normal(0.25))).astype(float), CLEAN).scale - 0.25) < 0.01


def test_uniform_and_shifted_noise_are_not_normal() -> None:
    """Uniform noise misfits a normal distribution; noise with a mean has a shift."""
    uniform = noise.measure(cut(CLEAN + RNG.uniform(-0.25, 0.25, CLEAN.shape)), CLEAN)
    positive = noise.measure(cut(CLEAN + RNG.uniform(0, 0.25, CLEAN.shape)), CLEAN)
    shifted = noise.measure(cut(normal(0.25, 0.25)), CLEAN)

    assert uniform.misfit > 0.1 and positive.misfit > 0.1 and shifted.shift > 0.8


def test_clean_rows_have_no_noise() -> None:
    """Clean images, also as bytes, show none."""
    assert noise.measure(CLEAN, CLEAN) is None
    assert noise.measure(CLEAN * 255, CLEAN) is None


def test_noisy_row_shows_its_own_image_only() -> None:
    """Another image beneath leaves more error than the noise explains."""
    asked = noise_profile.standard_profile(CLEAN, 0.25)
    rows = cut(CLEAN + 0.25 * np.random.default_rng(8).standard_normal(CLEAN.shape))
    table = np.array([[noise_profile.shows(row, image, asked) for image in CLEAN[:20]] for row in rows[:20]])

    assert table.diagonal().all() and (table.sum() - 20) <= 4


def test_noisy_row_with_black_and_white_exchanged_shows_its_image_when_asked_so() -> None:
    """`1 - x` of a noisy image is recognised as inverted, in bytes too, and never as upright."""
    asked = noise_profile.standard_profile(CLEAN, 0.25)
    rows = 1 - cut(CLEAN + 0.25 * np.random.default_rng(8).standard_normal(CLEAN.shape))
    pairs = list(zip(rows, CLEAN, strict=True))

    shown = [noise_profile.shows(row, image, asked, inverted=True) for row, image in pairs]
    assert np.mean(shown) > 0.97
    assert shown == [noise_profile.shows(255 * row, image, asked, inverted=True) for row, image in pairs]
    assert not any(noise_profile.shows(row, image, asked) for row, image in pairs)


@pytest.mark.parametrize("scale", [0.0, 0.1, 0.5])
def test_row_with_another_noise_does_not_show_the_image(scale: float) -> None:
    """An image counts as noisy only with noise of the asked scale."""
    asked = noise_profile.standard_profile(CLEAN, 0.25)

    assert not any(
        noise_profile.shows(row, image, asked) for row, image in zip(cut(normal(scale)), CLEAN, strict=True)
    )
