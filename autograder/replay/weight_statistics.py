"""What a model's weights were like before each training, kept when the weights themselves are dropped."""

from __future__ import annotations

import numpy as np

from autograder.evidence.facts import ModelSeen
from autograder.evidence.replayed import WeightStatistics

from .recorded import Recorded

MOST = 400  # arrays of one model
MAX_RANK = 8  # axes of one array; the kernel of a convolution has five at most
MAX_NUMBERS = 1 << 24  # of one array: 64 MiB of float32


def statistics_of(recorded: Recorded, model: ModelSeen) -> tuple[WeightStatistics, ...]:
    """Statistics of each array of a model's first weights, and of those in force when a training began."""
    book = recorded.weights.get(model.id, {})
    before = (fit.version_before for fit in recorded.fits.get(model.id, []))
    wanted = {0, *(version for version in before if version is not None)}
    found: list[WeightStatistics] = []
    for version in sorted(wanted & set(book)):
        for variable, ref in sorted(book[version].values.items()):
            array = recorded.array(ref)
            if array is not None and _bounded(array) and len(found) < MOST:
                one = _of(version, variable, array.astype(np.float64))
                found += [one] if one is not None else []
    return tuple(found)


def _bounded(array: np.ndarray) -> bool:
    return 0 < array.size <= MAX_NUMBERS and array.ndim <= MAX_RANK


def _of(version: int, variable: str, array: np.ndarray) -> WeightStatistics | None:
    """None for numbers that have no statistics: infinite or not a number."""
    with np.errstate(all="ignore"):
        mean = float(array.mean())
        squares = np.square(array - mean)
        std = float(np.sqrt(squares.mean()))
        kurtosis = float(np.square(squares / std**2).mean() - 3) if std > 0 else 0.0
    low, high = float(array.min()), float(array.max())
    if not np.isfinite([mean, std, kurtosis, low, high]).all():
        return None
    return WeightStatistics(
        version=version,
        variable=variable,
        shape=array.shape,
        mean=mean,
        std=std,
        kurtosis=kurtosis,
        low=low,
        high=high,
    )
