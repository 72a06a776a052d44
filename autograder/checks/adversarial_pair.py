"""Two models that are trained against each other: one makes images of drawn codes, one tells made images from real ones.

However they are trained: by the own training step of a model around both, by `train_on_batch` in turn, or under tapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Fit, ModelSeen
from autograder.recognition.layers import input_numbers
from autograder.recognition.scene import Scene

from .containment import Containment, layers_in_graph

# Share of a training's rows that are known images, at least, where it is a training on real images.
REAL = 0.1


@dataclass(frozen=True)
class Pair:
    """A generator, its discriminator, and the trainings that concern either, in order."""

    generator: ModelSeen
    discriminator: ModelSeen
    fits: tuple[Fit, ...]


def output_numbers(scene: Scene, model: ModelSeen) -> int:
    """Numbers in one row of a model's output; 0 where that is unknown."""
    layers = scene.layers(model.id) if model.graph is not None else ()
    return layers[-1].numbers if layers else 0


def makes_images(scene: Scene, model: ModelSeen) -> bool:
    """Whether a model makes images of something else."""
    takes = input_numbers(scene.evidence, model)
    return output_numbers(scene, model) == scene.known.pixels and takes not in (None, scene.known.pixels)


def judges_images(scene: Scene, model: ModelSeen) -> bool:
    """Whether a model gives one number for an image."""
    return output_numbers(scene, model) == 1 and input_numbers(scene.evidence, model) == scene.known.pixels


def weights_of(model: ModelSeen) -> frozenset[str]:
    """Ids of the weights of a model's own layers."""
    nodes = model.graph.nodes if model.graph is not None else ()
    return frozenset(weight for node in nodes for weight in node.weights)


def inside(model: ModelSeen, other: ModelSeen) -> bool:
    """Whether a model is a piece of another one."""
    layers = layers_in_graph(model)
    return model.id in other.parts or (bool(layers) and layers <= layers_in_graph(other))


def holds(evidence: Evidence, fit: Fit, model: ModelSeen) -> bool:
    """Whether a training runs through a model: it is that model, or a part of what is trained."""
    trained = evidence.models.get(fit.model)
    if fit.model == model.id or model.id in fit.parts:
        return True
    return trained is not None and inside(model, trained)


def held_by(evidence: Evidence) -> Containment:
    """Which models of a notebook are pieces of which others."""
    models = evidence.models.values()
    return Containment(models, {model.id: layers_in_graph(model) for model in models})


def trained_through(pieces: Containment, model_id: str, fits: list[Fit]) -> list[Fit]:
    """The trainings of which `holds` is true."""
    holders = pieces.holders(model_id) | {model_id}
    return [fit for fit in fits if fit.model in holders or model_id in fit.parts]


def pairs(scene: Scene, fits: list[Fit], pieces: Containment) -> tuple[Pair, ...]:
    """All pairs that the trainings of a notebook train together."""
    evidence = scene.evidence
    makers = [model for model in evidence.models.values() if makes_images(scene, model)]
    judges = [model for model in evidence.models.values() if judges_images(scene, model)]
    if not makers or not judges:
        return ()
    through = {model.id: trained_through(pieces, model.id, fits) for model in (*makers, *judges)}
    ids = {model: frozenset(fit.id for fit in of_model) for model, of_model in through.items()}
    taped = {model: _any_tape(of_model) for model, of_model in through.items()}
    together = []
    for maker in makers:
        for judge in judges:
            if ids[maker.id] & ids[judge.id] or (taped[maker.id] and taped[judge.id]):
                of_either = ids[maker.id] | ids[judge.id]
                together.append(Pair(maker, judge, tuple(fit for fit in fits if fit.id in of_either)))
    return tuple(together)


def _any_tape(fits: list[Fit]) -> bool:
    return any(fit.api == "tape" for fit in fits)


def weights_changed(evidence: Evidence, model: str) -> bool:
    """Whether a model's weights were seen to be others than at first."""
    return max(evidence.weights.get(model, {}), default=0) > 0


def version_left(evidence: Evidence, model: str, fits: tuple[Fit, ...]) -> int:
    """The newest version of a model's weights that was recorded when the last of some trainings ended.

    At least 1: version 0 is what the model was built with.
    """
    end = max(evidence.position(fit) for fit in fits)
    versions = evidence.weights.get(model, {}).items()
    return max([1, *(version for version, weights in versions if evidence.position(weights) <= end)])


def real_places(scene: Scene, fit: Fit) -> np.ndarray:
    """Which known images are among the rows of a training."""
    places = scene.training_rows(fit).input_places
    return places[places >= 0]


def takes_real_images(scene: Scene, fit: Fit) -> bool:
    """Whether a training is given real images, alone or among made ones."""
    rows = scene.training_rows(fit).input_places
    return len(rows) > 0 and float((rows >= 0).mean()) >= REAL
