"""Arrays that a notebook holds when a cell ends and that may be what a model answered: their shape and first rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ..recording import Recording

KEPT_ROWS = 32
MOST_ROWS = 4096  # stacks of more are data sets
MAX_INSIDE = 50  # entries of a list or dictionary that are looked at
MAX_EVENTS = 200
_TENSORS = ("EagerTensor", "ArrayImpl", "Tensor")


def _stacks(values: Iterable[Any]) -> Iterator[Any]:
    """Arrays and tensors among values, and one level inside of lists, tuples and dictionaries."""
    for value in values:
        inside = list(value.values()) if isinstance(value, dict) else value
        if isinstance(inside, (list, tuple)):
            yield from (each for each in inside[:MAX_INSIDE] if _is_stack(each))
        elif _is_stack(inside):
            yield inside


def _is_stack(value: Any) -> bool:
    return isinstance(value, np.ndarray) or type(value).__name__ in _TENSORS


class HeldArrays:
    """Writes an event for each array of a new shape or new first rows.

    Args:
        row_sizes: how many numbers the rows have that models answered; grows as they answer.
    """

    def __init__(self, rec: Recording, row_sizes: set[int]) -> None:
        self._rec, self._row_sizes = rec, row_sizes
        self._written: set[tuple[tuple[int, ...], str]] = set()

    def end_cell(self) -> None:
        """Look through what the notebook holds; nothing is looked at before a model has answered."""
        sizes = self._row_sizes
        if not sizes or len(self._written) >= MAX_EVENTS:
            return
        values = [value for name, value in list(self._rec.shell.user_ns.items()) if not name.startswith("_")]
        for stack in _stacks(values):
            shape = tuple(int(n) for n in getattr(stack, "shape", ()))
            if len(shape) < 2 or not 0 < shape[0] <= MOST_ROWS or int(np.prod(shape[1:])) not in sizes:
                continue
            self._write(shape, np.asarray(stack[:KEPT_ROWS]))

    def _write(self, shape: tuple[int, ...], rows: np.ndarray) -> None:
        ref = self._rec.journal.array(rows) if rows.dtype.kind in "fiu" else None
        if ref is None or (shape, ref) in self._written or len(self._written) >= MAX_EVENTS:
            return
        self._written.add((shape, ref))
        self._rec.journal.event("held", shape=list(shape[1:]), rows=shape[0], first=ref)
