"""The questions put to a rebuilt model: known images, recorded calls, rows that a training saw."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from autograder.evidence.facts import Fit, ModelSeen

from .rebuilt_model import MAX_RANK, rows_of
from .recorded import Recorded

MAX_ROWS = 2048
MAX_ROWS_INSIDE = 64  # of what goes on inside a model, a few rows are enough
MAX_NUMBERS = 1 << 25


@dataclass(frozen=True)
class Asked:
    """One source of inputs (see `evidence.replayed.ReplayedOutput.source`) with its rows, one array per input.

    `sample`: whether it is many rows of a call, of which only the answers are kept.
    `answer`: reference of what the notebook's model answered to its first rows; None where that was not recorded.
    """

    source: str
    inputs: tuple[np.ndarray, ...]
    with_nodes: bool
    sample: bool = False
    answer: str | None = None

    @property
    def rows(self) -> int:
        """How many rows are asked about."""
        return len(self.inputs[0])

    def cut(self, most: int) -> Asked:
        """The same question about at most so many rows."""
        return replace(self, inputs=tuple(part[:most] for part in self.inputs))

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of one row of each input."""
        return tuple(part.shape[1:] for part in self.inputs)


def questions(
    recorded: Recorded, model: ModelSeen, version: int, known: dict[str, np.ndarray]
) -> list[Asked]:
    """All that is asked of `model` at one weights version."""
    found = []
    answers = {
        f"call:{call.id}": call.outputs[0] for call in recorded.calls.get(model.id, []) if call.outputs
    }
    for source, arrays, with_nodes in _sources(recorded, model, version, known):
        inputs = _inputs(model, arrays)
        if inputs is not None:
            sample = source.startswith("call:") and not with_nodes
            found.append(Asked(source, inputs, with_nodes, sample, answers.get(source)))
    return found


def _sources(
    recorded: Recorded, model: ModelSeen, version: int, known: dict[str, np.ndarray]
) -> Iterator[tuple[str, list[np.ndarray | None], bool]]:
    if model.graph is not None and len(model.graph.inputs) == 1:
        size = math.prod(n or 0 for n in model.graph.inputs[0])
        for name, images in known.items():
            if math.prod(images.shape[1:]) == size:
                yield f"known:{name}", [images], True
    for call in recorded.calls.get(model.id, []):
        if call.version == version:
            inputs = [recorded.array(ref) for ref in call.inputs]
            few = all(rows is None or not rows.ndim or len(rows) <= MAX_ROWS_INSIDE for rows in inputs)
            yield f"call:{call.id}", inputs, few
    fits = recorded.fits.get(model.id, [])
    last = max((fit.version_after or 0 for fit in fits), default=0)
    for fit in fits:
        # what all trainings together did is told by the rows of the first
        if version in (fit.version_before, fit.version_after) or (fit is fits[0] and version == last):
            yield from _rows_of_fit(recorded, fit)


def _rows_of_fit(recorded: Recorded, fit: Fit) -> Iterator[tuple[str, list[np.ndarray | None], bool]]:
    yield f"fit:{fit.id}", [recorded.array(fit.rows.inputs)], False
    yield f"validation:{fit.id}", [recorded.array(fit.validation_rows.inputs)], False


def _inputs(model: ModelSeen, arrays: list[np.ndarray | None]) -> tuple[np.ndarray, ...] | None:
    """Rows in the shape that the model takes; None where they are missing or out of bounds."""
    if model.graph is None or not arrays or len(arrays) != len(model.graph.inputs):
        return None
    rows = []
    for array, shape in zip(arrays, model.graph.inputs, strict=True):
        if array is None or not 1 <= array.ndim <= MAX_RANK or not 0 < len(array) <= MAX_ROWS:
            return None
        if array.size > MAX_NUMBERS:
            return None
        wanted = tuple(n or 0 for n in shape)
        if array.shape[1:] != wanted and math.prod(array.shape[1:]) == math.prod(wanted):
            array = array.reshape(len(array), *wanted)
        rows.append(rows_of(array))
    return tuple(rows) if len({len(part) for part in rows}) == 1 else None
