"""What is told of a training: its sub-points, each with its weight, whether it is there and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.evidence.facts import Fit
from autograder.recognition.training_rows import MOST, Tapped, share
from autograder.records import Verdict

from ..candidate import unchanged
from ..case import Case
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


def epochs_finding(case: Case, points: float) -> Finding:
    """Were as many epochs asked for as the rubric wants, summed over all trainings."""
    asked, wanted = sum(epochs_of(fit) for fit in case.candidate.fits), case.part.epochs
    there = wanted is None or asked >= wanted
    values = {"epochs_wanted": wanted, "epochs_asked": asked}
    return Finding("epochs", points, there, "epochs" if wanted is not None else "", values)


def data_finding(case: Case, fit: Fit, points: float) -> Finding:
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


def target_finding(case: Case, fit: Fit, points: float) -> Finding:
    """Were the rows trained onto themselves; where no targets were recorded, replay's outputs tell."""
    tapped = case.scene.tapped(fit)
    if tapped.targets is None:
        there = bool(fit.parts) or _learned_copy(case, fit, tapped)
        there = there and tapped.inputs is not None
    else:
        there = share(tapped.equal) >= MOST
    return Finding("target", points, there, "target")


def validated(case: Case, fits: tuple[Fit, ...]) -> bool:
    """Whether validation was given; own loops show theirs by a curve that agrees with replay."""
    if any(fit.has_validation for fit in fits):
        return True
    return all(fit.api != "fit" for fit in fits) and draws_validation_of_own_loop(case)


def verdict_of(case: Case, findings: list[Finding]) -> Verdict:
    """The verdict of a training item: the share of its sub-points that is there, and what is said of the others."""
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


def untrained(case: Case) -> Verdict | None:
    """The verdict of a candidate that was never trained, or whose weights no training changed; None otherwise."""
    fits = case.candidate.fits
    if not fits:
        return say("training.none", 0.0, cell=case.evidence.first_cells.get(case.candidate.model.id))
    if unchanged(fits):
        return say("training.unchanged", 0.0, cell=fits[-1].cell)
    return None
