"""Which of our own failures keeps which item open: a fault of the recorder is never a student's zero."""

from __future__ import annotations

from autograder.checks.sentences import say
from autograder.evidence.evidence import Evidence
from autograder.records import Verdict

# What a check needs, as words in the place where the recorder says that it failed.
_MODELS = ("model", "graph", "weights", "inside", "call", "predict", "compile")
_TRAINING = ("fit", "train", "tape", "stream", "rows", "batch", "budget", "played")
_FIGURES = ("figure", "pil", "image", "axes")
NEEDS: dict[str, tuple[str, ...]] = {
    "runs": (),
    "architecture": _MODELS,
    "initial-weights": _MODELS,
    "training-copy": _TRAINING,
    "training-split": _TRAINING,
    "training-sum": (*_TRAINING, *_MODELS),
    "training-denoise": _TRAINING,
    "training-together": (*_TRAINING, *_MODELS),
    "loss-plot": (*_TRAINING, *_FIGURES),
    "losses-plot": (*_TRAINING, *_FIGURES),
    "originals": _FIGURES,
    "codes": (*_FIGURES, *_MODELS),
    "outputs": (*_FIGURES, *_MODELS),
    "points-before": (*_FIGURES, *_MODELS),
    "points-after": (*_FIGURES, *_MODELS),
    "outputs-by-epoch": (*_FIGURES, *_MODELS, *_TRAINING),
    "samples-by-epoch": (*_FIGURES, *_MODELS, *_TRAINING),
    "made-grid": (*_FIGURES, *_MODELS),
    "halves": _MODELS,
    "saved": (*_MODELS, "save", "load"),
    "generated": (*_FIGURES, *_MODELS),
    "array": (*_MODELS, "held"),
    "fitted": (*_FIGURES, *_MODELS),
    "measures": (*_MODELS, "text"),
    "measures-drawn": (*_MODELS, "text"),
    "noise": (*_TRAINING, *_MODELS, *_FIGURES),
    "noisy": (*_FIGURES, *_TRAINING),
    "denoised": (*_FIGURES, *_MODELS),
}
_KNOWN = (*_MODELS, *_TRAINING, *_FIGURES, "save", "load", "held", "text")


def fault_concerning(evidence: Evidence, check: str) -> Verdict | None:
    """Return the verdict of an item whose evidence our own recording lost; None when it lost none.

    A fault in a place that no list knows concerns every item but `runs`.
    """
    needs = NEEDS.get(check, _KNOWN)
    if not needs:
        return None
    for fault in evidence.faults:
        where = fault.where.lower()
        if any(word in where for word in needs) or not any(word in where for word in _KNOWN):
            return say("item.ours", 0.0, where=fault.where[:60], cell=fault.cell or None, outcome="errored")
    return None
