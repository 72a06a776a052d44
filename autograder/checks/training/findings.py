"""What is told of a training: its sub-points, each with its weight, whether it is there and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, TrainingRows, share
from autograder.records import Verdict

from ..candidate import unchanged
from ..context import CheckContext
from ..curves.loss_plot import draws_validation_of_own_loop
from ..epochs import epochs_of, main_fit
from ..sentences import say

NEARLY = 0.98  # dropped last batches may lose up to 2 % of the samples


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


def epochs_finding(context: CheckContext, points: float) -> Finding:
    """Were as many epochs asked for as the rubric wants, summed over all trainings."""
    asked, wanted = sum(epochs_of(fit) for fit in context.candidate.fits), context.part.epochs
    there = wanted is None or asked >= wanted
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return Finding("epochs", points, there, "epochs" if wanted is not None else "", values)


def data_finding(context: CheckContext, fit: Fit, points: float) -> Finding:
    """Rows come from the training half: enough of them trained on, and with validation all of them used."""
    part, split = context.part, context.scene.known.train_count
    places = context.scene.training_rows(fit).clean_places
    places = places[places >= 0] if context.scene.training_rows(fit).task == "noisy" else places
    known = share((places >= 0) & (places < split)) >= MOST
    held = context.scene.training_rows(fit, "validation").clean_places
    held_train = share((held >= 0) & (held < split)) >= MOST
    samples = fit.samples or fit.distinct or 0
    held_out = (fit.validation_samples or 0) if fit.has_validation and held_train else 0
    enough = samples >= NEARLY * part.least_trained and samples + held_out >= NEARLY * part.train_count
    if not known:
        return Finding("data", points, False, "rows")
    counts = {"train_count": part.train_count, "least_trained": part.least_trained}
    return Finding("data", points, enough, "data", {**counts, "samples": samples, "held_out": held_out})


def _learned_copy(context: CheckContext, fit: Fit, training_rows: TrainingRows) -> bool:
    """Without recorded targets: whether replay's output after training is nearer to the inputs than the mean image."""
    if training_rows.inputs is None:
        return False
    for model in context.evidence.replayed.values():
        if model.model != fit.model and model.model not in fit.parts:
            continue
        for output in model.outputs:
            if output.source != f"fit:{fit.id}":
                continue
            made = context.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == training_rows.inputs.size:
                error = ((made.reshape(training_rows.inputs.shape) - training_rows.inputs) ** 2).mean()
                return bool(error < training_rows.inputs.var(axis=0).mean())
    return False


def target_finding(context: CheckContext, fit: Fit, points: float) -> Finding:
    """Were the rows trained onto themselves; where no targets were recorded, replay's outputs tell."""
    training_rows = context.scene.training_rows(fit)
    if training_rows.targets is None:
        there = bool(fit.parts) or _learned_copy(context, fit, training_rows)
        there = there and training_rows.inputs is not None
    else:
        there = share(training_rows.equal) >= MOST
    return Finding("target", points, there, "target")


def validated(context: CheckContext, fits: tuple[Fit, ...]) -> bool:
    """Whether validation was given; own loops show theirs by a curve that agrees with replay."""
    if any(fit.has_validation for fit in fits):
        return True
    return all(fit.api != "fit" for fit in fits) and draws_validation_of_own_loop(context)


def verdict_of(context: CheckContext, findings: list[Finding]) -> Verdict:
    """The verdict of a training item: the share of its sub-points that is there, and what is said of the others."""
    fit = main_fit(context.candidate.fits)
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


def untrained(context: CheckContext) -> Verdict | None:
    """The verdict of a candidate that was never trained, or whose weights no training changed; None otherwise."""
    fits = context.candidate.fits
    if not fits:
        return say("training.none", 0.0, cell=context.evidence.first_cells.get(context.candidate.model.id))
    if unchanged(fits):
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    return None
