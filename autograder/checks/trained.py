"""Whether some weights are those that the judged model's training left: of itself, or of a piece of it."""

from __future__ import annotations

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import WeightsVersion
from autograder.recognition.scene import Scene

from . import adversarial_pair
from .candidate import Candidate


def is_trained(scene: Scene, candidate: Candidate, model_id: str, version: int | None) -> bool:
    """Whether weights of some model at some version are those of this candidate after training.

    The candidate's own versions are compared with those around its trainings; another model (an encoder, a
    decoder that shares its layers) by the moment at which its weights were seen.
    """
    if version is None or not candidate.fits:
        return False
    evidence = scene.evidence
    if candidate.task == "generate":
        own = model_id == candidate.model.id
        return own and version >= adversarial_pair.version_left(evidence, model_id, candidate.fits)
    if model_id == candidate.model.id:
        befores = [fit.version_before for fit in candidate.fits if fit.version_before is not None]
        afters = [fit.version_after for fit in candidate.fits if fit.version_after is not None]
        least = min(afters) if afters else min(befores, default=0) + 1
        most = _last_version(scene, candidate)
        return version >= least and (most is None or version <= most)
    seen = evidence.weights.get(model_id, {}).get(version)
    if seen is None:
        return False
    position = evidence.position(seen)
    if candidate.until is not None and position >= candidate.until:
        return False
    if position > evidence.position(candidate.fits[0]):
        return True
    return _recorded_with_training(evidence, candidate, seen) or _same_as_trained(evidence, candidate, seen)


def _recorded_with_training(evidence: Evidence, candidate: Candidate, seen: WeightsVersion) -> bool:
    """Whether weights of a piece were recorded because of the candidate's first training.

    When a training ends, the recorder writes down the new weights of all models, and then the training itself. So
    these weights come after the candidate's untrained ones and before its training.
    """
    fit = candidate.fits[0]
    before = evidence.weights.get(candidate.model.id, {}).get(fit.version_before or 0)
    since = evidence.position(before) if before is not None else 0
    return seen.reason == "trained" and since < evidence.position(seen) < evidence.position(fit)


def _same_as_trained(evidence: Evidence, candidate: Candidate, seen: WeightsVersion) -> bool:
    """Whether all weights of a piece are those that one of the candidate's trainings ended with.

    A callback that asks a piece after the last epoch has its weights written down before the training is.
    """
    versions = evidence.weights.get(candidate.model.id, {})
    ends = [versions.get(fit.version_after) for fit in candidate.fits if fit.version_after is not None]
    return bool(seen.values) and any(
        end is not None and seen.values.items() <= end.values.items() for end in ends
    )


def _last_version(scene: Scene, candidate: Candidate) -> int | None:
    """The candidate's last version before a training of another kind began; None when none did."""
    if candidate.until is None:
        return None
    starts = [
        fit.version_before
        for fit in scene.evidence.fits
        if fit.model == candidate.model.id
        and fit.version_before is not None
        and scene.evidence.position(fit) >= candidate.until
    ]
    return min(starts, default=None)
