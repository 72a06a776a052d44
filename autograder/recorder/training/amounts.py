"""How much an epoch holds: how many different rows, and how many that weigh anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .rows import HASHED_CAP, as_array, leaves, main_leaf

LOOKED_AT = 4096  # rows of an array that tell how often its rows repeat: of 12,000 images five times over, 1,000 meet a twin
LEVELS = 32  # of grey, within which two rows are the same: a trace of noise makes no other image
WEIGHTLESS = 0.01  # of the largest weight: rows below it teach nothing beside those that have it


class Variety:
    """Counts different rows among those of one epoch, and the weights that they come with."""

    def __init__(self) -> None:
        self._marks: set[int] = set()
        self._weights: list[np.ndarray] = []
        self._range: tuple[float, float] | None = None
        self.seen = 0

    def add(self, inputs: Any, targets: Any = None, weights: Any = None) -> None:
        """Look at a batch: inputs (n, ...), targets (n, ...) or None, weights (n, ...) or None."""
        rows, wanted = as_array(inputs), as_array(targets) if targets is not None else None
        if rows is None or rows.ndim < 1 or self.seen >= HASHED_CAP:
            return
        if wanted is not None and wanted.shape == rows.shape:
            rows = wanted  # noise makes every input another one; what it is trained onto stays
        self._marks.update(self._marked(rows))
        self.seen += len(rows)
        weighed = as_array(weights) if weights is not None else None
        if weighed is not None and weighed.ndim and len(weighed) == len(rows):
            self._weights.append(_strength(weighed))

    def _marked(self, rows: np.ndarray) -> list[int]:
        """A number for each row, (n, ...): the same for rows that nobody could tell apart."""
        values = np.nan_to_num(rows.reshape(len(rows), -1).astype(np.float32))
        if self._range is None:
            low, high = float(values.min()), float(values.max())
            self._range = low, (high - low) or 1.0
        low, reach = self._range
        levels = np.rint((values - low) * (LEVELS / reach)).clip(-128, 127).astype(np.int8)
        return [hash(row.tobytes()) for row in levels]

    def different(self, rows: int | None) -> int | None:
        """How many different rows an epoch of so many holds, judged by those that were seen; None where none were."""
        if not self.seen:
            return None
        found = likely_distinct(len(self._marks), self.seen)
        return found if rows is None else min(found, rows)

    def weighing(self) -> float:
        """Share of the rows, 0 to 1, whose weight is not next to nothing."""
        return weighing_share(np.concatenate(self._weights)) if self._weights else 1.0


def likely_distinct(found: int, seen: int) -> int:
    """From how many different rows `seen` ones were drawn, where `found` of them are different.

    Drawing n of d with replacement meets d * (1 - exp(-n / d)) of them. 10**9 where nearly all were different.
    """
    low, high = float(found), 1e9
    if seen - found < 1 or high * -math.expm1(-seen / high) <= found:
        return 10**9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle * -math.expm1(-seen / middle) < found else (low, middle)
    return round(high)


# What was found of the arrays of the last trainings: a loop of 150 trainings looks at its arrays once.
_found: dict[tuple[Any, ...], int | None] = {}
_KEPT = 8


def of_arrays(x: Any, y: Any, start: int, stop: int, sample: tuple[Any, Any] = (None, None)) -> int | None:
    """How many of the rows start .. stop-1 of arrays are different, by a random part of them; None where that is unknown.

    Args:
        sample: rows of both, (k, ...), by which arrays that were changed in place are told from what they were.
    """
    told = tuple(hash(part.tobytes()) for part in sample if isinstance(part, np.ndarray))
    key = (id(x), id(y), start, stop, *told)
    if not told or key not in _found:
        if len(_found) >= _KEPT:
            _found.pop(next(iter(_found)))
        _found[key] = _count(x, y, start, stop)
    return _found[key]


def _count(x: Any, y: Any, start: int, stop: int) -> int | None:
    from .arrays import pick

    rows = stop - start
    # Another generator than the notebook's: its random numbers stay its own.
    chosen = np.sort(np.random.default_rng().permutation(rows)[:LOOKED_AT]) + start
    variety = Variety()
    variety.add(pick(main_leaf(x), chosen), pick(main_leaf(y), chosen))
    if rows <= LOOKED_AT and variety.seen:
        return len(variety._marks)
    return variety.different(rows)


def _strength(weights: np.ndarray) -> np.ndarray:
    """The weight of each row, (n,), of weights (n, ...)."""
    strength: np.ndarray = np.abs(np.nan_to_num(weights.reshape(len(weights), -1).astype(np.float64))).max(
        axis=1
    )
    return strength


def weighing_share(weights: Any) -> float:
    """Share of rows, 0 to 1, that weigh something beside the others; 1 where no weights (n, ...) were given."""
    array = as_array(weights) if weights is not None else None
    if array is None or not array.ndim:
        return 1.0
    strength = _strength(array)
    most = float(strength.max())
    return float((strength >= WEIGHTLESS * most).mean()) if most > 0 else 0.0


def weighing_of_arrays(y: Any, sample_weight: Any, class_weight: Any, rows: int) -> float:
    """Share of the first `rows` rows of arrays that weigh something, by sample weights or by the class of their targets."""
    parts = leaves(sample_weight)
    if parts:
        weights = as_array(parts[0])
        return 1.0 if weights is None or not weights.ndim else weighing_share(weights[:rows])
    targets = (
        as_array(main_leaf(y)) if isinstance(class_weight, Mapping) and main_leaf(y) is not None else None
    )
    if targets is None or not targets.ndim:
        return 1.0
    targets = targets[:rows][:: max(1, rows // LOOKED_AT)]
    if targets.ndim > 1:  # as Keras finds the class
        targets = targets.argmax(axis=-1) if targets.shape[-1] != 1 else targets[..., 0]
    if targets.ndim != 1:
        return 1.0
    return weighing_share(np.array([float(class_weight.get(int(each), 1.0)) for each in np.rint(targets)]))
