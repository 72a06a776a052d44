"""Was a model trained as asked where the split and the loss are asked for too: on how many images, held out how many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import main_fit
from .findings import (
    NEARLY,
    Finding,
    data_finding,
    epochs_finding,
    target_finding,
    untrained,
    validated,
    verdict_of,
)

NEAR_LOSS = 0.15  # of a loss recomputed on up to 256 rows: a logged one is a mean over other rows


def _errors(made: np.ndarray, wanted: np.ndarray) -> dict[str, float]:
    """The losses that a rubric can ask for, of outputs against images from 0 to 1."""
    kept = np.clip(made, 1e-7, 1 - 1e-7)
    entropy = -(wanted * np.log(kept) + (1 - wanted) * np.log(1 - kept)).mean()
    return {"mean_squared_error": float(((made - wanted) ** 2).mean()), "binary_crossentropy": float(entropy)}


def _recomputed(context: CheckContext, fit: Fit) -> float | None:
    """The asked loss of the trained model on the rows that it was validated or trained on; None without replay."""
    model = context.evidence.replayed.get(fit.model)
    for kind in ("validation", "fit"):
        training_rows = context.scene.training_rows(fit, kind)
        for output in model.outputs if model and training_rows.inputs is not None else ():
            made = context.evidence.replayed_array(output.nodes.get("out"))
            if output.source != f"{kind}:{fit.id}" or output.version != fit.version_after or made is None:
                continue
            if made.size == training_rows.inputs.size:
                errors = _errors(made.reshape(training_rows.inputs.shape).astype(float), training_rows.inputs)
                return errors.get(context.part.loss)
    return None


def uses_loss(context: CheckContext, fit: Fit) -> bool:
    """Whether the asked loss was compiled; a function of the student's own must log what that loss would."""
    at = context.evidence.position(fit)
    names = [each.loss for each in context.evidence.compiles if each.model == fit.model]
    before = [
        each.loss
        for each in context.evidence.compiles
        if each.model == fit.model and context.evidence.position(each) < at
    ]
    if context.part.loss in (before or names)[-1:]:
        return True
    loss = _recomputed(context, fit)
    logged = [values[-1] for name, values in fit.history.items() if name.endswith("loss") and values]
    pixels = context.scene.known.pixels
    return loss is not None and any(
        value is not None and abs(value / (loss * factor) - 1) <= NEAR_LOSS
        for value in logged
        for factor in (1, pixels)
    )


def _split(context: CheckContext, fit: Fit, data: Finding) -> Finding:
    """The data finding, and as many images held out of the training half as asked for."""
    places = context.scene.training_rows(fit, "validation").clean_places
    from_train = share((places >= 0) & (places < context.scene.known.train_count)) >= MOST
    held = (fit.validation_samples or 0) if fit.has_validation and from_train else 0
    there = data.there and held >= NEARLY * context.part.least_held_out
    if data.piece != "data" or not context.part.least_held_out:
        return replace(data, there=there)
    asked = {"least_held_out": context.part.least_held_out, "held_out": held}
    return replace(data, there=there, piece="split", values=data.values | asked)


def _uses_optimizer(context: CheckContext, fit: Fit) -> bool:
    """Whether the asked optimizer was compiled when this training began."""
    at = context.evidence.position(fit)
    mine = [each for each in context.evidence.compiles if each.model == fit.model]
    before = [each for each in mine if context.evidence.position(each) < at]
    return context.part.optimizer in [each.optimizer for each in before or mine][-1:]


def check_training_split(context: CheckContext, item: Item) -> Verdict:
    """Epochs (5), data (3), target equal to input (4), loss (3) and validation (3), of 18; an optimizer (2) where asked."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fits = context.candidate.fits
    fit = main_fit(fits)
    given = validated(context, fits)
    findings = [
        epochs_finding(context, 5),
        _split(context, fit, data_finding(context, fit, 3)),
        target_finding(context, fit, 4),
        Finding(
            "loss", 3, uses_loss(context, fit), "loss", {"loss_wanted": context.part.loss.replace("_", " ")}
        ),
        Finding("validation", 3, given, "validation"),
    ]
    optimizer = context.part.optimizer
    if optimizer:
        there = _uses_optimizer(context, fit)
        findings.append(Finding("optimizer", 2, there, "optimizer", {"optimizer_wanted": optimizer}))
    return verdict_of(context, findings)
