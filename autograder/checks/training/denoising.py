"""Was a denoiser trained as asked: noisy images in, clean ones out, with validation of the same kind."""

from __future__ import annotations

import math

import numpy as np

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, TrainingRows, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..epochs import main_fit
from ..pictures.credible import grey_error
from ..weighing import SubPoint
from .sub_points import data_used, training_verdict, untrained, validated, validation_enough

LEAST_LIFT = 0.02  # of the range: how far clipped noise lifts black on average, at least, to be told by it
PAIRED = 0.8  # share of noisy rows whose own target is the nearest one


def _noisy_in(rows: TrainingRows) -> bool:
    """Whether rows are noisy and belong to their own targets."""
    if rows.inputs is None or rows.task != "noisy" or share(rows.input_places < 0) < MOST:
        return False
    if rows.targets is None or share(rows.target_places >= 0) < MOST:
        return True  # noisy onto noisy: what they are trained onto is another sub-point
    inputs, targets = rows.inputs[:64], rows.targets[:64]
    inputs = inputs - inputs.mean(axis=1, keepdims=True)
    targets = targets - targets.mean(axis=1, keepdims=True)
    alike = inputs @ (targets / np.maximum(np.linalg.norm(targets, axis=1, keepdims=True), 1e-9)).T
    best = alike.max(axis=1)
    own = alike[np.arange(len(alike)), np.arange(len(alike))]
    return share(own >= best - 1e-9 * np.abs(best)) >= PAIRED


def _clean_target(rows: TrainingRows) -> bool:
    return rows.targets is not None and share(rows.target_places >= 0) >= MOST


def _learned_clean(context: CheckContext, fit: Fit, rows: TrainingRows) -> bool:
    """Without recorded targets: whether replay's output leaves the background darker than its noise is on average.

    Clipped noise lies above the black that it covers, so a net that was trained onto noisy images learns its mean.
    Where noise has no such mean, the output must come nearer to the clean images than the mean image does.
    """
    if fit.api != "tape" or rows.targets is not None or rows.inputs is None:
        return False
    at = np.flatnonzero(rows.clean_places >= 0)
    answers = _after(context, fit, rows.inputs.shape)
    if answers is None or not len(at):
        return False
    clean, noisy, made = context.scene.known.images(rows.clean_places[at]), rows.inputs[at], answers[at]
    black = clean == 0
    lifted = float(noisy[black].mean())
    if lifted > LEAST_LIFT * float(np.ptp(noisy)):
        return float(made[black].mean()) < lifted / 2
    mean = np.broadcast_to(context.scene.known.mean_image, clean.shape)
    return grey_error(made, clean) < grey_error(mean, clean)


def _after(context: CheckContext, fit: Fit, shape: tuple[int, ...]) -> np.ndarray | None:
    """What replay gives after a training for the rows that it consumed."""
    model = context.evidence.replayed.get(fit.model)
    for output in model.outputs if model else ():
        if output.source == f"fit:{fit.id}" and output.version == fit.version_after:
            made = context.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == math.prod(shape):
                return made.reshape(shape).astype(float)
    return None


def _validated_likewise(context: CheckContext) -> bool:
    """Whether noisy images onto clean ones were given for validation; own loops show theirs by a curve."""
    fits = context.candidate.fits
    held_fit = next((fit for fit in reversed(fits) if fit.has_validation), None)
    if held_fit is None:
        return all(fit.api != "fit" for fit in fits) and validated(context, fits)
    rows = context.scene.training_rows(held_fit, "validation")
    return _noisy_in(rows) and _clean_target(rows) and validation_enough(context, held_fit)


def check_training_denoising(context: CheckContext, item: Item) -> Verdict:
    """Noisy images in, clean ones as target, data, and validation likewise."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fit = main_fit(context.candidate.fits)
    rows = context.scene.training_rows(fit)
    sub_points = [
        SubPoint("noisy-input", _noisy_in(rows)),
        SubPoint("clean-target", _clean_target(rows) or _learned_clean(context, fit, rows)),
        data_used(context, fit),
        SubPoint("validation", _validated_likewise(context), "noisy-validation"),
    ]
    return training_verdict(context, item, sub_points)
