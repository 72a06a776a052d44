"""Recognising one more image with the same noise: what noise does to black pixels and to each level of grey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .noise import BLACK, STANDARD_UNITS, units

LEVELS = 9  # of clean grey, from black to white: clipped noise has another error on each
MOST_SAMPLES = 4000  # background pixels that are kept, evenly chosen from the sorted ones
KS_LIMIT = 0.1  # a single image's 500 background pixels stay below 0.08 in 999 of 1,000 cases
# Mean square error of one image, least and most, in units of what the profile has: of all pixels, and of strokes alone.
ENERGY = (0.7, 1.4)
STROKE_ENERGY = (0.45, 1.7)


@dataclass(frozen=True)
class Profile:
    """What noise looks like, so that one more image with the same noise can be recognised.

    Attributes:
        units: which numbers stand for black and white.
        background: grey values found where the clean image is black, sorted.
        errors: mean square difference to the clean image, for each of LEVELS clean grey values.
    """

    units: tuple[float, float]
    background: np.ndarray
    errors: np.ndarray


def _level(clean: np.ndarray) -> np.ndarray:
    level: np.ndarray = np.rint(clean * (LEVELS - 1)).astype(int)
    return level


def profile_of(noisy: np.ndarray, clean: np.ndarray) -> Profile | None:
    """Return the profile of noise in (n, pixels) rows with known clean images; None where it cannot be told."""
    black_and_white = units(noisy, clean)
    if black_and_white is None:
        return None
    black, white = black_and_white
    grey = (noisy - black) / (white - black)
    background = np.sort(grey[clean <= BLACK])
    step = max(1, len(background) // MOST_SAMPLES)
    level, square = _level(clean).reshape(-1), ((grey - clean) ** 2).reshape(-1)
    total = np.bincount(level, weights=square, minlength=LEVELS)
    errors = total / np.maximum(np.bincount(level, minlength=LEVELS), 1)
    return Profile(black_and_white, background[step // 2 :: step], errors)


def standard_profile(clean: np.ndarray, scale: float) -> Profile:
    """The profile of `clip(x + scale * N(0, 1), 0, 1)` on (n, pixels) clean images."""
    noisy = np.clip(clean + scale * np.random.default_rng(0).standard_normal(clean.shape), 0, 1)
    profile = profile_of(noisy, clean)
    assert profile is not None
    return profile


def shows(noisy: np.ndarray, clean: np.ndarray, profile: Profile, inverted: bool = False) -> bool:
    """Whether one noisy row, in whatever usual units, is one clean image plus noise of this profile and nothing else.

    With `inverted`, black and white of the row have changed places. Another image underneath leaves far more error on strokes and background than the noise explains.
    """
    for low, high in dict.fromkeys((profile.units, *STANDARD_UNITS)):
        grey = (noisy - low) / (high - low)
        if _shows(1 - grey if inverted else grey, clean, profile):
            return True
    return False


def _shows(grey: np.ndarray, clean: np.ndarray, profile: Profile) -> bool:
    if np.abs(grey).max() > 20:
        return False
    square, expected = (grey - clean) ** 2, profile.errors[_level(clean)]
    if not _within(square.mean(), expected.mean(), ENERGY):
        return False
    stroke = clean > BLACK
    if not _within(square[stroke].mean(), expected[stroke].mean(), STROKE_ENERGY):
        return False
    own = np.sort(grey[~stroke])
    return _distance(own, profile.background) <= KS_LIMIT


def _within(value: float, expected: float, band: tuple[float, float]) -> bool:
    return band[0] * expected <= value <= band[1] * expected


def _distance(first: np.ndarray, second: np.ndarray) -> float:
    """Largest difference between the shares below any value, in two sorted samples."""
    if not len(first) or not len(second):
        return 1.0
    points = np.concatenate([first, second])
    below = [np.searchsorted(sample, points, side="right") / len(sample) for sample in (first, second)]
    return float(np.abs(below[0] - below[1]).max())
