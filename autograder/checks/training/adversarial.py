"""Were two models trained against each other: how long, on which images, each with an optimizer of its own."""

from __future__ import annotations

import numpy as np

from autograder.evidence.facts import Fit, ModelSeen
from autograder.recognition.training_rows import MOST, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..adversarial_pair import REAL, holds, real_places, takes_real_images, weights_changed, weights_of
from ..context import CheckContext
from ..epochs import real_epochs, real_images_in_epoch
from ..sentences import say
from ..weighing import SubPoint
from .sub_points import NEARLY, training_verdict

SPREAD = 0.5  # of the images to be trained on: rows of an own loop come from all over them


def _both(context: CheckContext, other: ModelSeen) -> dict[str, ModelSeen]:
    """The two models by what they do."""
    judged = context.candidate.model
    maker, judge = (judged, other) if context.part.takes == "codes" else (other, judged)
    return {"maker": maker, "judge": judge}


def _epochs(context: CheckContext, real: list[Fit]) -> SubPoint:
    asked, wanted = sum(real_epochs(fit, context.part.train_count) for fit in real), context.part.epochs
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return SubPoint("epochs", wanted is None or asked >= wanted, values=values)


def _data(context: CheckContext, real: list[Fit]) -> SubPoint:
    """Images of the training half, enough of them; made ones beside them do not count."""
    part, split = context.part, context.scene.known.train_count
    fit = max(real, key=real_images_in_epoch, default=None)
    if fit is None or share(real_places(context.scene, fit) < split) < MOST:
        return SubPoint("data", False, "rows")
    count = real_images_in_epoch(fit)
    enough = count >= NEARLY * part.least_trained
    reach = int(np.ptp(real_places(context.scene, fit)))
    if fit.api != "fit" and reach < SPREAD * split * part.least_trained / part.train_count:
        enough, count = False, min(count, reach)
    return SubPoint("data", enough, "images", {"least_trained": part.least_trained, "samples": count})


def _fault(context: CheckContext, models: dict[str, ModelSeen]) -> str:
    """What is wrong about how the two meet; empty where nothing is."""
    evidence = context.evidence
    if not weights_changed(evidence, models["judge"].id):
        return "judge"
    judged = weights_of(models["judge"])
    own: list[Fit] = []
    for fit in context.candidate.fits:
        through = {role: holds(evidence, fit, model) for role, model in models.items()}
        if through["judge"] and not through["maker"]:
            own.append(fit)
        elif through["maker"] and not takes_real_images(context.scene, fit):
            if judged & {weight for weights in fit.updates.values() for weight in weights}:
                return "deceived"
    others = [share(context.scene.training_rows(fit).input_places < 0) for fit in own if fit.api != "tape"]
    return "made" if others and max(others) < REAL else ""


def _optimizers(context: CheckContext, models: dict[str, ModelSeen]) -> bool:
    """Whether there is an optimizer for the weights of each, and not the same one alone."""
    seen = []
    for model in models.values():
        weights_of_model = weights_of(model)
        seen.append(
            {
                name
                for fit in context.candidate.fits
                for name, weights in fit.updates.items()
                if weights_of_model & set(weights)
            }
        )
    return all(seen) and len(seen[0] | seen[1]) > 1


def check_training_adversarial(context: CheckContext, item: Item) -> Verdict:
    """Epochs, real images, each trained against the other, and an optimizer for each."""
    fits, other = context.candidate.fits, context.candidate.other
    if not fits or other is None:
        return say("training.none", 0.0, cell=context.evidence.first_cells.get(context.candidate.model.id))
    if not context.trained:
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    real = [fit for fit in fits if takes_real_images(context.scene, fit)]
    models = _both(context, other)
    fault = _fault(context, models)
    sub_points = [
        _epochs(context, real),
        _data(context, real),
        SubPoint("each-other", not fault, fault or "against"),
        SubPoint("optimizers", _optimizers(context, models)),
    ]
    return training_verdict(context, item, sub_points)
