"""After how much training an answer was given: in epochs of the candidate's own trainings."""

from __future__ import annotations

from autograder.evidence.facts import Call, Fit

from .case import Case
from .together import epochs_on, takes_real_images
from .training import epochs_of

Moments = dict[str, int]


def moments(case: Case) -> Moments:
    """Call id -> how many epochs the candidate had been trained for when it was answered (a begun one counts)."""
    fits = case.candidate.fits
    if case.candidate.task == "generate":  # of two models in turn, the one that is given real images counts
        fits = tuple(fit for fit in fits if takes_real_images(case.scene, fit))
    return {call.id: _epochs_before(case, fits, call) for call in case.evidence.calls}


def _epochs(case: Case, fit: Fit) -> int:
    return epochs_on(fit, case.part.train_count) if case.candidate.task == "generate" else epochs_of(fit)


def _epochs_before(case: Case, fits: tuple[Fit, ...], call: Call) -> int:
    """Epochs of the trainings that had ended, and of the one that was running."""
    at, epochs = case.evidence.position(call), 0
    for fit in fits:
        if case.evidence.position(fit) < at:
            epochs += _epochs(case, fit)
            continue
        if fit.api == "fit":
            return epochs + (call.epoch or 0)
        done = call.batches.get(fit.model)
        if done and fit.batches:
            return epochs + max(1, round(done / fit.batches * _epochs(case, fit)))
        break
    return epochs
