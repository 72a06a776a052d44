"""Rows of training data kept as evidence: the first 32 and 224 spread evenly over all the others."""

from __future__ import annotations

from typing import Any

import numpy as np

FIRST_ROWS = 32
SPREAD_ROWS = 224
# Counting different rows costs a hash of each row: enough for a whole MNIST and one more look at it.
DISTINCT_CAP = 70_000
HASHED_CAP = 200_000
# A row larger than this (in numbers) is no course image; sampling 256 of them would fill the evidence.
ROW_CAP = 1_000_000


def spread(start: int, stop: int, count: int, first: int = FIRST_ROWS) -> np.ndarray:
    """Indices of at most `count` rows of range(start, stop), sorted: the `first` ones, then evenly spread ones.

    Args:
        start, stop: the rows to choose from, `start` included.
        count: how many indices to give at most.
        first: how many rows at the beginning are always among them.
    """
    total = stop - start
    if total <= count:
        return np.arange(start, stop)
    head = np.arange(start, start + first)
    # The last row is included, so that a tail of different data (a second half, padding) cannot hide.
    rest = np.linspace(start + first, stop - 1, count - first).astype(np.int64)
    return np.concatenate([head, rest])


def leaves(structure: Any) -> list[Any]:
    """The arrays of a nested structure of lists, tuples and dicts in Keras' order; None is left out."""
    if structure is None:
        return []
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for part in structure for leaf in leaves(part)]
    return [structure]


def main_leaf(structure: Any) -> Any | None:
    """The array with the most numbers per row: the image, where an input also holds a label. None without arrays."""
    best, best_size = None, -1
    for leaf in leaves(structure):
        shape = getattr(leaf, "shape", None)
        if shape is None:
            continue
        sizes = [int(size) for size in tuple(shape)[1:] if size is not None]
        size = int(np.prod(sizes)) if sizes else 1
        if size > best_size:
            best, best_size = leaf, size
    return best


def first_rows(structure: Any, count: int) -> Any:
    """The same nested structure with the first rows of every array; what cannot be sliced stays as it is."""
    if isinstance(structure, dict):
        return {key: first_rows(part, count) for key, part in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)(first_rows(part, count) for part in structure)
    return structure.iloc[:count] if hasattr(structure, "iloc") else structure[:count]


def as_array(value: Any) -> np.ndarray | None:
    """`value` as a numeric numpy array, or None where it is none (ragged, sparse, text, symbolic)."""
    if hasattr(value, "todense"):
        return None
    try:
        array = np.asarray(value)
    except Exception:
        return None
    if array.dtype == object:
        try:
            array = array.astype(np.float32)
        except (TypeError, ValueError):
            return None
    return array if array.dtype.kind in "fiub" and array.size else None


class RowSampler:
    """Collects aligned rows of inputs and targets from a stream of batches, in a bounded amount of memory."""

    def __init__(self) -> None:
        self.seen = 0
        self._first: list[tuple[np.ndarray, np.ndarray | None]] = []
        self._later: list[tuple[np.ndarray, np.ndarray | None]] = []
        self._stride = 1

    def add(self, inputs: Any, targets: Any = None) -> None:
        """Take rows from one batch. Batches whose inputs are not numeric arrays are only passed over."""
        x, y = as_array(inputs), as_array(targets) if targets is not None else None
        if x is None or x.ndim < 1 or x[0].size > ROW_CAP:
            return
        if y is not None and (y.ndim < 1 or len(y) != len(x)):
            y = None
        for index in self._wanted(len(x)):
            row = (np.array(x[index]), None if y is None else np.array(y[index]))
            if self.seen + index < FIRST_ROWS:
                self._first.append(row)
            else:
                self._later.append(row)
        self.seen += len(x)
        # By three, not two: batches are powers of two, and a stride that they divide meets the same place of each, such
        # as the real images alone where every batch is half real, half made.
        while len(self._later) > 3 * SPREAD_ROWS:
            self._later = self._later[::3]
            self._stride *= 3

    def _wanted(self, count: int) -> list[int]:
        # Row FIRST_ROWS + k*stride of the stream is kept; thinning the list as the stride grows keeps that true.
        head = list(range(max(0, min(count, FIRST_ROWS - self.seen))))
        begin = max(len(head), 0)
        offset = (self.seen + begin - FIRST_ROWS) % self._stride
        return head + list(range(begin + (self._stride - offset) % self._stride, count, self._stride))

    def rows(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The kept rows as (inputs, targets), each (n <= 256, ...) or None."""
        later = self._later
        if len(later) > SPREAD_ROWS:
            later = [later[i] for i in np.linspace(0, len(later) - 1, SPREAD_ROWS).astype(int)]
        kept = self._first + later
        if not kept:
            return None, None
        kept = [row for row in kept if row[0].shape == kept[0][0].shape]
        inputs = np.stack([x for x, _ in kept])
        targets = [y for _, y in kept if y is not None]
        if len(targets) < len(kept) or any(y.shape != targets[0].shape for y in targets):
            return inputs, None
        return inputs, np.stack(targets)


class DistinctRows:
    """Counts different rows by their bytes, exactly, until a bounded number of rows was looked at."""

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._looked_at = 0

    @property
    def full(self) -> bool:
        """Whether enough was looked at."""
        return self._looked_at >= HASHED_CAP or len(self._hashes) >= DISTINCT_CAP

    def add(self, batch: Any) -> None:
        """Look at one batch (n, ...); batches that are not numeric arrays are passed over."""
        if self.full:
            return
        rows = as_array(batch)
        if rows is None or rows.ndim < 1:
            return
        rows = np.ascontiguousarray(rows).reshape(len(rows), -1)
        self._hashes.update(hash(row.tobytes()) for row in rows)
        self._looked_at += len(rows)

    def count(self) -> int | None:
        """How many different rows were seen; None when none could be looked at."""
        return len(self._hashes) or None
