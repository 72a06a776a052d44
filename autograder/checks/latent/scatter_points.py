"""ScatterPoints drawn in a figure: scatters, and lines of many dots, with what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Axes
from autograder.recognition.scene import Scene

LEAST_DOTS = 30  # a line of fewer points is a curve
MAX_AXES = 400  # of one notebook
MAX_DRAWN = 1_000_000  # points of one notebook


@dataclass(frozen=True)
class ScatterPoints:
    """The points of one axes.

    Attributes:
        cell: where they were drawn.
        at: (n, 2).
        groups: (n,) one number for all points of one colour, or of one call.
        key: whether a legend or a colour bar tells the groups.
        labels: whether both axes and the whole have a text.
    """

    cell: int
    at: np.ndarray
    groups: np.ndarray
    key: bool
    labels: bool


def drawn_points(scene: Scene) -> Iterator[ScatterPoints]:
    """The points of every axes that shows any, in the order of the figures."""
    drawn = 0
    with_any = ((f, a) for f in scene.evidence.figures for a in f.axes if a.scatters or a.lines)
    for figure, axes in islice(with_any, MAX_AXES):
        sets = _sets(scene.evidence, axes)
        drawn += sum(len(at) for at, _ in sets)
        if drawn > MAX_DRAWN:
            return
        if not sets:
            continue
        numbers = (
            np.concatenate([np.full(len(at), place) for place, (at, _) in enumerate(sets)]),
            np.concatenate([colours for _, colours in sets]),
        )
        groups = np.unique(np.stack(numbers, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
        titled = axes.title.strip() or figure.suptitle.strip()
        yield ScatterPoints(
            cell=figure.cell,
            at=np.concatenate([at for at, _ in sets]),
            groups=groups,
            key=len([text for text in axes.legend or () if text.strip()]) >= 2
            or any(scatter.bar for scatter in axes.scatters),
            labels=bool(axes.xlabel.strip() and axes.ylabel.strip() and titled),
        )


def _sets(evidence: Evidence, axes: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each call's points, (n, 2), with the numbers that colour them (0 for one colour)."""
    sets = []
    for scatter in axes.scatters:
        at, values = evidence.array(scatter.offsets), evidence.array(scatter.values)
        if at is not None and at.ndim == 2 and at.shape[1] == 2:
            if values is None or values.shape != (len(at),):
                values = np.zeros(len(at))
            sets.append((at.astype(float), values.astype(float)))
    for line in axes.lines:
        x, y = evidence.array(line.x), evidence.array(line.y)
        if line.visible and x is not None and y is not None and x.shape == y.shape == (x.size,):
            if len(x) >= LEAST_DOTS:
                sets.append((np.stack([x, y], axis=1).astype(float), np.zeros(len(x))))
    kept = []
    for at, values in sets:
        whole = np.isfinite(at).all(axis=1) & np.isfinite(values)
        if whole.any():
            kept.append((at[whole], values[whole]))
    return kept
