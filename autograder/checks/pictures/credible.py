"""Stricter rules for outputs that replay could not recompute, so that only the run's own word is there.

They must come nearer to the clean images than the mean image does, differ from what the model was given,
and change when its input does.
"""

from __future__ import annotations

import numpy as np

from autograder.evidence.facts import Call
from autograder.recognition.training_rows import flat

from ..context import CheckContext
from ..trained import is_trained

DIFFERENT = 1e-3  # of the range of grey


def grey_error(rows: np.ndarray, clean: np.ndarray) -> float:
    """Mean square error of rows, (n, numbers), after the best common gain and offset of grey."""
    flat_rows = rows.reshape(-1)
    design = np.stack([flat_rows, np.ones_like(flat_rows)], axis=1)
    fitted, *_ = np.linalg.lstsq(design, clean.reshape(-1), rcond=None)
    return float(((design @ fitted - clean.reshape(-1)) ** 2).mean())


def _call_is_credible(context: CheckContext, call: Call, noisy: bool) -> bool:
    origins = context.scene.of_call(call.id)
    inputs = flat(context.evidence.array(call.inputs[0])) if call.inputs else None
    outputs = flat(context.evidence.array(call.outputs[0])) if call.outputs else None
    known = context.scene.known
    if origins is None or inputs is None or outputs is None or outputs.shape[1] != known.pixels:
        return False
    count = min(len(origins.places), len(outputs))
    at = np.flatnonzero((origins.places[:count] >= 0) & (origins.noisy[:count] == noisy))
    if len(at) < 2 or not np.isfinite(outputs[at]).all():
        return False
    clean, made = known.images(origins.places[at]), outputs[at]
    if not np.ptp(made, axis=0).max() > DIFFERENT * max(np.ptp(made), 1e-9):
        return False
    if inputs.shape == outputs.shape:
        given = inputs[at]
        if np.abs(given - made).max() <= DIFFERENT * max(np.ptp(given), 1e-9):
            return False
    mean = np.broadcast_to(known.mean_image, clean.shape)
    return grey_error(made, clean) < grey_error(mean, clean)


def is_credible(context: CheckContext, set_: str, noisy: bool) -> bool:
    """Whether the trained candidate's recorded outputs pass the stricter rules, on any of its calls.

    Without any replay (a student's own check) nothing is held against them.
    """
    if context.evidence.replay is None:
        return True
    model = context.candidate.model.id
    return any(
        _call_is_credible(context, call, noisy)
        for call in context.evidence.calls
        if call.model == model and is_trained(context.scene, context.candidate, model, call.version)
    )
