"""Is the model's output for the first images shown as training goes on."""

from __future__ import annotations

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import with_basis
from ..context import CheckContext
from ..sentences import blocked, say
from .outputs import answers_of_candidate
from .shown_by_epoch import shown_by_epoch
from .shown_images import nothing_to_find


def check_reconstructions_by_epoch(context: CheckContext, item: Item) -> Verdict:
    """The model's output for the first images is shown after several epochs: points by how many of all those images."""
    if not context.trained:
        return blocked("training")
    own, count = answers_of_candidate(context), context.part.images

    def wanted(entry: Entry) -> bool:
        clean = entry.role == "output" and entry.set == item.of and not entry.noisy
        return clean and entry.source.startswith("call:") and own(entry)

    shown = shown_by_epoch(context, wanted)
    first = frozenset(range(count))
    full = sorted((len(images & first) for epoch, images in shown.images.items() if epoch), reverse=True)
    total = sum(full[: item.moments])
    values = {"count": count, "moments": item.moments, "complete": sum(images == count for images in full)}
    if not total:
        return nothing_to_find(context) or say("by-epoch.none", 0.0, values, basis="recomputed")
    share = total / (count * item.moments)
    verdict = say("by-epoch.ok" if share >= 1 else "by-epoch.some", share, values, cell=shown.cell)
    return with_basis(context, verdict, shown.recomputed)
