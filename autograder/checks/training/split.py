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
from ..weighing import SubPoint
from .sub_points import NEARLY, data_used, epochs_asked, target_used, training_verdict, untrained, validated

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
        inputs = context.scene.training_rows(fit, kind).inputs
        for output in model.outputs if model and inputs is not None else ():
            made = context.evidence.replayed_array(output.nodes.get("out"))
            of_this = output.source == f"{kind}:{fit.id}" and output.version == fit.version_after
            if of_this and made is not None and inputs is not None and made.size == inputs.size:
                errors = _errors(made.reshape(inputs.shape).astype(float), inputs)
                return errors.get(context.part.loss)
    return None


def uses_loss(context: CheckContext, fit: Fit) -> bool:
    """Whether the asked loss was compiled; a function of the student's own must log what that loss would."""
    at = context.evidence.position(fit)
    compiles = [compiled for compiled in context.evidence.compiles if compiled.model == fit.model]
    before = [compiled for compiled in compiles if context.evidence.position(compiled) < at]
    if context.part.loss in [compiled.loss for compiled in before or compiles][-1:]:
        return True
    loss = _recomputed(context, fit)
    logged = [values[-1] for name, values in fit.history.items() if name.endswith("loss") and values]
    pixels = context.scene.known.pixels
    return loss is not None and any(
        value is not None and abs(value / (loss * factor) - 1) <= NEAR_LOSS
        for value in logged
        for factor in (1, pixels)
    )


def _split(context: CheckContext, fit: Fit) -> SubPoint:
    """The data as in any training, and as many images held out of the training half as asked for."""
    data, part = data_used(context, fit), context.part
    places = context.scene.training_rows(fit, "validation").clean_places
    from_train = share((places >= 0) & (places < context.scene.known.train_count)) >= MOST
    held_out = (fit.validation_samples or 0) if fit.has_validation and from_train else 0
    earned = data.earned if held_out >= NEARLY * part.least_held_out else 0
    if data.piece != "data" or not part.least_held_out:
        return replace(data, earned=earned)
    asked = {"least_held_out": part.least_held_out, "held_out": held_out}
    return replace(data, earned=earned, piece="split", values={**data.values, **asked})


def _uses_optimizer(context: CheckContext, fit: Fit) -> bool:
    """Whether the asked optimizer was compiled when this training began."""
    at = context.evidence.position(fit)
    compiles = [compiled for compiled in context.evidence.compiles if compiled.model == fit.model]
    before = [compiled for compiled in compiles if context.evidence.position(compiled) < at]
    return context.part.optimizer in [compiled.optimizer for compiled in before or compiles][-1:]


def check_training_split(context: CheckContext, item: Item) -> Verdict:
    """Epochs, data, target equal to input, loss and validation; an optimizer where the rubric gives it a weight."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    part, fits = context.part, context.candidate.fits
    fit = main_fit(fits)
    loss, optimizer = {"loss_wanted": part.loss.replace("_", " ")}, {"optimizer_wanted": part.optimizer}
    sub_points = [
        epochs_asked(context),
        _split(context, fit),
        target_used(context, fit),
        SubPoint("loss", uses_loss(context, fit), values=loss),
        SubPoint("validation", validated(context, fits)),
        SubPoint("optimizer", _uses_optimizer(context, fit), values=optimizer),
    ]
    return training_verdict(context, item, sub_points)
