"""Is the model built as asked: its layers, one by one, against the rubric's list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from autograder.recognition.layer_names import times
from autograder.recognition.layers import COUNTED, Layer
from autograder.records import Basis, Verdict
from autograder.rubrics.types import Item

from .alignment import differences
from .context import CheckContext
from .sentences import say

MOST_SHOWN = 40


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


def _basis(context: CheckContext) -> tuple[Basis, tuple[str, ...]]:
    """Recomputed when replay rebuilt the model, or when every size was read from recorded weights."""
    models = [model for id, model in context.evidence.models.items() if context.evidence.is_replayed(id)]
    # a model that draws at random is known by its pieces, which replay rebuilds
    rebuilt = {node.layer for model in models if model.graph for node in model.graph.nodes}
    mine = [layer for layer in context.layers if not layer.checked]
    if {layer.model for layer in context.layers} <= {model.id for model in models} or all(
        layer.node.layer in rebuilt for layer in mine
    ):
        return "recomputed", ()
    return "observed", ("not_recomputed",)


def check_architecture(context: CheckContext, item: Item) -> Verdict:
    """The counted layers are those of the rubric; points go off for each one missing, added or changed."""
    part, cell = context.part, context.evidence.first_cells.get(context.candidate.model.id)
    asked = list(part.layers)
    if not context.layers:
        return say("architecture.unseen", 0.0, asked=asked, cell=cell)
    basis, flags = _basis(context)
    if basis == "observed" and context.replay_failed:
        return say("item.ours", 0.0, where="replay", outcome="errored", cell=cell)
    labels = tuple(layer.label for layer in context.layers if counts(context, layer))
    unlike, parameters = differences(part.layers, labels), _parameters(context)
    said: dict[str, Any] = {"cell": cell, "basis": basis, "flags": flags, "asked": asked}
    said["layers"] = [_shown(context, layer) for layer in context.layers[:MOST_SHOWN]]
    if unlike:
        share = max(0.0, 1 - part.off_per_layer * len(unlike) / item.points)
        listed = [asdict(each) for each in unlike[:MOST_SHOWN]]
        return say("architecture.differs", share, count=len(unlike), differences=listed, **said)
    if part.parameters not in (None, parameters):
        share = max(0.0, 1 - part.off_per_layer / item.points)
        return say("architecture.parameters", share, wanted=part.parameters, have=parameters, **said)
    return say("architecture.ok", 1.0, count=len(labels), **said)
