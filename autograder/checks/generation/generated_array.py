"""Are generated images held as one array of the asked shape."""

from __future__ import annotations

import numpy as np

from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.panels import Panel
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..pictures.tally import pair_up
from ..sentences import say
from .samples import nothing_drawn, samples

OTHER_SHAPE = 0.5  # of the points for the images asked for in an array of another shape


def check_generated_array(context: CheckContext, item: Item) -> Verdict:
    """An array of the asked shape holds images that the trained decoder gave for drawn codes; half for another shape."""
    if (nothing := nothing_drawn(context)) is not None:
        return nothing
    wanted = context.part.array_shape
    values, cell_of_other = {"shape": list(wanted)}, None
    generated = CandidateRows(np.concatenate([sample.images for sample in samples(context)]))
    for held in context.evidence.held:
        rows = context.evidence.array(held.first)
        if held.rows != wanted[0] or rows is None or not _are_among(rows, generated):
            continue
        if (held.rows, *held.shape) == wanted:
            return say("array.ok", 1.0, values, cell=held.cell, basis="recomputed")
        cell_of_other = held.cell
    if cell_of_other is not None:
        return say("array.shape", OTHER_SHAPE, values, cell=cell_of_other, basis="recomputed")
    return say("array.none", 0.0, values)


def _are_among(rows: np.ndarray, generated: CandidateRows) -> bool:
    """Whether all rows of an array are generated images, each another one."""
    flat = rows.reshape(len(rows), -1).astype(np.float64)
    if flat.shape[1] != generated.values.shape[1] or not np.isfinite(flat).all():
        return False
    quantum = 1.0 if rows.dtype.kind in "iu" else 0.0
    matches = match_all([Panel(row, quantum) for row in flat], generated)
    return len(pair_up([frozenset(match.candidates.tolist()) for match in matches])) == len(rows)
