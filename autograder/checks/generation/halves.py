"""Are encoder and decoder models of their own."""

from __future__ import annotations

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..weighing import SubPoint, weighed
from .encoder_decoder import NAMES, knows_trained, models_of, shares_layers


def check_halves(context: CheckContext, item: Item) -> Verdict:
    """An encoder and a decoder that share the model's layers, or hold what training left."""
    cells = {half: cell for half in NAMES if (cell := _first_cell(context, half)) is not None}
    sub_points = [SubPoint(half, half in cells) for half in NAMES]
    values = {"there": list(cells) or ["neither"]}
    cell = max(cells.values(), default=None)
    return weighed("halves", item, sub_points, values, cell=cell, basis="recomputed")


def _first_cell(context: CheckContext, half: str) -> int | None:
    """The first cell that knows such a model; None where there is none."""
    models = [
        model
        for model in models_of(context, half)
        if shares_layers(context, half, model)
        or any(
            knows_trained(context, half, model, version)
            for version in context.evidence.weights.get(model, {})
        )
    ]
    return min((context.evidence.first_cells.get(model, 0) for model in models), default=None)
