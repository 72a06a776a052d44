"""Which model a part is about: the models of one notebook with their trainings, and the parts that each fits.

One model may be trained for two parts (first on clean, then on noisy images): each kind of training makes
a candidate of its own, with the weights in force until the other kind began.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from autograder.evidence.facts import Fit, ModelSeen
from autograder.recognition.layers import input_numbers
from autograder.recognition.scene import Scene
from autograder.recognition.training_rows import MOST, share

from . import adversarial_pair
from .containment import Containment

TASKS: tuple[Literal["copy", "noisy"], ...] = ("copy", "noisy")
MAX_CANDIDATES = 24  # models of one notebook that are judged, each by all items of each part that it fits


@dataclass(frozen=True)
class Candidate:
    """One model with the trainings of one kind.

    Attributes:
        model: what is known of the model.
        fits: its trainings of this kind, in order; empty for a model that was never trained.
        task: what they train; `generate` for two models that are trained against each other; None without any.
        other: the model that it is trained against.
        until: position of the model's next training of another kind, or None.
    """

    model: ModelSeen
    fits: tuple[Fit, ...]
    task: Literal["copy", "noisy", "generate"] | None
    until: int | None = None
    other: ModelSeen | None = None


def really_trained(fit: Fit) -> bool:
    """Whether a recorded training did anything: it ended, or ran at least one epoch or batch."""
    return fit.finished or fit.epochs_run > 0 or bool(fit.batches_real)


def unchanged(fits: tuple[Fit, ...]) -> bool:
    """Whether no training changed a weight, of those that really ran: a played one leaves weights alone, and proves nothing."""
    ran = [fit for fit in fits if not was_played(fit)]
    return bool(ran) and all(
        fit.version_before is not None and fit.version_after == fit.version_before for fit in ran
    )


def was_played(fit: Fit) -> bool:
    """Whether a training was answered from an earlier one like it, because the run was shortened."""
    return fit.shortened and fit.api == "fit" and fit.epochs_real == 0


def _own_layers(scene: Scene, model: ModelSeen) -> frozenset[str]:
    """Ids of the layers with weights that a model is made of."""
    layers = scene.layers(model.id)
    return frozenset(layer.node.layer for layer in layers if layer.node.weights or layer.node.params)


def _inside_another(model: ModelSeen, pieces: Containment, fitted: set[str]) -> bool:
    """Whether a model that was not trained itself is a piece of another model: an encoder, a decoder, a twin."""
    if pieces.callers(model.id):
        return True
    own = len(pieces.layers[model.id])
    return any(
        len(pieces.layers[other]) > own or other in fitted
        for other in pieces.with_all_layers(model.id)
        if other != model.id
    )


def candidates(scene: Scene) -> tuple[Candidate, ...]:
    """Return the models of a notebook that could be an autoencoder of the known images, with their trainings."""
    evidence = scene.evidence
    trained = [fit for fit in evidence.fits if really_trained(fit)]
    every = _against(scene, trained)
    taken = {fit.id for candidate in every for fit in candidate.fits}
    whole = {fit.model for candidate in every for fit in candidate.fits}
    fits: dict[str, list[Fit]] = {}
    for fit in trained:
        if fit.id not in taken:
            fits.setdefault(fit.model, []).append(fit)
    models = evidence.models.values()
    pieces = Containment(models, {model.id: _own_layers(scene, model) for model in models})
    for model in evidence.models.values():
        numbers = input_numbers(evidence, model)
        if model.id in fits:
            every.extend(_by_task(scene, model, fits[model.id]))
        elif (
            numbers == scene.known.pixels
            and model.id not in whole
            and not adversarial_pair.judges_images(scene, model)
            and pieces.layers[model.id]
            and not _inside_another(model, pieces, set(fits))
        ):
            every.append(Candidate(model, (), None))
    return _most_evident(scene, every)


def _against(scene: Scene, fits: list[Fit]) -> list[Candidate]:
    """Both models of each pair that is trained together; where there is none, those that could become such a pair."""
    against: list[Candidate] = []
    evidence = scene.evidence
    pieces = adversarial_pair.held_by(evidence)
    for pair in adversarial_pair.pairs(scene, fits, pieces):
        against.append(Candidate(pair.generator, pair.fits, "generate", other=pair.discriminator))
        against.append(Candidate(pair.discriminator, pair.fits, "generate", other=pair.generator))
    if against:
        return against
    judges = [model.id for model in evidence.models.values() if adversarial_pair.judges_images(scene, model)]
    # a model around both is what they are made for; inside any other one they are something else, a decoder for example
    around = set(evidence.models) - set(judges)
    for judge in judges:
        around -= pieces.holders(judge)
    trained = {fit.model for fit in fits}
    through = trained.union(*(fit.parts for fit in fits))
    for model in evidence.models.values():
        likely = adversarial_pair.makes_images(scene, model) or adversarial_pair.judges_images(scene, model)
        holders = pieces.holders(model.id)
        if likely and not holders & around and model.id not in through and not holders & trained:
            against.append(Candidate(model, (), "generate"))
    return against


def _most_evident(scene: Scene, every: list[Candidate]) -> tuple[Candidate, ...]:
    """At most `MAX_CANDIDATES` of them, in their order: those that the notebook did most with.

    A notebook that compares learning rates or seeds trains dozens of models, each for a moment.
    """
    asked = Counter(call.model for call in scene.evidence.calls)

    def evidence(place: int) -> tuple[bool, bool, int, int, int]:
        candidate = every[place]
        seen = sum((fit.epochs_asked or 1) * (fit.samples or fit.distinct or 1) for fit in candidate.fits)
        validated = any(fit.has_validation for fit in candidate.fits)
        return bool(candidate.fits), validated, seen, asked[candidate.model.id], place

    kept = sorted(sorted(range(len(every)), key=evidence)[-MAX_CANDIDATES:])
    return tuple(every[place] for place in kept)


def _by_task(scene: Scene, model: ModelSeen, fits: list[Fit]) -> list[Candidate]:
    tasks = [(fit, scene.training_rows(fit).task) for fit in fits]
    by_task = []
    for task in TASKS:
        of_task = tuple(fit for fit, trained_on in tasks if trained_on == task)
        if not of_task or not _takes_images(scene, model, of_task):
            continue
        last = scene.evidence.position(of_task[-1])
        others = [scene.evidence.position(fit) for fit, trained_on in tasks if trained_on != task]
        until = min((position for position in others if position > last), default=None)
        by_task.append(Candidate(model, of_task, task, until))
    return by_task


def _takes_images(scene: Scene, model: ModelSeen, fits: tuple[Fit, ...]) -> bool:
    """Whether the model takes images of the known size, or larger ones and was trained onto what it takes.

    Smaller ones are another thing: the worked examples of the templates take digits of 10 x 10.
    """
    numbers = input_numbers(scene.evidence, model)
    if numbers in (None, scene.known.pixels):
        return True
    return numbers > scene.known.pixels and any(share(scene.training_rows(fit).equal) >= MOST for fit in fits)
