"""From drawn pictures to panels: one image, or the tiles of a stitched strip or grid.

A picture is the array that was given to be drawn. It is read as grey (equal colour channels are one, alpha
is dropped). A picture of R x C tiles, with or without a constant seam of a few pixels between or around
them, is R * C panels. One whose pixels are all squares of the same size is also the small picture that was
enlarged. Nothing is turned or mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_SEAM = 8  # pixels between tiles
MAX_TILES = 400  # of one picture
LEAST_SIDE = 4  # pixels of a picture that was enlarged
ENLARGED = 1000  # readings of an enlarged picture are counted from here on
Tile = tuple[int, int]  # rows and columns of one image
PanelKey = tuple[
    str, Tile, int, int, int
]  # reference of the picture, size, and reading, row, column of the tile in it


@dataclass(frozen=True)
class Panel:
    """One image as drawn.

    Attributes:
        values: its numbers, (rows, columns) float64, finite.
        quantum: the step between neighbouring values that its type can show (1 for bytes, 0 for floats).
        coarse: whether it was drawn from half-precision numbers.
    """

    values: np.ndarray
    quantum: float
    coarse: bool = False


@dataclass(frozen=True)
class Sighting:
    """One panel where and when it was seen.

    Attributes:
        key: names the panel's content: equal keys are equal panels.
        cell: the code cell that showed it.
        drawn, across, down: sort keys: as drawn; by rows of the page; by columns of the page.
    """

    key: PanelKey
    cell: int
    drawn: tuple[int, ...]
    across: tuple[float, ...]
    down: tuple[float, ...]


def grey(array: np.ndarray | None) -> Panel | None:
    """Return a picture as one grey panel; None for colour pictures, empty or non-finite ones."""
    if array is None or array.ndim not in (2, 3) or array.size == 0:
        return None
    values = array
    if values.ndim == 3:
        channels = values.shape[2]
        if channels not in (1, 3, 4):
            return None
        colours = values[:, :, :3] if channels > 1 else values
        if channels > 1 and not (colours == colours[:, :, :1]).all():
            return None
        values = colours[:, :, 0]
    coarse = values.dtype == np.float16
    numbers = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        return None
    return Panel(numbers, _quantum(values.dtype, numbers), coarse)


def _quantum(dtype: np.dtype[Any], numbers: np.ndarray) -> float:
    if dtype.kind != "f":
        return 1.0
    if numbers.max() >= 2 and (numbers == np.rint(numbers)).all():
        return 1.0
    if numbers.min() >= 0 and numbers.max() <= 1:
        bytes_ = numbers * 255
        if np.abs(bytes_ - np.rint(bytes_)).max() <= 1e-3:
            return 1 / 255
    return 0.0


def shrunk(panel: Panel) -> Panel | None:
    """The small picture whose every pixel became a square; None for a picture that no pixel was repeated in.

    Of a picture of even squares the largest are taken, as long as a picture is left.
    """
    height, width = panel.values.shape
    for factor in range(min(height, width) // LEAST_SIDE, 1, -1):
        if height % factor or width % factor:
            continue
        small = panel.values[::factor, ::factor]
        if (np.repeat(np.repeat(small, factor, axis=0), factor, axis=1) == panel.values).all():
            return Panel(small, panel.quantum, panel.coarse) if np.ptp(small) else None
    return None


def _starts(length: int, tile: int) -> list[list[int]]:
    """Ways to lay tiles along one side: each a list of where the tiles start."""
    ways = []
    for seam in range(MAX_SEAM + 1):
        # each tile may have half of the seam around itself
        for margin in sorted({0, seam, seam // 2 if seam % 2 == 0 else 0}):
            inner = length - 2 * margin + seam
            if inner > 0 and inner % (tile + seam) == 0:
                ways.append([margin + n * (tile + seam) for n in range(inner // (tile + seam))])
    return ways


def _seams_constant(values: np.ndarray, rows: list[int], columns: list[int], tile: Tile) -> bool:
    covered = np.zeros(values.shape, bool)
    covered_rows = np.zeros(values.shape[0], bool)
    covered_columns = np.zeros(values.shape[1], bool)
    for start in rows:
        covered_rows[start : start + tile[0]] = True
    for start in columns:
        covered_columns[start : start + tile[1]] = True
    covered = covered_rows[:, None] & covered_columns[None, :]
    seams = values[~covered]
    return seams.size == 0 or bool((seams == seams[0]).all())


def tiles(values: np.ndarray, tile: Tile) -> list[tuple[int, int, int, np.ndarray]]:
    """Return every reading of a picture as tiles: (reading, row, column, numbers) for each tile.

    A picture of exactly the tile's size has one reading with one tile.
    """
    height, width = values.shape
    if (height, width) == tile:
        return [(0, 0, 0, values)]
    found, reading = [], 0
    for rows in _starts(height, tile[0]):
        for columns in _starts(width, tile[1]):
            if not 1 < len(rows) * len(columns) <= MAX_TILES:
                continue
            if not _seams_constant(values, rows, columns, tile):
                continue
            for r, top in enumerate(rows):
                for c, left in enumerate(columns):
                    found.append((reading, r, c, values[top : top + tile[0], left : left + tile[1]]))
            reading += 1
    return found
