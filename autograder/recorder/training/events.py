"""What the three ways of training (`fit`, `train_on_batch`, own loops) share: the books they tell, ids, parts of events."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ..models.book import ModelBook
from ..recording import Recording
from .updates import UpdateBook

HISTORY_CAP = 100_000  # values of one log that are kept; what `evidence.facts.Fit` may hold


class Trainings:
    """The trainings of one recording, whatever their api.

    Attributes:
        models: told of the models that are trained.
        updates: which optimizer changes which weights.
    """

    def __init__(self, rec: Recording, models: ModelBook, updates: UpdateBook) -> None:
        self.rec, self.models, self.updates = rec, models, updates
        self._numbers = itertools.count(1)

    def next_id(self) -> str:
        """A fresh id for one training: `fit1`, `fit2`, ..."""
        return f"fit{next(self._numbers)}"

    def row_fields(self, rows: tuple[Any, Any]) -> dict[str, str | None]:
        """Rows (inputs, targets), each an array (n, ...) or None, as references into the journal's arrays."""
        inputs, targets = rows
        array = self.rec.journal.array
        return {
            "inputs": None if inputs is None else array(inputs),
            "targets": None if targets is None else array(targets),
        }


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
