"""What noise was added to images, told from noisy rows and the clean images that they came from.

Everything is read from medians and quantiles of pixels whose clean value is black or white, because these
stay what they are when the noisy image is clipped to its range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .normal import share_below, value_of_share

BLACK, WHITE = 1e-9, 0.98  # clean grey values that count as background and as stroke
EDGE = 1e-3  # of the range: a noisy value this near to black or white was cut off there
FEWEST = 20  # pixels that a median may be taken of
# Two quantiles of N(0, 1), of 0.95 and 0.75: both in the half above black, which clipping does not cut off.
_Z_UPPER, _Z_LOWER = 1.6448536, 0.6744898


@dataclass(frozen=True)
class Noise:
    """Noise on grey values from 0 (black) to 1 (white).

    Attributes:
        scale: standard deviation, as if it were normal.
        shift: its mean in units of its scale.
        reach: how far it goes, 99.5 % of it.
        own_scale, own_reach: the same in the units of the noisy numbers themselves.
        misfit: largest difference between its distribution and a normal one (0 to 1).
        samples: pixels that it was told from.
        clipped_low, clipped_high: whether noisy values stop at black and at white.
    """

    scale: float
    shift: float
    reach: float
    own_scale: float
    own_reach: float
    misfit: float
    samples: int
    clipped_low: bool
    clipped_high: bool

    @property
    def clipped(self) -> bool:
        """Whether the noisy images stay within the range of clean ones, on both sides, by cutting off."""
        return self.clipped_low and self.clipped_high


# What stands for black and white in the grey scales that people use.
STANDARD_UNITS = ((0.0, 1.0), (0.0, 255.0), (-1.0, 1.0), (-0.5, 0.5))


def units(noisy: np.ndarray, clean: np.ndarray) -> tuple[float, float] | None:
    """What numbers stand for black and white in noisy images; None where that cannot be told.

    The median of noisy background is black itself, clipped or not, as long as the noise has zero mean.
    A value close to a usual choice is taken for that choice.
    """
    dark, bright = noisy[clean <= BLACK], noisy[clean >= WHITE]
    if len(dark) < FEWEST or len(bright) < FEWEST:
        return None
    low, high = float(np.median(dark)), float(np.median(bright))
    if not high - low > 1e-6:
        return None
    for usual_low, usual_high in STANDARD_UNITS:
        span = usual_high - usual_low
        if abs(low - usual_low) <= 0.3 * span and abs(high - usual_high) <= 0.3 * span:
            return usual_low, usual_high
    return low, high


def measure(noisy: np.ndarray, clean: np.ndarray) -> Noise | None:
    """Return the noise that was added to clean images; None where there is none or it cannot be told.

    Args:
        noisy: (n, pixels) in any grey scale.
        clean: the same images, grey values from 0 to 1.
    """
    black_and_white = units(noisy, clean)
    if black_and_white is None:
        return None
    low, high = black_and_white
    grey = (noisy - low) / (high - low)
    dark, bright = grey[clean <= BLACK], grey[clean >= WHITE]
    if np.abs(dark).max() <= 1e-6 and np.abs(grey - clean).max() <= 1e-3:
        return None
    upper_z, lower_z = _quantiles(dark)
    upper, lower = np.quantile(dark, share_below([upper_z, lower_z]))
    scale = float((upper - lower) / (upper_z - lower_z))
    if not scale > 1e-6:
        return None
    shift = float(lower / scale - lower_z)
    # noise that hardly goes below its black leaves nothing to cut off there
    clipped_low = bool(grey.min() >= -EDGE and ((dark <= EDGE).mean() > 0.05 or shift > 1.5))
    clipped_high = bool(grey.max() <= 1 + EDGE and (bright >= 1 - EDGE).mean() > 0.05)
    reach = float(np.quantile(np.abs(dark), 0.995))
    return Noise(
        scale=scale,
        shift=shift,
        reach=reach,
        own_scale=scale * (high - low),
        own_reach=reach * (high - low),
        misfit=_misfit(dark, scale, shift, clipped_low),
        samples=len(dark),
        clipped_low=clipped_low,
        clipped_high=clipped_high,
    )


def _quantiles(dark: np.ndarray) -> tuple[float, float]:
    """Two standard normal quantiles between which nothing was cut off, above or below."""
    open_ = float((dark < 1 - EDGE).mean())
    highest = value_of_share(open_) - 0.05
    return (_Z_UPPER, _Z_LOWER) if highest >= _Z_UPPER else (max(highest, 0.4), max(highest, 0.4) - 0.3)


def _misfit(dark: np.ndarray, scale: float, shift: float, clipped_low: bool) -> float:
    """Largest distance between the shares below each value, measured and normal, where nothing was cut off."""
    ordered = np.sort(dark)
    seen = (ordered < 1 - EDGE) & (ordered > EDGE if clipped_low else True)
    if not seen.any():
        return 1.0
    shares = (np.arange(len(ordered)) + 0.5) / len(ordered)
    expected = share_below(ordered / scale - shift)
    return float(np.abs(shares - expected)[seen].max())
