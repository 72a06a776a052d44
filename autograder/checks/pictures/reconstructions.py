"""Is the trained model's output for the first images shown."""

from __future__ import annotations

from collections.abc import Callable

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .outputs import judge_outputs, output_entries
from .shown_images import nothing_to_find, seen
from .tally import tally


def check_reconstructions(context: CheckContext, item: Item) -> Verdict:
    """The trained model's output for the first images of the item's set is shown."""
    if not context.trained:
        return blocked("training")
    verdict = judge_outputs(context, item, output_entries(context, item, noisy=False), noisy=False)
    return verdict or nothing_to_find(context) or _why_not(context, item)


def _why_not(context: CheckContext, item: Item) -> Verdict:
    """What is shown instead of the trained model's output, as far as it can be recognised."""
    model, count = context.candidate.model.id, context.part.images

    def untrained(entry: Entry) -> bool:
        is_own = entry.role == "output" and entry.model == model and entry.set == item.of
        return is_own and not context.after_training(entry)

    def of_another(entry: Entry) -> bool:
        is_other = entry.role == "output" and entry.model != model and entry.set == item.of
        return is_other and context.part.task == "copy"

    instead: dict[str, Callable[[Entry], bool]] = {
        "outputs.untrained": untrained,
        "outputs.other_model": of_another,
    }
    for message_id, wanted in instead.items():
        shown = tally(seen(context, wanted), count)
        if shown.found:
            return say(message_id, 0.0, {"count": count}, basis="recomputed", cell=shown.cell)
    return say("outputs.none", 0.0, {"count": count}, basis="recomputed")
