"""How many of the first images are shown, and whether in order, when panels may show one or several of them."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.recognition.panels import Sighting

Seen = tuple[Sighting, frozenset[int]]


@dataclass(frozen=True)
class Tally:
    """What of `count` images was found.

    Attributes:
        found: the images shown (0-based).
        in_order: whether those are shown in ascending order somewhere, in any reading of the pages.
        cell: the cell of the first panel that shows one, or None.
        ambiguous: whether any panel could be several of them.
    """

    count: int
    found: frozenset[int]
    in_order: bool
    cell: int | None
    ambiguous: bool

    @property
    def share(self) -> float:
        """Share of the points: by how many, half when in another order."""
        return len(self.found) / self.count * (1.0 if self.in_order else 0.5)

    @property
    def missing(self) -> list[int]:
        """The images that are not shown."""
        return sorted(set(range(self.count)) - self.found)


def pair_up(options: list[frozenset[int]]) -> frozenset[int]:
    """The most images that can be given a panel of their own."""
    owner: dict[int, int] = {}

    def place(panel: int, tried: set[int]) -> bool:
        for image in sorted(options[panel]):
            if image in tried:
                continue
            tried.add(image)
            if image not in owner or place(owner[image], tried):
                owner[image] = panel
                return True
        return False

    for panel in range(len(options)):
        if len(owner) == len(frozenset().union(*options)):
            break
        place(panel, set())
    return frozenset(owner)


def _longest_rise(options: list[frozenset[int]], count: int) -> int:
    """Length of the longest ascending run of images that can be read off the panels in their order."""
    best = [0] * count  # best[i]: longest rise ending with image i
    for images in options:
        for image in sorted(images, reverse=True):
            best[image] = max(best[image], 1 + max(best[:image], default=0))
    return max(best, default=0)


def tally(seen: list[Seen], count: int) -> Tally:
    """Count the images 0 to `count` - 1 among panels, each of which shows any one of a set of images."""
    hits = [(sighting, images & frozenset(range(count))) for sighting, images in seen]
    hits = [(sighting, images) for sighting, images in hits if images]
    if not hits:
        return Tally(count, frozenset(), True, None, False)
    shown = pair_up([images for _, images in hits])
    in_order = False
    for reading in ("drawn", "across", "down"):
        ordered = sorted(hits, key=lambda hit: getattr(hit[0], reading))
        if _longest_rise([images for _, images in ordered], count) >= len(shown):
            in_order = True
            break
    cell = min((sighting.drawn, sighting.cell) for sighting, _ in hits)[1]
    return Tally(count, shown, in_order, cell, any(len(images) > 1 for _, images in hits))
