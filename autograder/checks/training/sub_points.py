"""Sub-points that several kinds of training share: epochs, data, target, validation; and their verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, TrainingRows, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..candidate import unchanged
from ..context import CheckContext
from ..curves.loss_plot import draws_validation_of_own_loop
from ..epochs import epochs_trained, images_in_epoch, main_fit
from ..learning import doubts
from ..sentences import say
from ..weighing import SubPoint, weighed

LEAST_VALIDATED = 10  # different images: as many as are shown; fewer tell nothing of a model
NEARLY = 0.98  # dropped last batches may lose up to 2 % of the samples


def epochs_asked(context: CheckContext) -> SubPoint:
    """Were as many epochs asked for as the rubric wants, summed over all trainings."""
    asked, wanted = epochs_trained(context), context.part.epochs
    enough = wanted is None or asked >= wanted
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return SubPoint("epochs", enough, "" if wanted is not None else None, values)


def data_used(context: CheckContext, fit: Fit) -> SubPoint:
    """Rows come from the training half: enough of them trained on, and with validation all of them used."""
    part, split = context.part, context.scene.known.train_count
    places = context.scene.training_rows(fit).clean_places
    places = places[places >= 0] if context.scene.training_rows(fit).task == "noisy" else places
    from_train = share((places >= 0) & (places < split)) >= MOST
    held = context.scene.training_rows(fit, "validation").clean_places
    held_train = share((held >= 0) & (held < split)) >= MOST
    samples = images_in_epoch(context, fit)
    held_out = (fit.validation_samples or 0) if fit.has_validation and held_train else 0
    enough = samples >= NEARLY * part.least_trained and samples + held_out >= NEARLY * part.train_count
    if not from_train:
        return SubPoint("data", False, "rows")
    counts = {"train_count": part.train_count, "least_trained": part.least_trained}
    return SubPoint("data", enough, "data", {**counts, "samples": samples, "held_out": held_out})


def _learned_copy(context: CheckContext, fit: Fit, rows: TrainingRows) -> bool:
    """Without recorded targets: whether replay's output after training is nearer to the inputs than the mean image."""
    if rows.inputs is None:
        return False
    for model in context.evidence.replayed.values():
        if model.model != fit.model and model.model not in fit.parts:
            continue
        for output in model.outputs:
            if output.source != f"fit:{fit.id}":
                continue
            made = context.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == rows.inputs.size:
                error = ((made.reshape(rows.inputs.shape) - rows.inputs) ** 2).mean()
                return bool(error < rows.inputs.var(axis=0).mean())
    return False


def target_used(context: CheckContext, fit: Fit) -> SubPoint:
    """Were the rows trained onto themselves; where no targets were recorded, replay's outputs tell."""
    rows = context.scene.training_rows(fit)
    if rows.targets is None:
        onto_itself = rows.inputs is not None and (bool(fit.parts) or _learned_copy(context, fit, rows))
    else:
        onto_itself = share(rows.equal) >= MOST
    return SubPoint("target", onto_itself)


def validated(context: CheckContext, fits: tuple[Fit, ...]) -> bool:
    """Whether validation was given on enough images; own loops show theirs by a curve that agrees with replay."""
    if any(fit.has_validation and validation_enough(context, fit) for fit in fits):
        return True
    return all(fit.api != "fit" for fit in fits) and draws_validation_of_own_loop(context)


def validation_enough(context: CheckContext, fit: Fit) -> bool:
    """Whether a training was validated on enough different images; on known ones where it was trained on such.

    Rows that were not recorded (a structure that is no array) are not held against it.
    """
    rows = context.scene.training_rows(fit, "validation")
    if rows.inputs is None:
        return fit.validation_samples is None or fit.validation_samples >= LEAST_VALIDATED
    known = rows.clean_places[rows.clean_places >= 0]
    if share(context.scene.training_rows(fit).clean_places >= 0) >= MOST:
        return len(np.unique(known)) >= LEAST_VALIDATED
    return len(np.unique(rows.inputs, axis=0)) >= LEAST_VALIDATED


def training_verdict(context: CheckContext, item: Item, sub_points: Iterable[SubPoint]) -> Verdict:
    """The verdict of a training item, at the training that asked for most epochs, with the flags that are due."""
    verdict = weighed("training", item, sub_points, cell=main_fit(context.candidate.fits).cell)
    flags = doubts(context.evidence, context.candidate.fits, context.learning)
    return replace(verdict, flags=(*verdict.flags, *flags))


def untrained(context: CheckContext) -> Verdict | None:
    """The verdict of a candidate that was never trained, or whose weights no training changed; None otherwise."""
    fits = context.candidate.fits
    if not fits:
        return say("training.none", 0.0, cell=context.evidence.first_cells.get(context.candidate.model.id))
    if unchanged(fits):
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    if not context.trained:
        return say("training.nothing", 0.0, cell=fits[-1].cell, basis="recomputed")
    return None
