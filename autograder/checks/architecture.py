"""Is the model built as asked: its layers, one by one, against the rubric's list."""

from __future__ import annotations

from autograder.evidence.layers import Layer
from autograder.evidence.naming import times
from autograder.records import Basis, Verdict
from autograder.rubrics.types import Item

from .alignment import Difference, differences
from .case import Case
from .sentences import say

MOST_SHOWN = 40


def _line(difference: Difference) -> str:
    if difference.kind == "changed":
        return f"layer {difference.place}: expected {difference.expected}, found {difference.found}"
    if difference.kind == "missing":
        return f"layer {difference.place}: {difference.expected} is missing"
    return f"layer {difference.place}: {difference.found} is added before it"


def _shown(layer: Layer) -> str:
    """A layer with its output shape; plumbing in brackets, because it is not counted."""
    text = f"{layer.label} -> {times(layer.shape) or '?'}"
    return text if layer.counted else f"({text})"


def _parameters(case: Case) -> int:
    """Numbers that the counted layers learn; a layer used twice counts once."""
    return sum({layer.node.layer: layer.node.params for layer in case.layers if layer.counted}.values())


def _basis(case: Case) -> tuple[Basis, tuple[str, ...]]:
    """Recomputed when replay rebuilt the model, or when every size was read from recorded weights."""
    models = {layer.model for layer in case.layers}
    if all(case.evidence.is_replayed(model) for model in models) or all(
        layer.checked for layer in case.layers
    ):
        return "recomputed", ()
    return "observed", ("not_recomputed",)


def check_architecture(case: Case, item: Item) -> Verdict:
    """The counted layers are those of the rubric; points go off for each one missing, added or changed."""
    part, cell = case.part, case.evidence.first_cells.get(case.candidate.model.id)
    expected = ", ".join(part.layers)
    if not case.layers:
        return say("architecture.unseen", 0.0, expected=expected, cell=cell)
    basis, flags = _basis(case)
    if basis == "observed" and case.replay_failed:
        return say("item.ours", 0.0, where="replay", outcome="errored", cell=cell)
    labels = tuple(layer.label for layer in case.layers if layer.counted)
    found = ", ".join(_shown(layer) for layer in case.layers[:MOST_SHOWN])
    unlike = differences(part.layers, labels)
    parameters = _parameters(case)
    if not unlike and part.parameters not in (None, parameters):
        return say(
            "architecture.parameters",
            max(0.0, 1 - part.off_per_layer / item.points),
            wanted=f"{part.parameters:,}",
            have=f"{parameters:,}",
            expected=expected,
            found=found,
            cell=cell,
            basis=basis,
            flags=flags,
        )
    if not unlike:
        return say(
            "architecture.ok",
            1.0,
            count=len(labels),
            expected=expected,
            found=found,
            cell=cell,
            basis=basis,
            flags=flags,
        )
    share = max(0.0, 1 - part.off_per_layer * len(unlike) / item.points)
    lines = [_line(difference) for difference in unlike[:MOST_SHOWN]]
    return say(
        "architecture.differs",
        share,
        count=len(unlike),
        lines="\n".join(lines),
        expected=expected,
        found=found,
        cell=cell,
        basis=basis,
        flags=flags,
    )
