"""What a trained model gave for images: which entries are its answers, and the verdict on those that are shown."""

from __future__ import annotations

from collections.abc import Callable

from autograder.recognition.image_entries import Entry
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import with_basis
from ..context import CheckContext
from ..sentences import say
from .credible import is_credible
from .shown_images import seen, verdict_of
from .tally import tally


def answers_of_candidate(context: CheckContext) -> Callable[[Entry], bool]:
    """Which entries the judged model gave, or a piece of it that ends where it ends."""
    last = frozenset(layer.node.layer for layer in context.layers[-1:])
    cache: dict[tuple[object, ...], bool] = {}

    def wanted(entry: Entry) -> bool:
        key = (entry.role, entry.model, entry.node, entry.via)
        if key not in cache:
            cache[key] = entry.model == context.candidate.model.id or context.belongs(entry, last)
        return cache[key]

    return wanted


def made_entries(context: CheckContext) -> Callable[[Entry], bool]:
    """Which entries the judged model, or a piece of it that ends where it ends, made of inputs that are no images."""
    own = answers_of_candidate(context)
    return lambda entry: entry.role == "made" and own(entry)


def output_entries(context: CheckContext, item: Item, noisy: bool) -> Callable[[Entry], bool]:
    """Which entries are the trained candidate's output for the images of `item`, clean or noisy ones."""
    own = answers_of_candidate(context)
    cache: dict[tuple[str, int | None], bool] = {}

    def trained(entry: Entry) -> bool:
        key = (entry.model, entry.version)
        if key not in cache:
            cache[key] = context.after_training(entry)
        return cache[key]

    def wanted(entry: Entry) -> bool:
        if entry.role != "output" or entry.set != item.of or entry.noisy != noisy:
            return False
        return own(entry) and trained(entry)

    return wanted


def judge_outputs(
    context: CheckContext, item: Item, wanted: Callable[[Entry], bool], noisy: bool
) -> Verdict | None:
    """The verdict on shown outputs; None when none is shown.

    What replay could not compute must be credible; where a shortened training may be why it is not, it stays open.
    """
    count = context.part.images
    shown = tally(seen(context, wanted), count)
    if not shown.found:
        return None
    by_replay = tally(seen(context, lambda entry: wanted(entry) and entry.recomputed), count)
    if by_replay.found == shown.found:
        return verdict_of(by_replay)
    verdict = verdict_of(shown)
    if not is_credible(context, item.of, noisy):
        if context.shortened:
            verdict = say("item.shortened", 0.0, outcome="errored", cell=shown.cell)
        else:
            verdict = say("outputs.not_credible", 0.0, {"count": count}, cell=shown.cell)
    return None if verdict is None else with_basis(context, verdict, recomputed=False)
