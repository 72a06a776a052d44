"""What the events of all ways of training have in common."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

HISTORY_CAP = 100_000
_numbers = itertools.count(1)


def next_fit_id() -> str:
    """A fresh id for one training of this run, whatever its api."""
    return f"fit{next(_numbers)}"


def own_train_step(model: Any) -> bool:
    """Whether the model brings its own `train_step` (VAE, GAN), so that the models inside it are what trains."""
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    step = getattr(model.train_step, "__func__", model.train_step)
    return step is not TensorFlowTrainer.train_step


def as_number(value: Any) -> float | None:
    """One log value as a float; None when it is no single number."""
    try:
        return float(np.asarray(value).reshape(()))
    except Exception:
        return None


def row_fields(rec: Any, rows: tuple[Any, Any]) -> dict[str, str | None]:
    """Rows as references into the journal's arrays."""
    inputs, targets = rows
    return {
        "inputs": None if inputs is None else rec.journal.array(inputs),
        "targets": None if targets is None else rec.journal.array(targets),
    }
