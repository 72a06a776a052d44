"""Was a trained decoder written to a file, and read from it again by a model that gives the same images."""

from __future__ import annotations

from autograder.evidence.facts import Call, Loaded, Saved
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from .encoder_decoder import knows_trained, models_of

HALF = 0.5  # of the points: the trained decoder is in a file, but nothing read from it was asked


def _written(context: CheckContext) -> list[Saved]:
    """Files that the trained decoder was written to."""
    decoders = models_of(context, "decoder")
    return [
        saved
        for saved in context.evidence.saved
        if saved.model in decoders and knows_trained(context, "decoder", saved.model, saved.version)
    ]


def _read(context: CheckContext, written: list[Saved]) -> list[Loaded]:
    """Decoders that were read from one of those files after it was written."""
    decoders, position = models_of(context, "decoder"), context.evidence.position
    first_written = {saved.file: position(saved) for saved in reversed(written)}
    return [
        loaded
        for loaded in context.evidence.loaded
        if loaded.model in decoders
        and loaded.file in first_written
        and first_written[loaded.file] < position(loaded)
    ]


def _answers(context: CheckContext, read: list[Loaded]) -> list[Call]:
    """What decoders gave, with the trained weights, after they were read."""
    position = context.evidence.position
    return [
        call
        for loaded in read
        for call in context.evidence.calls
        if call.model == loaded.model
        and position(call) > position(loaded)
        and knows_trained(context, "decoder", call.model, call.version)
    ]


def check_saved_decoder(context: CheckContext, item: Item) -> Verdict:
    """The trained decoder in a file (half); a model read from that file that was asked with the same weights (half)."""
    if not context.trained:
        return blocked("training")
    written = _written(context)
    read = _read(context, written)
    answers = _answers(context, read)
    if answers:
        return say("saved.ok", 1.0, cell=answers[0].cell, basis="recomputed")
    if read:
        return say("saved.unasked", HALF, cell=read[0].cell)
    if written:
        return say("saved.unread", HALF, cell=written[0].cell)
    if context.evidence.saved:
        return say("saved.other", 0.0, cell=context.evidence.saved[-1].cell)
    return say("saved.none", 0.0, outcome="not_attempted")
