"""How many epochs of training: what a fit asked for, and how many lay behind each recorded call."""

from __future__ import annotations

import math

from autograder.evidence.facts import Call, Fit
from autograder.recognition.training_rows import MOST, estimated_images, share

from .adversarial_pair import takes_real_images
from .context import CheckContext

# An epoch's rows may repeat a little: drawn with replacement they are estimated to be all different, give or take an eighth.
MOSTLY_DIFFERENT = 0.7
ALIKE = 0.9  # as many rows as the main training: parts of a cross-validation differ by less
LOST_TO_LAST_BATCH = 0.02  # of an epoch: what dropped last batches may lose without making it none
# Of the training set: drawing with replacement meets this share of it after 1.4 epochs, 1 - exp(-1.4).
DRAWN_FROM_ALL = 0.75


def epochs_of(fit: Fit) -> int:
    """Epochs that one training asked for and would have run whole; counted from batches where there is no such number.

    Early stopping ends a training that asked for all of them; a callback that stops inside of an epoch, or raises, does
    not. A last batch of an epoch that is not full counts like any other, or was left out: whichever makes whole epochs.
    """
    if fit.epochs_asked is not None:
        whole = fit.epochs_whole if fit.epochs_whole is not None else fit.epochs_asked
        return min(fit.epochs_asked, whole if fit.finished else min(whole, fit.epochs_run))
    rows = fit.samples or fit.distinct
    if not (fit.batches and fit.batch_size and rows):
        return 0
    for steps in (rows // fit.batch_size, math.ceil(rows / fit.batch_size)):
        if steps and fit.batches % steps == 0:
            return fit.batches // steps
    return int(fit.batches * fit.batch_size / rows + LOST_TO_LAST_BATCH)


def main_fit(fits: tuple[Fit, ...]) -> Fit:
    """The training that asked for most epochs; of several, the last one whose rows are known."""
    return max(reversed(fits), key=lambda fit: (epochs_of(fit), fit.rows.inputs is not None))


def rows_in_epoch(fit: Fit) -> int:
    """How many rows a training consumed in an epoch: those that repeat others, or weigh nothing, are none."""
    rows, distinct = fit.samples or fit.distinct or 0, fit.distinct
    if distinct is not None and distinct < MOSTLY_DIFFERENT * rows:
        rows = distinct
    return round(rows * fit.weighted)


def images_in_epoch(context: CheckContext, fit: Fit) -> int:
    """The same, where the recorded rows do not tell of fewer images yet: the same image may come as many rows."""
    places = context.scene.training_rows(fit).clean_places
    different = estimated_images(places[places >= 0])
    return rows_in_epoch(fit) if different is None else min(rows_in_epoch(fit), different)


def epochs_trained(context: CheckContext) -> int:
    """Epochs of all trainings of the candidate that are on as many images as its main one, and on images as it is."""
    fits = context.candidate.fits
    main = main_fit(fits)
    rows, on_images = images_in_epoch(context, main), _on_images(context, main)

    def alike(fit: Fit) -> bool:
        if fit.rows.inputs is None and not fit.samples:
            return True  # played whole because it is like one that ran
        return images_in_epoch(context, fit) >= ALIKE * rows and (_on_images(context, fit) or not on_images)

    return sum(epochs_of(fit) for fit in fits if fit is main or alike(fit))


def _on_images(context: CheckContext, fit: Fit) -> bool:
    return share(context.scene.training_rows(fit).clean_places >= 0) >= MOST


def real_images_in_epoch(fit: Fit) -> int:
    """How many different images a training was given in an epoch, those that a model made left out."""
    return rows_in_epoch(fit)


def real_epochs(fit: Fit, train_count: int) -> int:
    """Epochs over the real images that a training of a discriminator asked for; made images count for none.

    `epochs_of` counts every row. Here only the real ones count, and where they are drawn with replacement, so that
    not all come in an epoch, an epoch is as long as the training set of `train_count` images.
    """
    if fit.epochs_asked is not None:
        return epochs_of(fit)
    count = real_images_in_epoch(fit)
    length = train_count if count >= DRAWN_FROM_ALL * train_count else count
    if not (fit.batches and fit.batch_size and length):
        return 0
    return int(fit.batches * fit.batch_size * (1 - fit.made) / length + 0.5)


def epochs_by_call(context: CheckContext) -> dict[str, int]:
    """Call id -> how many epochs the candidate had been trained for when it was answered (a begun one counts)."""
    fits = context.candidate.fits
    if (
        context.candidate.task == "generate"
    ):  # of two models in turn, the one that is given real images counts
        fits = tuple(fit for fit in fits if takes_real_images(context.scene, fit))
    return {call.id: _epochs_before(context, fits, call) for call in context.evidence.calls}


def _epochs(context: CheckContext, fit: Fit) -> int:
    return (
        real_epochs(fit, context.part.train_count) if context.candidate.task == "generate" else epochs_of(fit)
    )


def _epochs_before(context: CheckContext, fits: tuple[Fit, ...], call: Call) -> int:
    """Epochs of the trainings that had ended, and of the one that was running."""
    at, epochs = context.evidence.position(call), 0
    for fit in fits:
        if context.evidence.position(fit) < at:
            epochs += _epochs(context, fit)
            continue
        if fit.api == "fit":
            return epochs + (call.epoch or 0)
        done = call.batches.get(fit.model)
        if done and fit.batches:
            return epochs + max(1, round(done / fit.batches * _epochs(context, fit)))
        break
    return epochs
