"""Is the model built as asked: its layers, one by one, against the rubric's list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from autograder.recognition.layer_names import times
from autograder.recognition.layers import COUNTED, Layer
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .alignment import differences
from .basis import with_basis
from .context import CheckContext
from .sentences import say

MOST_SHOWN = 40  # layers, and differences: what is kept of a grade must stay small


def counts(context: CheckContext, layer: Layer) -> bool:
    """Whether a layer is one that the part asks about; where codes are drawn at random, what draws them is none."""
    draws = context.part.sampled and layer.node.cls not in COUNTED and not layer.node.params
    return layer.counted and not draws


def _shown(context: CheckContext, layer: Layer) -> dict[str, Any]:
    """A layer with its output; plumbing is shown and not counted."""
    return {"layer": layer.label, "output": times(layer.shape) or "?", "counted": counts(context, layer)}


def _parameters(context: CheckContext) -> int:
    """Numbers that the counted layers learn; a layer used twice counts once."""
    return sum(
        {layer.node.layer: layer.node.params for layer in context.layers if counts(context, layer)}.values()
    )


def _recomputed(context: CheckContext) -> bool:
    """Whether replay rebuilt the model, or at least every layer whose size does not follow from recorded weights.

    A model that answered otherwise in the notebook than its layers do may hold more than its graph shows.
    """
    replayed = (context.evidence.replayed.get(layer.model) for layer in context.layers)
    if any(model is not None and model.differing for model in replayed):
        return False
    models = [model for model in context.evidence.models.values() if context.evidence.is_replayed(model.id)]
    # a model that draws at random is known by its pieces, which replay rebuilds
    rebuilt = {node.layer for model in models if model.graph for node in model.graph.nodes}
    unchecked = [layer for layer in context.layers if not layer.checked]
    whole = {layer.model for layer in context.layers} <= {model.id for model in models}
    return whole or all(layer.node.layer in rebuilt for layer in unchecked)


def check_architecture(context: CheckContext, item: Item) -> Verdict:
    """The counted layers are those of the rubric; points go off for each one missing, added or changed."""
    if not context.layers:
        cell = context.evidence.first_cells.get(context.candidate.model.id)
        return say("architecture.unseen", 0.0, {"asked": list(context.part.layers)}, cell=cell)
    return with_basis(context, _compared(context, item), _recomputed(context))


def _compared(context: CheckContext, item: Item) -> Verdict:
    part, cell = context.part, context.evidence.first_cells.get(context.candidate.model.id)
    labels = tuple(layer.label for layer in context.layers if counts(context, layer))
    unlike, parameters = differences(part.layers, labels), _parameters(context)
    values: dict[str, Any] = {
        "asked": list(part.layers),
        "layers": [_shown(context, layer) for layer in context.layers[:MOST_SHOWN]],
    }
    if unlike:
        share = max(0.0, 1 - part.off_per_layer * len(unlike) / item.points)
        listed = [asdict(difference) for difference in unlike[:MOST_SHOWN]]
        return say(
            "architecture.differs", share, {**values, "count": len(unlike), "differences": listed}, cell=cell
        )
    if part.parameters not in (None, parameters):
        share = max(0.0, 1 - part.off_per_layer / item.points)
        counted = {"wanted": part.parameters, "have": parameters}
        return say("architecture.parameters", share, {**values, **counted}, cell=cell)
    return say("architecture.ok", 1.0, {**values, "count": len(labels)}, cell=cell)
