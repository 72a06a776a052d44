"""What a check is asked about: one part, one notebook's scene, one candidate model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from autograder.evidence.evidence import Evidence
from autograder.recognition.image_entries import Entry
from autograder.recognition.layers import Layer
from autograder.recognition.scene import Scene
from autograder.rubrics.types import Part

from .adversarial_pair import weights_changed
from .candidate import Candidate, unchanged
from .learning import Learning, is_nothing, learning_of
from .trained import is_trained


@dataclass(frozen=True)
class CheckContext:
    """One part held against one model of one notebook.

    Attributes:
        cells: first and last code cell that belong to this part, for the item `runs`; None for the whole notebook.
    """

    scene: Scene
    part: Part
    candidate: Candidate
    cells: tuple[int, int] | None = None

    @property
    def evidence(self) -> Evidence:
        """The notebook's evidence."""
        return self.scene.evidence

    @property
    def trained(self) -> bool:
        """Whether the candidate was trained at all: a training that changes no weight is none, nor one that teaches nothing."""
        fits = self.candidate.fits
        if self.candidate.task == "generate":
            return bool(fits) and weights_changed(self.evidence, self.candidate.model.id)
        return bool(fits) and not unchanged(fits) and not is_nothing(self.learning, fits)

    @cached_property
    def learning(self) -> Learning | None:
        """What the trainings taught the candidate; None where replay cannot tell."""
        return learning_of(self.scene, self.candidate.fits)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The candidate's layers, in order."""
        return self.scene.layers(self.candidate.model.id)

    @property
    def shortened(self) -> bool:
        """Whether the training budget cut this candidate's training."""
        return any(fit.shortened for fit in self.candidate.fits)

    @property
    def replay_failed(self) -> bool:
        """Whether replay itself broke, so that nothing could be recomputed."""
        return self.evidence.replay is not None and bool(self.evidence.replay.fault)

    def after_training(self, entry: Entry) -> bool:
        """Whether an entry was made by weights that this candidate's training left."""
        return is_trained(self.scene, self.candidate, entry.model, entry.version)

    def belongs(self, entry: Entry, layer_ids: frozenset[str]) -> bool:
        """Whether an entry is what one of the candidate's layers gave: through itself, or a model that ends there.

        Args:
            layer_ids: ids of the candidate's layers whose output is wanted.
        """
        layer_ids = self._with_reloaded(layer_ids)
        all_layers = self._with_reloaded(frozenset(layer.node.layer for layer in self.layers))
        if any(self._last_layer(model) not in all_layers for model in entry.via):
            return False
        if entry.role == "node":
            return any(
                layer.model == entry.model and layer.name == entry.node and layer.node.layer in layer_ids
                for layer in self.layers
            )
        return self._last_layer(entry.model) in layer_ids

    @cached_property
    def reloaded(self) -> tuple[str, ...]:
        """Models that were never trained and hold the very weights that this training left: loaded from its file."""
        candidate, weights = self.candidate, self.evidence.weights
        before = min((fit.version_before or 0 for fit in candidate.fits), default=0)
        left = {
            frozenset(seen.values.values())
            for version, seen in weights.get(candidate.model.id, {}).items()
            if version > before and seen.values
        }
        fitted = {fit.model for fit in self.evidence.fits} | {candidate.model.id}
        return tuple(
            model
            for model, versions in weights.items()
            if model not in fitted
            and len(self.scene.layers(model)) == len(self.layers)
            and any(frozenset(seen.values.values()) in left for seen in versions.values())
        )

    def _with_reloaded(self, layer_ids: frozenset[str]) -> frozenset[str]:
        """These layers of the candidate and those in the same places of its reloaded copies."""
        places = [at for at, layer in enumerate(self.layers) if layer.node.layer in layer_ids]
        return layer_ids | {
            self.scene.layers(model)[at].node.layer for model in self.reloaded for at in places
        }

    def _last_layer(self, model_id: str) -> str:
        layers = self.scene.layers(model_id)
        return layers[-1].node.layer if layers else ""
