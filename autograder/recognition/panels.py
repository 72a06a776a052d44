"""From drawn pictures to panels: one image, or the tiles of a stitched strip or grid.

A picture is the array that was given to be drawn. It is read as grey (equal colour channels are one, alpha
is dropped). A picture of R x C tiles, with or without a constant seam of a few pixels between or around
them, is R * C panels. Nothing is turned or mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.evidence.evidence import Evidence

MAX_SEAM = 8  # pixels between tiles
MAX_TILES = 400  # of one picture
MAX_PICTURES = 10_000  # of one notebook
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


@dataclass(frozen=True)
class DrawnPicture:
    """One picture where it was drawn.

    Attributes:
        figure, axes, within: places among all displays, among the figure's axes, and among the pictures of these.
        ref: the recorded array.
        cell: the code cell that showed it.
        left, top: where its axes begin, in fractions of the figure from its left and upper edge.
    """

    figure: int
    axes: int
    within: int
    ref: str
    cell: int
    left: float
    top: float


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


class Wall:
    """All pictures that one notebook drew, cut into panels of any wanted size."""

    def __init__(self, evidence: Evidence, image: Tile = (28, 28)):
        self._evidence = evidence
        self._image = image  # a picture of this very size is one image, never a sheet of smaller tiles
        self._grey: dict[str, Panel | None] = {}
        self._cut: dict[tuple[str, Tile], list[PanelKey]] = {}
        self.panels: dict[PanelKey, Panel] = {}
        self._sightings: dict[Tile, tuple[Sighting, ...]] = {}

    def picture(self, ref: str) -> Panel | None:
        """One drawn picture as grey numbers."""
        if ref not in self._grey:
            self._grey[ref] = grey(self._evidence.array(ref))
        return self._grey[ref]

    def pictures(self) -> Iterator[DrawnPicture]:
        """Every drawn picture, in order."""
        left = MAX_PICTURES
        for place, figure in enumerate(self._evidence.figures):
            for number, axes in enumerate(figure.axes):
                x, y, _, height = axes.position
                for within, picture in enumerate(axes.images[:left]):
                    left -= 1
                    yield DrawnPicture(
                        place,
                        number,
                        within,
                        picture.array,
                        figure.cell,
                        round(x, 2),
                        round(1 - y - height, 2),
                    )

    def _pieces(self, ref: str, tile: Tile) -> list[PanelKey]:
        """The tiles of one picture, in order."""
        if (ref, tile) not in self._cut:
            keys: list[PanelKey] = []
            whole = self.picture(ref)
            if whole is not None and (tile == self._image or whole.values.shape != self._image):
                for reading, row, column, values in tiles(whole.values, tile):
                    key = (ref, tile, reading, row, column)
                    self.panels[key] = Panel(values, whole.quantum, whole.coarse)
                    keys.append(key)
            self._cut[ref, tile] = keys
        return self._cut[ref, tile]

    def sightings(self, tile: Tile) -> tuple[Sighting, ...]:
        """Every panel of the given size, as drawn."""
        if tile not in self._sightings:
            self._sightings[tile] = tuple(
                _sighting(picture, key)
                for picture in self.pictures()
                for key in self._pieces(picture.ref, tile)
            )
        return self._sightings[tile]

    def drew_anything(self) -> bool:
        """Whether any picture was drawn at all."""
        return any(figure_axes.images for figure in self._evidence.figures for figure_axes in figure.axes)


def _sighting(at: DrawnPicture, key: PanelKey) -> Sighting:
    _, _, reading, row, column = key
    return Sighting(
        key=key,
        cell=at.cell,
        drawn=(at.figure, at.axes, at.within, reading, row, column),
        across=(at.figure, at.top, at.left, at.axes, at.within, reading, row, column),
        down=(at.figure, at.left, at.top, at.axes, at.within, reading, column, row),
    )
