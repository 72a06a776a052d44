"""Which candidates a drawn panel shows: equal numbers first, else the nearest after an affine fit of grey.

Equal means within 1e-4 of the panel's range. Otherwise the panel may be a candidate in another grey scale
(brighter, inverted, as bytes): the least-squares gain and offset are fitted, and the error left must be no
more than the panel's own number type can show. Candidates that are equally near are all returned: a tie.
Bytes that nothing else fits may have wrapped around: 1.1 * 255 as a byte is 24.
A constant panel carries no pattern, so an affine fit would take anything for it: only equal numbers count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .panels import Panel

EQUAL = 1e-4  # of the panel's range
NEAR_FLOAT = 1e-3  # of the panel's range
NEAR_HALF = 2e-3  # of the panel's range, for half-precision numbers
BYTE_STEPS = 1.05  # truncation to bytes loses up to one step
# Of one number: a mostly black panel loses nothing in the dark, which tilts the fit elsewhere.
FARTHEST_STEPS = 1.5
LEAST_STEPS = 16  # a panel with fewer grey levels shows no pattern that could be told apart
MOST_WRAPPED = 100.0  # of candidates' numbers: so much above white nothing is told by the byte that is left
AT_ONCE = 256  # panels compared in one go, to bound memory
TIE = 1.1  # candidates whose error is within this factor of the best are equally near


@dataclass(frozen=True)
class Match:
    """Which candidates (indexes) one panel shows; `equal` when by equal numbers."""

    candidates: np.ndarray
    equal: bool


_NONE = Match(np.empty(0, int), False)


class CandidateRows:
    """Candidates of one size, ready for comparison: `values` is (n, numbers) float64, all finite.

    Attributes:
        beyond: which of them have numbers below 0 or above 1; wrapped: those as bytes, 255 times each modulo 256.
    """

    def __init__(self, values: np.ndarray, in_order: bool = False):
        self.values = values
        low, high = values.min(axis=1, initial=0), values.max(axis=1, initial=1)
        self.beyond = np.flatnonzero(((low < 0) | (high > 1)) & (low > -MOST_WRAPPED) & (high < MOST_WRAPPED))
        wrapped = np.mod(np.trunc(values[self.beyond] * 255), 256).astype(np.int16)
        self.wrapped = np.sort(wrapped, axis=1) if in_order else wrapped
        self.squares = (values**2).sum(axis=1)
        self.centred = values - values.mean(axis=1, keepdims=True) if len(values) else values
        self.norms = np.linalg.norm(self.centred, axis=1)
        scale = np.abs(values).max(axis=1) if len(values) else np.empty(0)
        self.flat = self.norms <= 1e-7 * np.sqrt(max(values.shape[1], 1)) * np.maximum(scale, 1e-6)


def match_all(panels: list[Panel], candidates: CandidateRows, only_brighter: bool = False) -> list[Match]:
    """Return what each panel shows; panels are read in row order and must have the candidates' size.

    Args:
        only_brighter: refuse negative gains (for numbers that were sorted, which an inversion would turn round).
    """
    if not panels or not len(candidates.values):
        return [_NONE] * len(panels)
    matches: list[Match] = []
    for start in range(0, len(panels), AT_ONCE):
        matches += _match_some(panels[start : start + AT_ONCE], candidates, only_brighter)
    return matches


def _match_some(panels: list[Panel], candidates: CandidateRows, only_brighter: bool) -> list[Match]:
    rows = np.stack([panel.values.reshape(-1) for panel in panels])
    size = rows.shape[1]
    cross = rows @ candidates.values.T
    raw = np.sqrt(np.maximum((rows**2).sum(1)[:, None] + candidates.squares - 2 * cross, 0) / size)
    centred = rows - rows.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(centred, axis=1)
    with np.errstate(all="ignore"):
        alike = (centred @ candidates.centred.T) / (norms[:, None] * candidates.norms)
    alike[:, candidates.flat] = 0
    alike[~np.isfinite(alike)] = 0
    left = norms[:, None] * np.sqrt(np.maximum(1 - alike**2, 0)) / np.sqrt(size)
    return [
        _match(_Row(panel, rows[i]), raw[i], left[i], alike[i], candidates, only_brighter)
        for i, panel in enumerate(panels)
    ]


class _Row:
    """One panel's numbers, and how exactly they can be compared."""

    def __init__(self, panel: Panel, values: np.ndarray):
        self.values = values
        self.quantum = panel.quantum
        self.reach = float(values.max() - values.min())
        largest = max(float(values.max()), -float(values.min()))
        self.equal = max(EQUAL * self.reach, 1e-5 * largest, 1e-6)
        if panel.coarse:
            self.equal = max(self.equal, NEAR_HALF * largest)
        self.few_steps = bool(self.quantum) and self.reach < 2 * LEAST_STEPS * self.quantum
        too_few = bool(self.quantum) and self.reach < LEAST_STEPS * self.quantum
        self.patterned = not too_few and self.reach > 1e-6 * largest
        if self.quantum:
            self.near, self.slack = BYTE_STEPS * self.quantum, 0.02 * self.quantum
            self.farthest = FARTHEST_STEPS * self.quantum
        else:
            self.near, self.slack = (
                (NEAR_HALF if panel.coarse else NEAR_FLOAT) * self.reach,
                1e-5 * self.reach,
            )
            self.farthest = self.near


def _match(
    row: _Row,
    raw: np.ndarray,
    left: np.ndarray,
    alike: np.ndarray,
    candidates: CandidateRows,
    only_brighter: bool,
) -> Match:
    if raw.min() <= row.equal * 1.01:
        equal = _equal(row.values, raw, row.equal, candidates)
        if len(equal):
            return Match(equal, True)
    if row.few_steps:
        equal = _equal_bytes(row.values, row.quantum, candidates)
        if len(equal):
            return Match(equal, True)
    near = np.empty(0, int)
    if row.patterned and left.min() <= row.near:
        near = _near(row, left, alike, candidates, only_brighter)
    if not len(near) and row.quantum == 1:
        near = _wrapped_bytes(row.values, candidates)
    return Match(near, False)


def _wrapped_bytes(row: np.ndarray, candidates: CandidateRows) -> np.ndarray:
    """Candidates whose numbers, times 255, give this panel when what is too much for a byte is cut off above."""
    if not len(candidates.beyond) or row.min() < 0 or row.max() > 255 or len(np.unique(row)) < LEAST_STEPS:
        return np.empty(0, int)
    at, few = np.arange(len(candidates.beyond)), slice(None, None, max(1, len(row) // 16))
    for part in (few, slice(None)):  # a few numbers rule most candidates out
        off = np.abs(candidates.wrapped[at][:, part] - row[part])
        at = at[(np.minimum(off, 256 - off) <= 1).all(axis=1)]
    return candidates.beyond[at]


def _equal(row: np.ndarray, raw: np.ndarray, tolerance: float, candidates: CandidateRows) -> np.ndarray:
    close = np.flatnonzero(raw <= tolerance * 1.01)
    if not len(close):
        return close
    equal: np.ndarray = close[np.abs(candidates.values[close] - row).max(axis=1) <= tolerance]
    return equal


def _equal_bytes(row: np.ndarray, quantum: float, candidates: CandidateRows) -> np.ndarray:
    """Candidates that give this dark or pale panel when their grey values from 0 to 1 become bytes."""
    scaled = row / (quantum * 255)
    off = np.abs(np.clip(candidates.values, 0, 1) - scaled).max(axis=1)
    return np.flatnonzero(off <= BYTE_STEPS / 255)


def _near(
    row: _Row, left: np.ndarray, alike: np.ndarray, candidates: CandidateRows, only_brighter: bool
) -> np.ndarray:
    close = np.flatnonzero(
        (left <= row.near) & ~candidates.flat & (alike > 0 if only_brighter else alike != 0)
    )
    if not len(close):
        return close
    best = left[close].min()
    close = close[left[close] <= TIE * best + row.slack]
    centred = row.values - row.values.mean()
    gains = (candidates.centred[close] @ centred) / candidates.norms[close] ** 2
    off = np.abs(candidates.centred[close] * gains[:, None] - centred).max(axis=1)
    near: np.ndarray = close[off <= row.farthest]
    return near
