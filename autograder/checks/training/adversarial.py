"""Were two models trained against each other: how long, on which images, each with an optimizer of its own."""

from __future__ import annotations

import numpy as np

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..adversarial_pair import REAL, holds, real_places, takes_real_images, weights_changed, weights_of
from ..context import CheckContext
from ..epochs import epochs_on, real_count
from ..sentences import say
from .findings import NEARLY, Finding, verdict_of

SPREAD = 0.5  # of the images to be trained on: rows of an own loop come from all over them


def _both(context: CheckContext) -> dict[str, str]:
    """Ids of the two models."""
    mine, other = context.candidate.model, context.candidate.other
    generates = context.part.takes == "codes"
    return {"maker": (mine if generates else other).id, "judge": (other if generates else mine).id}


def _epochs(context: CheckContext, real: list[Fit]) -> Finding:
    asked, wanted = sum(epochs_on(fit, context.part.train_count) for fit in real), context.part.epochs
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return Finding("epochs", 7, wanted is None or asked >= wanted, "epochs", values)


def _data(context: CheckContext, real: list[Fit]) -> Finding:
    """Images of the training half, enough of them; made ones beside them do not count."""
    part, split = context.part, context.scene.known.train_count
    fit = max(real, key=real_count, default=None)
    if fit is None or share(real_places(context.scene, fit) < split) < MOST:
        return Finding("data", 4, False, "rows")
    count = real_count(fit)
    enough = count >= NEARLY * part.least_trained
    reach = int(np.ptp(real_places(context.scene, fit)))
    if fit.api != "fit" and reach < SPREAD * split * part.least_trained / part.train_count:
        enough, count = False, min(count, reach)
    return Finding("data", 4, enough, "images", {"least_trained": part.least_trained, "samples": count})


def _fault(context: CheckContext) -> str:
    """What is wrong about how the two meet; empty where nothing is."""
    evidence, both = context.evidence, _both(context)
    models = {role: evidence.models[id] for role, id in both.items()}
    if not weights_changed(evidence, both["judge"]):
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


def _optimizers(context: CheckContext) -> bool:
    """Whether there is an optimizer for the weights of each, and not the same one alone."""
    seen = []
    for id in _both(context).values():
        mine = weights_of(context.evidence.models[id])
        seen.append(
            {
                name
                for fit in context.candidate.fits
                for name, weights in fit.updates.items()
                if mine & set(weights)
            }
        )
    return all(seen) and len(seen[0] | seen[1]) > 1


def check_training_together(context: CheckContext, item: Item) -> Verdict:
    """Epochs (7), real images (4), each against the other (5), an optimizer for each (4), of 20."""
    fits = context.candidate.fits
    if not fits or context.candidate.other is None:
        return say("training.none", 0.0, cell=context.evidence.first_cells.get(context.candidate.model.id))
    if not context.trained:
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    real = [fit for fit in fits if takes_real_images(context.scene, fit)]
    fault = _fault(context)
    return verdict_of(
        context,
        [
            _epochs(context, real),
            _data(context, real),
            Finding("each other", 5, not fault, fault or "against"),
            Finding("optimizers", 4, _optimizers(context), "optimizers"),
        ],
    )
