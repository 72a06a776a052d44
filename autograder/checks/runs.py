"""Does the notebook run: its cells, or those that belong to one part of a file with several."""

from __future__ import annotations

from autograder.records import CellState, Verdict
from autograder.rubrics.types import Item

from .context import CheckContext
from .sentences import say

_SENTENCE = {
    "raised": "runs.raised",
    "timed_out": "runs.timed_out",
    "killed": "runs.killed",
    "not_reached": "runs.not_reached",
}


def check_runs(context: CheckContext, item: Item) -> Verdict:
    """All cells of the part ran without an error."""
    run = context.evidence.run
    first, last = context.cells or (1, len(run.cells))
    of_part = [state for state in run.cells if first <= state.cell <= last]
    broken = next((state for state in of_part if state.outcome != "ran"), None)
    if broken is not None:
        return _broken(broken)
    if run.status != "ok" and context.cells is None:
        return say("runs.stopped", 0.0, {"pieces": [f"runs.{run.status}"]}, cell=run.cell)
    if context.cells is not None:
        return say("runs.ok_cells", 1.0, {"first": first, "last": last})
    return say("runs.ok", 1.0, {"count": len(run.cells)})


def _broken(state: CellState) -> Verdict:
    error = state.error.partition(":")[0].strip()[:60] or "an error"
    if state.outcome == "raised":
        return say("runs.raised", 0.0, {"error": error}, cell=state.cell)
    return say(_SENTENCE[state.outcome], 0.0, cell=state.cell)
