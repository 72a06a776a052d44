"""The standard normal distribution N(0, 1), by SciPy: imported when it is first asked for, since that takes 0.2 s."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def share_below(values: ArrayLike) -> np.ndarray:
    """The share of N(0, 1) that lies below each value, from 0 to 1."""
    from scipy.special import ndtr

    return np.asarray(ndtr(np.asarray(values, float)))


def value_of_share(share: float) -> float:
    """The value below which this share of N(0, 1) lies; infinite for 0 and 1."""
    from scipy.special import ndtri

    return float(ndtri(share))
