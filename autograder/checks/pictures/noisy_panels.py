"""Drawn panels that show one of the first images with noise."""

from __future__ import annotations

from autograder.recognition.panels import PanelKey, Sighting

from ..context import CheckContext
from .shown_images import image_tile
from .tally import Seen


def half_of(context: CheckContext, place: int) -> str:
    """`test` or `train`: the half of the data that a known image lies in."""
    return "test" if place >= context.scene.known.train_count else "train"


def noisy_panels(context: CheckContext) -> dict[PanelKey, int]:
    """Drawn panels that are one of the first images plus noise: panel key -> its place among the known images."""
    tile = image_tile(context)
    places: dict[PanelKey, int] = {}
    split = context.scene.known.train_count
    for key, (_, entries) in context.scene.shown(tile).items():
        noisy = next((entry for entry in entries if entry.role == "noisy"), None)
        if noisy is not None:
            places[key] = noisy.index + (split if noisy.set.endswith(":test") else 0)
        elif not entries:
            place = context.scene.noisy_panel(key)
            if place >= 0:
                places[key] = place
    return places


def noisy_seen(context: CheckContext, set_: str) -> list[Seen]:
    """Each drawn panel with the image of a known set that it shows with noise."""
    half, split = set_.rpartition(":")[2], context.scene.known.train_count
    panels = noisy_panels(context)

    def images(sighting: Sighting) -> frozenset[int]:
        place = panels.get(sighting.key, -1)
        if place < 0 or half_of(context, place) != half:
            return frozenset()
        return frozenset({place - split if half == "test" else place})

    return [(sighting, images(sighting)) for sighting in context.scene.sightings(image_tile(context))]
