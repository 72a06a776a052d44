"""Was the model trained as asked: how long, on what, onto what, with which validation."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.evidence.facts import Fit
from autograder.evidence.tapped import MOST, Tapped, share
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .candidate import unchanged
from .case import Case
from .credible import grey_error
from .sentences import say

NEARLY = 0.98  # dropped last batches may lose up to 2 % of the samples
LEAST_LIFT = 0.02  # of the range: how far clipped noise lifts black on average, at least, to be told by it
PAIRED = 0.8  # share of noisy rows whose own target is the nearest one


@dataclass(frozen=True)
class Finding:
    """One sub-point: its weight, whether it is there, and what is said of it.

    Attributes:
        piece: id of its texts (`training.` left out; empty: nothing was asked); `values`: what they are filled with.
    """

    name: str
    points: float
    there: bool
    piece: str
    values: dict[str, Any] = field(default_factory=dict)


def epochs_of(fit: Fit) -> int:
    """Epochs that one training asked for; counted from batches where there is no such number.

    A last batch of an epoch that is not full counts like any other, or was left out: whichever makes whole epochs.
    """
    if fit.epochs_asked is not None:
        return fit.epochs_asked
    rows = fit.samples or fit.distinct
    if not (fit.batches and fit.batch_size and rows):
        return 0
    for steps in (rows // fit.batch_size, math.ceil(rows / fit.batch_size)):
        if steps and fit.batches % steps == 0:
            return fit.batches // steps
    return int(fit.batches * fit.batch_size / rows + 0.02)


def main_fit(fits: tuple[Fit, ...]) -> Fit:
    """The training that asked for most epochs; of several, the last one whose rows are known."""
    return max(reversed(fits), key=lambda fit: (epochs_of(fit), fit.rows.inputs is not None))


def _epochs(case: Case, points: float) -> Finding:
    asked, wanted = sum(epochs_of(fit) for fit in case.candidate.fits), case.part.epochs
    there = wanted is None or asked >= wanted
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return Finding("epochs", points, there, "epochs" if wanted is not None else "", values)


def _data(case: Case, fit: Fit, points: float) -> Finding:
    """Rows come from the training half: enough of them trained on, and with validation all of them used."""
    part, split = case.part, case.scene.known.train_count
    places = case.scene.tapped(fit).clean_places
    places = places[places >= 0] if case.scene.tapped(fit).task == "noisy" else places
    known = share((places >= 0) & (places < split)) >= MOST
    held = case.scene.tapped(fit, "validation").clean_places
    held_train = share((held >= 0) & (held < split)) >= MOST
    samples = fit.samples or fit.distinct or 0
    held_out = (fit.validation_samples or 0) if fit.has_validation and held_train else 0
    enough = samples >= NEARLY * part.least_trained and samples + held_out >= NEARLY * part.train_count
    if not known:
        return Finding("data", points, False, "rows")
    counts = {"train_count": part.train_count, "least_trained": part.least_trained}
    return Finding("data", points, enough, "data", {**counts, "samples": samples, "held_out": held_out})


def _learned_copy(case: Case, fit: Fit, tapped: Tapped) -> bool:
    """Without recorded targets: whether replay's output after training is nearer to the inputs than the mean image."""
    if tapped.inputs is None:
        return False
    for model in case.evidence.replayed.values():
        if model.model != fit.model and model.model not in fit.parts:
            continue
        for output in model.outputs:
            if output.source != f"fit:{fit.id}":
                continue
            made = case.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == tapped.inputs.size:
                error = ((made.reshape(tapped.inputs.shape) - tapped.inputs) ** 2).mean()
                return bool(error < tapped.inputs.var(axis=0).mean())
    return False


def _target(case: Case, fit: Fit, points: float) -> Finding:
    tapped = case.scene.tapped(fit)
    if tapped.targets is None:
        there = bool(fit.parts) or _learned_copy(case, fit, tapped)
        there = there and tapped.inputs is not None
    else:
        there = share(tapped.equal) >= MOST
    return Finding("target", points, there, "target")


def _validated(case: Case, fits: tuple[Fit, ...]) -> bool:
    """Whether validation was given; own loops show theirs by a curve that agrees with replay."""
    from .figures import draws_validation_of_own_loop

    if any(fit.has_validation for fit in fits):
        return True
    return all(fit.api != "fit" for fit in fits) and draws_validation_of_own_loop(case)


def _verdict(case: Case, findings: list[Finding]) -> Verdict:
    fit = main_fit(case.candidate.fits)
    total = sum(finding.points for finding in findings)
    missing = [finding for finding in findings if not finding.there]
    told = missing or findings
    values = {name: value for finding in told for name, value in finding.values.items()}
    values["pieces"] = [f"training.{finding.piece}" for finding in told if finding.piece]
    if not missing:
        return say("training.ok", 1.0, cell=fit.cell, **values)
    points = sum(finding.points for finding in findings if finding.there)
    return say(
        "training.missing",
        points / total,
        cell=fit.cell,
        missing=[finding.name for finding in missing],
        **values,
    )


def _untrained(case: Case) -> Verdict | None:
    fits = case.candidate.fits
    if not fits:
        return say("training.none", 0.0, cell=case.evidence.first_cells.get(case.candidate.model.id))
    if unchanged(fits):
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    return None


def check_training_copy(case: Case, item: Item) -> Verdict:
    """Epochs (5), data (3), target equal to input (4) and validation (3), of 15."""
    untrained = _untrained(case)
    if untrained is not None:
        return untrained
    fits = case.candidate.fits
    fit = main_fit(fits)
    return _verdict(
        case,
        [
            _epochs(case, 5),
            _data(case, fit, 3),
            _target(case, fit, 4),
            Finding("validation", 3, _validated(case, fits), "validation"),
        ],
    )


def _noisy_in(tapped: Tapped) -> bool:
    """Whether rows are noisy and belong to their own targets."""
    if tapped.inputs is None or tapped.task != "noisy" or share(tapped.input_places < 0) < MOST:
        return False
    if tapped.targets is None or share(tapped.target_places >= 0) < MOST:
        return True  # noisy onto noisy: what they are trained onto is another sub-point
    inputs, targets = tapped.inputs[:64], tapped.targets[:64]
    inputs = inputs - inputs.mean(axis=1, keepdims=True)
    targets = targets - targets.mean(axis=1, keepdims=True)
    alike = inputs @ (targets / np.maximum(np.linalg.norm(targets, axis=1, keepdims=True), 1e-9)).T
    best = alike.max(axis=1)
    own = alike[np.arange(len(alike)), np.arange(len(alike))]
    return share(own >= best - 1e-9 * np.abs(best)) >= PAIRED


def _clean_target(tapped: Tapped) -> bool:
    return tapped.targets is not None and share(tapped.target_places >= 0) >= MOST


def _learned_clean(case: Case, fit: Fit, tapped: Tapped) -> bool:
    """Without recorded targets: whether replay's output leaves the background darker than its noise is on average.

    Clipped noise lies above the black that it covers, so a net that was trained onto noisy images learns its mean.
    Where noise has no such mean, the output must come nearer to the clean images than the mean image does.
    """
    if fit.api != "tape" or tapped.targets is not None or tapped.inputs is None:
        return False
    at = np.flatnonzero(tapped.clean_places >= 0)
    made = _after(case, fit, tapped.inputs.shape)
    if made is None or not len(at):
        return False
    clean, noisy, made = case.scene.known.images(tapped.clean_places[at]), tapped.inputs[at], made[at]
    black = clean == 0
    lifted = float(noisy[black].mean())
    if lifted > LEAST_LIFT * float(np.ptp(noisy)):
        return float(made[black].mean()) < lifted / 2
    mean = np.broadcast_to(case.scene.known.mean_image, clean.shape)
    return grey_error(made, clean) < grey_error(mean, clean)


def _after(case: Case, fit: Fit, shape: tuple[int, ...]) -> np.ndarray | None:
    """What replay gives after a training for the rows that it consumed."""
    model = case.evidence.replayed.get(fit.model)
    for output in model.outputs if model else ():
        if output.source == f"fit:{fit.id}" and output.version == fit.version_after:
            made = case.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == math.prod(shape):
                return made.reshape(shape).astype(float)
    return None


def check_training_denoise(case: Case, item: Item) -> Verdict:
    """Noisy in (5), clean target (5), data (2), validation likewise (3), of 15."""
    untrained = _untrained(case)
    if untrained is not None:
        return untrained
    fit = main_fit(case.candidate.fits)
    rows = case.scene.tapped(fit)
    clean = _clean_target(rows) or _learned_clean(case, fit, rows)
    held_fit = next((f for f in reversed(case.candidate.fits) if f.has_validation), None)
    held = case.scene.tapped(held_fit, "validation") if held_fit else None
    validated = held is not None and _noisy_in(held) and _clean_target(held)
    if held_fit is None and all(f.api != "fit" for f in case.candidate.fits):
        validated = _validated(case, case.candidate.fits)
    return _verdict(
        case,
        [
            Finding("noisy input", 5, _noisy_in(rows), "noisy-input"),
            Finding("clean target", 5, clean, "clean-target"),
            _data(case, fit, 2),
            Finding("validation", 3, validated, "noisy-validation"),
        ],
    )
