"""Which recorded loss a drawn line is: the history of a training, of several in a row, or means of batches."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from autograder.evidence.facts import Fit

from ..context import CheckContext
from ..epochs import epochs_of

NEAR = 1e-3  # relative; a student may have rounded
EXACT = 1e-6  # relative; the very numbers, or their mean in float32
MOST_DROPPED = 0.2  # share of first epochs that a curve may leave out
# Parts of the names that Keras gives to errors, and to logs that are none.
LOSS_WORDS = (
    *("loss", "mse", "mae", "rmse", "msle", "mape", "error", "entropy", "huber", "cosh"),
    *("divergence", "poisson", "hinge", "mean_squared", "mean_absolute"),
)
NO_LOSS_WORDS = ("acc", "auc", "precision", "recall", "rate", "lr")
MOST_JOINED = 12  # trainings in a row of which every run is tried as one curve; of more only all together
# How near an own loop's last value must be to the loss that replay gives after training. A mean over the
# last epoch lies above it, because the epoch began with weights that knew less.
OWN_LOOP = (0.85, 1.35)


@dataclass(frozen=True)
class Curve:
    """One recorded sequence that a line may be; `validation` says of which data."""

    validation: bool
    values: np.ndarray


def is_loss(name: str, own_names: bool = False) -> bool:
    """Whether a log is an error of some kind, not an accuracy or a learning rate.

    Args:
        own_names: whether it may be called anything, as the parts of a loss are (`kl`, `reconstruction`).
    """
    name = name.removeprefix("val_").lower()
    if own_names:
        return not any(word in name for word in NO_LOSS_WORDS)
    return any(word in name for word in LOSS_WORDS)


def _values(fit: Fit, name: str) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in fit.history[name]], float)


def recorded_curves(context: CheckContext) -> list[Curve]:
    """All curves that the candidate's trainings recorded: each alone, and neighbours joined."""
    fits = context.candidate.fits
    names = dict.fromkeys(name for fit in fits for name in fit.history if is_loss(name))
    curves: list[Curve] = []
    for name in names:
        validation = name.startswith("val_")
        pieces = [_values(fit, name) for fit in fits if name in fit.history]
        for start in range(len(pieces)) if len(pieces) <= MOST_JOINED else (0,):
            for end in range(start + 1, len(pieces) + 1) if len(pieces) <= MOST_JOINED else (len(pieces),):
                curves.append(Curve(validation, np.concatenate(pieces[start:end])))
    for fit in fits:
        if fit.api != "fit":
            curves.extend(_per_epoch(fit, name) for name in fit.history if is_loss(name))
    return [curve for curve in curves if len(curve.values)]


def _per_epoch(fit: Fit, name: str) -> Curve:
    """Means over the batches of each epoch, for trainings recorded batch by batch."""
    values, epochs = _values(fit, name), epochs_of(fit)
    if epochs > 0 and len(values) >= epochs:
        values = np.array([part.mean() for part in np.array_split(values, epochs)])
    return Curve(name.startswith("val_"), values)


def _close(drawn: np.ndarray, recorded: np.ndarray, near: float) -> bool:
    scale = np.maximum(np.abs(recorded), 1e-9)
    both_missing = ~np.isfinite(drawn) & ~np.isfinite(recorded)
    with np.errstate(all="ignore"):
        return bool(((np.abs(drawn - recorded) <= near * (scale + 1e-4)) | both_missing).all())


def _forms(values: np.ndarray) -> list[np.ndarray]:
    """A curve as it is, and as its logarithm."""
    with np.errstate(all="ignore"):
        return [values, np.log10(values), np.log(values)]


def shows_curve(drawn: np.ndarray, curve: Curve, near: float = NEAR) -> bool:
    """Whether drawn values are a recorded curve, perhaps its logarithm, perhaps without its first few epochs."""
    recorded = curve.values
    dropped = len(recorded) - len(drawn)
    if not len(drawn) or dropped < 0 or dropped > MOST_DROPPED * len(recorded):
        return False
    if not np.isfinite(drawn).any():
        return False
    return any(_close(drawn, form[dropped:], near) for form in _forms(recorded))


def shows_batches(drawn: np.ndarray, fit: Fit, validation: bool, near: float = NEAR) -> bool:
    """Whether drawn values are one number an epoch from batch logs: mean, sum or last of each epoch."""
    if fit.api == "fit" or not len(drawn):
        return False
    for name in fit.history:
        values = _values(fit, name)
        if not is_loss(name) or name.startswith("val_") != validation or len(values) % len(drawn):
            continue
        table = values.reshape(len(drawn), -1)
        if any(_close(drawn, form, near) for form in (table.mean(axis=1), table.sum(axis=1), table[:, -1])):
            return True
    return False


def _losses(made: np.ndarray, wanted: np.ndarray) -> list[float]:
    """The usual losses of outputs against images from 0 to 1."""
    error = made - wanted
    kept = np.clip(made, 1e-7, 1 - 1e-7)
    entropy = -(wanted * np.log(kept) + (1 - wanted) * np.log(1 - kept)).mean()
    square = float((error**2).mean())
    return [square, math.sqrt(square), float(np.abs(error).mean()), float(entropy)]


def replayed_losses(context: CheckContext) -> list[float]:
    """Losses of the trained candidate on the rows that replay has outputs for; empty without replay."""
    losses: list[float] = []
    model = context.evidence.replayed.get(context.candidate.model.id)
    last = max((output.version for output in model.outputs), default=0) if model else 0
    for output in model.outputs if model else ():
        made = context.evidence.replayed_array(output.nodes.get("out"))
        if made is None or output.version != last:
            continue
        made = made.reshape(len(made), -1).astype(float)
        pair = _wanted_pair(context, output.source, made)
        if pair is not None and pair[0].size == pair[1].size:
            made, wanted = pair
            of_these = _losses(made, wanted.reshape(made.shape).astype(float))
            # a student's own loss may sum over the pixels instead of taking their mean
            losses += [*of_these, of_these[0] * made.shape[1], of_these[3] * made.shape[1]]
    return losses


def _wanted_pair(
    context: CheckContext, source: str, made: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Outputs, (n, numbers), for one source of replay with what they are trained onto; None where that is unknown."""
    kind, _, name = source.partition(":")
    if context.candidate.task == "noisy":
        pair = _clean_pairs(context, source, made)
        if pair is not None:
            return pair
    wanted: np.ndarray | None = None
    if kind == "known" and context.candidate.task != "noisy":
        wanted = context.scene.known.sets().get(name)
    elif kind in ("fit", "validation"):
        fit = next((fit for fit in context.candidate.fits if fit.id == name), None)
        rows = context.scene.training_rows(fit, kind) if fit else None
        wanted = (rows.targets if rows.targets is not None else rows.inputs) if rows else None
    return None if wanted is None else (made, wanted)


def _clean_pairs(
    context: CheckContext, source: str, made: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Outputs for noisy rows with the clean images beneath them, where a loop's own targets were not seen."""
    kind, _, name = source.partition(":")
    if kind == "call":
        origins = context.scene.of_call(name)
        places = np.where(origins.noisy, origins.places, -1) if origins is not None else np.empty(0, int)
    elif kind == "fit":
        fit = next((fit for fit in context.candidate.fits if fit.id == name), None)
        if fit is None or context.scene.training_rows(fit).targets is not None:
            return None
        places = context.scene.training_rows(fit).clean_places
    else:
        return None
    at = np.flatnonzero(places[: len(made)] >= 0)
    return (made[at], context.scene.known.images(places[at])) if len(at) else None


def shows_own_loop(drawn: np.ndarray, context: CheckContext) -> bool:
    """For own training loops: a point an epoch, the last one near a loss that replay gives."""
    if (
        not context.candidate.fits
        or any(fit.api == "fit" for fit in context.candidate.fits)
        or len(drawn) < 2
    ):
        return False
    epochs = sum(epochs_of(fit) for fit in context.candidate.fits)
    if epochs and len(drawn) != epochs:
        return False
    last = float(drawn[-1])
    return any(OWN_LOOP[0] * loss <= last <= OWN_LOOP[1] * loss for loss in replayed_losses(context))
