"""All pictures that one notebook drew, cut into panels of any size that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.evidence.evidence import Evidence

from .panels import ENLARGED, Panel, PanelKey, Sighting, Tile, grey, shrunk, tiles

MAX_PICTURES = 10_000  # of one notebook


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


class Wall:
    """All pictures that one notebook drew, cut into panels of any wanted size."""

    def __init__(self, evidence: Evidence, image: Tile = (28, 28)):
        self._evidence = evidence
        self._image = image  # a picture of this very size is one image, never a sheet of smaller tiles
        self._grey: dict[str, Panel | None] = {}
        self._shrunk: dict[str, Panel | None] = {}
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
                keys += self._cut_up(ref, tile, whole, 0)
                small = self._small(ref)
                if small is not None:
                    keys += self._cut_up(ref, tile, small, ENLARGED)
            self._cut[ref, tile] = keys
        return self._cut[ref, tile]

    def _cut_up(self, ref: str, tile: Tile, whole: Panel, first: int) -> list[PanelKey]:
        keys: list[PanelKey] = []
        for reading, row, column, values in tiles(whole.values, tile):
            key = (ref, tile, first + reading, row, column)
            self.panels[key] = Panel(values, whole.quantum, whole.coarse)
            keys.append(key)
        return keys

    def _small(self, ref: str) -> Panel | None:
        """What a picture is an enlargement of; None for one that is none, and for one of an image's own size."""
        if ref not in self._shrunk:
            whole = self.picture(ref)
            enlarged = whole is not None and whole.values.shape != self._image
            self._shrunk[ref] = shrunk(whole) if whole is not None and enlarged else None
        return self._shrunk[ref]

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
