"""Remarks that cost nothing: what a student or a person may want to know about the judged model."""

from __future__ import annotations

import numpy as np

from autograder.checks.context import CheckContext

CONSTANT = 1e-3  # of a grey range from 0 to 1


def constant_output(context: CheckContext) -> bool:
    """Whether the trained model gives the same output for every known image: its units are dead or saturated."""
    model = context.evidence.replayed.get(context.candidate.model.id)
    if model is None or not context.trained or context.candidate.task == "generate":
        return False  # what a generator makes of known images tells nothing
    trained = max((output.version for output in model.outputs), default=0)
    for output in reversed(model.outputs):
        if not output.source.startswith("known:"):
            continue
        made = context.evidence.replayed_array(output.nodes.get("out"))
        if made is None or len(made) < 2 or not np.isfinite(made).all():
            continue
        if output.version == trained:
            return bool(np.ptp(made.reshape(len(made), -1), axis=0).max() <= CONSTANT)
    return False


def remarks_on(contexts: tuple[CheckContext, ...], notebooks: int) -> tuple[str, ...]:
    """Return the remarks on one judged part.

    Args:
        contexts: its judged models.
        notebooks: in how many notebooks the part was attempted.
    """
    remarks = []
    if any(constant_output(context) for context in contexts):
        remarks.append(
            f"{'A' if len(contexts) > 1 else 'The'} model's output is the same for every image: its units may be dead. "
            "Try another activation, loss or learning rate."
        )
    if notebooks > 1:
        remarks.append(f"{notebooks} notebooks attempt this part; the best one counts.")
    return tuple(remarks)
