"""Was a model trained to give images back for a loss that sums the errors of all pixels, with terms of its own beside them."""

from __future__ import annotations

import numpy as np

from autograder.evidence.facts import Fit
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import main_fit
from ..weighing import SubPoint
from .sub_points import data_used, epochs_asked, target_used, training_verdict, untrained

# A logged loss is a mean over an epoch that began with weights that knew less, and holds the other terms too; the
# sum of cross-entropies is about four times as large, a mean over the pixels hundreds of times smaller.
LIKE = (0.4, 2.5)
LEAST_ROWS = 3  # outputs that a mean error is taken of; of fewer the mean image tells
FEW = 256  # images that tell what giving back the mean image costs


def _summed_error(context: CheckContext) -> float:
    """Sum of squared errors of an image, by what the trained model gave for known ones, or else by the mean image."""
    last = frozenset(layer.node.layer for layer in context.layers[-1:])
    entries, candidates = context.scene.sources.entries(context.scene.known.pixels)
    sets = context.scene.known.sets()
    errors = [
        float(((row - sets[entry.set][entry.index].reshape(-1)) ** 2).sum())
        for entry, row in zip(entries, candidates.values, strict=True)
        if entry.role == "output"
        and not entry.noisy
        and context.belongs(entry, last)
        and context.after_training(entry)
    ]
    if len(errors) >= LEAST_ROWS:
        return float(np.mean(errors))
    known = context.scene.known
    images = known.images(np.arange(min(FEW, known.train_count)))
    return float(((images - known.mean_image) ** 2).sum(axis=1).mean())


def _summed(context: CheckContext, fit: Fit) -> bool:
    """Whether any logged loss is as large as the summed errors are; a loop that logs nothing is not held to it."""
    logged = [values[-1] for name, values in fit.history.items() if "loss" in name.lower() and values]
    if not logged and fit.api == "tape":
        return True
    error = _summed_error(context)
    return any(value is not None and LIKE[0] * error <= value <= LIKE[1] * error for value in logged)


def check_training_summed_loss(context: CheckContext, item: Item) -> Verdict:
    """Epochs, data, the images themselves as target, or none, and a summed loss."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fit = main_fit(context.candidate.fits)
    rows = context.scene.training_rows(fit)
    if rows.targets is not None:
        target = target_used(context, fit)
    else:
        target = SubPoint("target", rows.inputs is not None)
    sub_points = [
        epochs_asked(context),
        data_used(context, fit),
        target,
        SubPoint("loss", _summed(context, fit), values={"loss_wanted": context.part.loss}),
    ]
    return training_verdict(context, item, sub_points)
