"""The two halves of a trained model as models of their own, sharing its layers or holding copies of its weights."""

from __future__ import annotations

from autograder.recognition.layers import Layer

from ..context import CheckContext
from ..trained import is_trained

NAMES = ("encoder", "decoder")


def halves(context: CheckContext) -> dict[str, tuple[Layer, ...]]:
    """The judged model's counted layers up to its narrowest, and those after it."""
    counted = tuple(layer for layer in context.layers if layer.counted and layer.numbers)
    if len(counted) < 2:
        return dict.fromkeys(NAMES, ())
    code = min(range(len(counted) - 1), key=lambda at: counted[at].numbers)
    return {"encoder": counted[: code + 1], "decoder": counted[code + 1 :]}


def _counted(context: CheckContext, model: str) -> tuple[Layer, ...]:
    return tuple(layer for layer in context.scene.layers(model) if layer.counted)


def models_of(context: CheckContext, half: str) -> tuple[str, ...]:
    """Ids of the recorded models that are this half: of its very layers, or of others just like them."""
    wanted = halves(context)[half]
    labels = [layer.label for layer in wanted]
    return tuple(
        model
        for model in context.evidence.models
        if wanted and model != context.candidate.model.id
        if [layer.label for layer in _counted(context, model)] == labels
    )


def shares_layers(context: CheckContext, half: str, model: str) -> bool:
    """Whether a model is made of the judged model's own layers."""
    wanted = [layer.node.layer for layer in halves(context)[half]]
    return [layer.node.layer for layer in _counted(context, model)] == wanted


def knows_trained(context: CheckContext, half: str, model: str, version: int | None) -> bool:
    """Whether a half's weights at some version are those that training left, shared or copied."""
    if version is None or not context.trained:
        return False
    if shares_layers(context, half, model):
        return is_trained(context.scene, context.candidate, model, version)
    seen = context.evidence.weights.get(model, {}).get(version)
    held = frozenset(seen.values.values()) if seen is not None else frozenset()
    before = min((fit.version_before or 0 for fit in context.candidate.fits), default=0)
    own = context.evidence.weights.get(context.candidate.model.id, {})
    left = [frozenset(weights.values.values()) for version, weights in own.items() if version > before]
    return bool(held) and any(held <= values for values in left)
