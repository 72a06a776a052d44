"""Are noisy images shown, and what the trained model made of the very images shown."""

from __future__ import annotations

from autograder.recognition.image_sources import Entry
from autograder.recognition.panels import Sighting
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .images import image_tile, judge_outputs, no_pictures, output_entries, seen, verdict_of
from .tally import Seen, tally


def half_of(context: CheckContext, place: int) -> str:
    """`test` or `train`: the half of the data that a known image lies in."""
    return "test" if place >= context.scene.known.train_count else "train"


def noisy_panels(context: CheckContext) -> dict[tuple, int]:
    """Drawn panels that are one of the first images plus noise: panel key -> its place among the known images."""
    tile = image_tile(context)
    found: dict[tuple, int] = {}
    split = context.scene.known.train_count
    for key, (_, entries) in context.scene.shown(tile).items():
        noisy = next((entry for entry in entries if entry.role == "noisy"), None)
        if noisy is not None:
            found[key] = noisy.index + (split if noisy.set.endswith(":test") else 0)
        elif not entries:
            place = context.scene.noisy_panel(key)
            if place >= 0:
                found[key] = place
    return found


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


def check_noisy(context: CheckContext, item: Item) -> Verdict:
    """The first images of a known set are shown with noise: a recorded row, or noise like it by statistics."""
    return verdict_of(
        tally(noisy_seen(context, item.of), context.part.images), "recomputed", no_pictures(context)
    )


def check_denoised(context: CheckContext, item: Item) -> Verdict:
    """The trained model's output for the shown noisy test images is shown."""
    if not context.trained:
        return blocked("training")
    made = output_entries(context, item, noisy=True)
    shown, rows = _shown_noisy(context, item)

    def wanted(entry: Entry) -> bool:
        return made(entry) and (entry.index not in shown or (entry.source, entry.index) in rows)

    verdict = judge_outputs(context, item, wanted, noisy=True)
    if verdict is not None:
        return verdict
    for id_, instead in (
        ("outputs.other_noise", made),
        ("outputs.clean", output_entries(context, item, noisy=False)),
    ):
        found = tally(seen(context, instead), context.part.images)
        if found.found:
            return say(id_, 0.0, basis="recomputed", cell=found.cell)
    return no_pictures(context) or say("outputs.none", 0.0, count=context.part.images, basis="recomputed")


def _shown_noisy(context: CheckContext, item: Item) -> tuple[frozenset[int], frozenset[tuple[str, int]]]:
    """Which test images are shown with noise, and which recorded rows (source, image) those panels equal."""
    shown = frozenset(image for _, images in noisy_seen(context, item.of) for image in images)
    rows = {
        (entry.source, entry.index)
        for _, entries in context.scene.shown(image_tile(context)).values()
        for entry in entries
        if entry.role == "noisy" and entry.set == item.of
    }
    return shown, frozenset(rows)
