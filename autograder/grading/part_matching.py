"""Which graded parts a model could be about: what it was trained on decides, then its layers."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.checks.adversarial_pair import takes_real_images
from autograder.checks.alignment import differences
from autograder.checks.candidate import Candidate
from autograder.recognition.layers import input_numbers
from autograder.recognition.scene import Scene
from autograder.recognition.training_rows import share
from autograder.rubrics.types import Part

LIKE = 0.5  # share of the layers asked for in which a model that was never trained may differ


def recognised(scene: Scene, candidate: Candidate) -> bool:
    """Whether the scene's data set knows what the model was trained on, or what it was asked about."""
    if any(share(scene.training_rows(fit).clean_places >= 0) >= 0.5 for fit in candidate.fits):
        return True
    if candidate.task == "generate" and any(takes_real_images(scene, fit) for fit in candidate.fits):
        return True
    calls = (call for call in scene.evidence.calls if call.model == candidate.model.id)
    origins = (scene.of_call(call.id) for call in calls)
    return any(rows is not None and bool((rows.places >= 0).any()) for rows in origins)


def given_noisy(scene: Scene, candidate: Candidate) -> bool:
    """Whether the model, or one that shares its first layer, was asked about noisy versions of known images."""
    layers = scene.layers(candidate.model.id)
    own_layers = {layer.node.layer for layer in layers}
    for call in scene.evidence.calls:
        origins = scene.of_call(call.id)
        if origins is None or not origins.noisy.any():
            continue
        if call.model == candidate.model.id or any(
            layer.node.layer in own_layers for layer in scene.layers(call.model)
        ):
            return True
    return False


def nearest_copy_part(scene: Scene, candidate: Candidate, parts: Iterable[Part]) -> str | None:
    """Id of the part whose layers are most like the model's; None when no part asks for layers.

    A model whose layers could not be seen goes by the shape of the rows that it was trained on.
    """
    wanted = [part for part in parts if part.task == "copy" and part.layers]
    if not wanted:
        return None
    labels = _labels(scene, candidate)
    if labels:
        kinds = {label.split(" ")[0] for label in labels}

        def distance(part: Part) -> tuple[float, int]:
            own = {label.split(" ")[0] for label in part.layers}
            return (len(differences(part.layers, labels)) / len(part.layers), -len(kinds & own))

        return min(wanted, key=distance).id
    rows = next((scene.evidence.array(fit.rows.inputs) for fit in candidate.fits), None)
    dense = [part for part in wanted if part.layers[0].startswith("Dense")]
    rest = [part for part in wanted if part not in dense]
    chosen = dense if rows is None or rows.ndim <= 2 else rest
    return (chosen or wanted)[0].id


def _could_be(scene: Scene, candidate: Candidate, part: Part) -> bool:
    """Whether a model takes what this one of two models takes; one that is not trained yet must also look like it."""
    images = input_numbers(scene.evidence, candidate.model) == scene.known.pixels
    if (part.takes == "images") != images:
        return False
    unlike = differences(part.layers, _labels(scene, candidate))
    return bool(candidate.fits) or len(unlike) < LIKE * len(part.layers)


def _labels(scene: Scene, candidate: Candidate) -> tuple[str, ...]:
    """What the counted layers of a model are called, in order."""
    return tuple(layer.label for layer in scene.layers(candidate.model.id) if layer.counted)


def fitting_parts(
    scene: Scene, candidate: Candidate, graded: Iterable[Part], all_parts: Iterable[Part]
) -> list[Part]:
    """The graded parts that a candidate could be about: what it was trained on decides, then its layers.

    A model trained on clean images that was then asked about noisy ones may be a denoising attempt too; one that
    was never trained and asked about noisy ones is nothing else (an untrained copy of a denoiser attempts no copying).
    """
    graded = list(graded)
    if candidate.task == "generate":
        return [part for part in graded if part.task == "generate" and _could_be(scene, candidate, part)]
    if candidate.task == "noisy" or (candidate.task is None and given_noisy(scene, candidate)):
        return [part for part in graded if part.task == "denoise"]
    by_id = {part.id: part for part in (*all_parts, *graded)}
    nearest = nearest_copy_part(scene, candidate, by_id.values())
    fitting = [part for part in graded if part.id == nearest]
    if candidate.task == "copy" and given_noisy(scene, candidate):
        fitting += [part for part in graded if part.task == "denoise"]
    return fitting
