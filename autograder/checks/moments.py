"""After how much training an answer was given: in epochs of the candidate's own trainings."""

from __future__ import annotations

from autograder.evidence.facts import Call, Fit

from .case import Case
from .training import epochs_of

Moments = dict[str, int]


def moments(case: Case) -> Moments:
    """Call id -> how many epochs the candidate had been trained for when it was answered (a begun one counts)."""
    fits = case.candidate.fits
    return {call.id: _epochs_before(case, fits, call) for call in case.evidence.calls}


def _epochs_before(case: Case, fits: tuple[Fit, ...], call: Call) -> int:
    """Epochs of the trainings that had ended, and of the one that was running."""
    at, epochs = case.evidence.position(call), 0
    for fit in fits:
        if case.evidence.position(fit) < at:
            epochs += epochs_of(fit)
            continue
        if fit.api == "fit":
            return epochs + (call.epoch or 0)
        done = call.batches.get(fit.model)
        if done and fit.batches:
            return epochs + max(1, round(done / fit.batches * epochs_of(fit)))
        break
    return epochs
