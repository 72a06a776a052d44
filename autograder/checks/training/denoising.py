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
from .findings import Finding, data_finding, untrained, validated, verdict_of

LEAST_LIFT = 0.02  # of the range: how far clipped noise lifts black on average, at least, to be told by it


PAIRED = 0.8  # share of noisy rows whose own target is the nearest one


def _noisy_in(training_rows: TrainingRows) -> bool:
    """Whether rows are noisy and belong to their own targets."""
    if (
        training_rows.inputs is None
        or training_rows.task != "noisy"
        or share(training_rows.input_places < 0) < MOST
    ):
        return False
    if training_rows.targets is None or share(training_rows.target_places >= 0) < MOST:
        return True  # noisy onto noisy: what they are trained onto is another sub-point
    inputs, targets = training_rows.inputs[:64], training_rows.targets[:64]
    inputs = inputs - inputs.mean(axis=1, keepdims=True)
    targets = targets - targets.mean(axis=1, keepdims=True)
    alike = inputs @ (targets / np.maximum(np.linalg.norm(targets, axis=1, keepdims=True), 1e-9)).T
    best = alike.max(axis=1)
    own = alike[np.arange(len(alike)), np.arange(len(alike))]
    return share(own >= best - 1e-9 * np.abs(best)) >= PAIRED


def _clean_target(training_rows: TrainingRows) -> bool:
    return training_rows.targets is not None and share(training_rows.target_places >= 0) >= MOST


def _learned_clean(context: CheckContext, fit: Fit, training_rows: TrainingRows) -> bool:
    """Without recorded targets: whether replay's output leaves the background darker than its noise is on average.

    Clipped noise lies above the black that it covers, so a net that was trained onto noisy images learns its mean.
    Where noise has no such mean, the output must come nearer to the clean images than the mean image does.
    """
    if fit.api != "tape" or training_rows.targets is not None or training_rows.inputs is None:
        return False
    at = np.flatnonzero(training_rows.clean_places >= 0)
    made = _after(context, fit, training_rows.inputs.shape)
    if made is None or not len(at):
        return False
    clean, noisy, made = (
        context.scene.known.images(training_rows.clean_places[at]),
        training_rows.inputs[at],
        made[at],
    )
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


def check_training_denoise(context: CheckContext, item: Item) -> Verdict:
    """Noisy in (5), clean target (5), data (2), validation likewise (3), of 15."""
    verdict = untrained(context)
    if verdict is not None:
        return verdict
    fit = main_fit(context.candidate.fits)
    rows = context.scene.training_rows(fit)
    clean = _clean_target(rows) or _learned_clean(context, fit, rows)
    held_fit = next((f for f in reversed(context.candidate.fits) if f.has_validation), None)
    held = context.scene.training_rows(held_fit, "validation") if held_fit else None
    given = held is not None and _noisy_in(held) and _clean_target(held)
    if held_fit is None and all(f.api != "fit" for f in context.candidate.fits):
        given = validated(context, context.candidate.fits)
    return verdict_of(
        context,
        [
            Finding("noisy input", 5, _noisy_in(rows), "noisy-input"),
            Finding("clean target", 5, clean, "clean-target"),
            data_finding(context, fit, 2),
            Finding("validation", 3, given, "noisy-validation"),
        ],
    )
