"""Was a trained decoder written to a file, and read from it again by a model that gives the same images."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .encoder_decoder import knows_trained, models_of


def check_saved(context: CheckContext, item: Item) -> Verdict:
    """The trained decoder in a file (half); a model read from that file that was asked with the same weights (half)."""
    if not context.trained:
        return blocked("training")
    decoders = set(models_of(context, "decoder"))
    written = [
        each
        for each in context.evidence.saved
        if each.model in decoders and knows_trained(context, "decoder", each.model, each.version)
    ]
    files = {each.file: context.evidence.position(each) for each in reversed(written)}
    read = [
        each
        for each in context.evidence.loaded
        if each.model in decoders and files.get(each.file, 10**9) < context.evidence.position(each)
    ]
    answered = [
        call
        for each in read
        for call in context.evidence.calls
        if call.model == each.model
        and context.evidence.position(call) > context.evidence.position(each)
        and knows_trained(context, "decoder", call.model, call.version)
    ]
    if answered:
        return say("saved.ok", 1.0, cell=answered[0].cell, basis="recomputed")
    if read:
        return say("saved.unasked", 0.5, cell=read[0].cell)
    if written:
        return say("saved.unread", 0.5, cell=written[0].cell)
    if context.evidence.saved:
        return say("saved.other", 0.0, cell=context.evidence.saved[-1].cell)
    return say("saved.none", 0.0, outcome="not_attempted")
