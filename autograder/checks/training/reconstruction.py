"""Was the model trained as asked: how long, on what, onto what, with which validation."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import main_fit
from ..weighing import SubPoint
from .sub_points import data_used, epochs_asked, target_used, training_verdict, untrained, validated


def check_training_reconstruction(context: CheckContext, item: Item) -> Verdict:
    """Epochs, data, target equal to input, and validation."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fits = context.candidate.fits
    fit = main_fit(fits)
    sub_points = [
        epochs_asked(context),
        data_used(context, fit),
        target_used(context, fit),
        SubPoint("validation", validated(context, fits)),
    ]
    return training_verdict(context, item, sub_points)
