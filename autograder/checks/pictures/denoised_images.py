"""Is shown what the trained model made of the very noisy images that are shown."""

from __future__ import annotations

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .noisy_panels import noisy_seen
from .outputs import judge_outputs, output_entries
from .shown_images import image_tile, nothing_to_find, seen
from .tally import tally


def check_denoised_images(context: CheckContext, item: Item) -> Verdict:
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
    for message_id, instead in (
        ("outputs.other_noise", made),
        ("outputs.clean", output_entries(context, item, noisy=False)),
    ):
        others = tally(seen(context, instead), context.part.images)
        if others.found:
            return say(message_id, 0.0, basis="recomputed", cell=others.cell)
    count = {"count": context.part.images}
    return nothing_to_find(context) or say("outputs.none", 0.0, count, basis="recomputed")


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
