"""Is what a generator makes of drawn codes shown as training goes on."""

from __future__ import annotations

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import with_basis
from ..context import CheckContext
from ..sentences import blocked, say
from .outputs import made_entries
from .shown_by_epoch import Shown, shown_by_epoch
from .shown_images import nothing_to_find


def _counts(context: CheckContext, least: int) -> tuple[Shown, dict[int, int]]:
    """What is shown of drawn codes, and how many images after each epoch, `least` at most.

    A few images made when training is over are no page of its last epoch.
    """
    made, model = made_entries(context), context.candidate.model.id
    asked = (call for call in context.evidence.calls if call.epoch is not None or call.batches)
    during = {f"call:{call.id}" for call in asked}

    def wanted(entry: Entry) -> bool:
        return made(entry) and entry.model == model

    shown = shown_by_epoch(context, wanted)
    small = shown_by_epoch(context, lambda entry: entry.source in during and wanted(entry)).images
    counts = {epoch: len(images) for epoch, images in shown.images.items() if epoch}
    return shown, {
        epoch: least if count >= least else len(small.get(epoch, ())) for epoch, count in counts.items()
    }


def check_samples_by_epoch(context: CheckContext, item: Item) -> Verdict:
    """Images of drawn codes after several epochs, the first one among them: an equal share for each, by how many are shown."""
    if not context.trained:
        return blocked("training")
    shown, counts = _counts(context, item.least)
    later = sorted((count for epoch, count in counts.items() if epoch > 1), reverse=True)[: item.moments - 1]
    first = counts.get(1, 0)
    complete = sum(count == item.least for count in (first, *later))
    values = {"least": item.least, "moments": item.moments, "complete": complete}
    if not first and not any(later):
        return nothing_to_find(context) or say("samples.none", 0.0, values, basis="recomputed")
    share = (first + sum(later)) / (item.least * item.moments)
    if share < 1 and not first:
        verdict = say("samples.late", share, values, cell=shown.cell)
    else:
        verdict = say("samples.ok" if share >= 1 else "samples.some", share, values, cell=shown.cell)
    return with_basis(context, verdict, shown.recomputed)
