"""Was the model trained as asked: how long, on what, onto what, with which validation."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import main_fit
from .findings import (
    Finding,
    data_finding,
    epochs_finding,
    target_finding,
    untrained,
    validated,
    verdict_of,
)


def check_training_copy(context: CheckContext, item: Item) -> Verdict:
    """Epochs (5), data (3), target equal to input (4) and validation (3), of 15."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fits = context.candidate.fits
    fit = main_fit(fits)
    return verdict_of(
        context,
        [
            epochs_finding(context, 5),
            data_finding(context, fit, 3),
            target_finding(context, fit, 4),
            Finding("validation", 3, validated(context, fits), "validation"),
        ],
    )
