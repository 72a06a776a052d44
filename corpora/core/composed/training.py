"""Ways of training: each returns its lines and the expressions under which the two loss curves are found."""

from __future__ import annotations

from collections.abc import Callable

from corpora.core.composed import fits, loops
from corpora.core.composed.trained import Data, Trained
from corpora.core.composed.voice import Voice

__all__ = ["TRAINING", "Data", "Trained"]

TRAINING: dict[str, Callable[[Voice, Data], Trained]] = {
    "one-fit": fits.one_fit,
    "positional": fits.positional,
    "keywords": fits.keywords,
    "two-stages": fits.two_stages,
    "many-fits": loops.many_fits,
    "tf-data": fits.tf_data,
    "own-callback": fits.own_callback,
    "early-stopping": fits.early_stopping,
    "train-on-batch": loops.train_on_batch,
    "validation-split": fits.validation_split,
    "generator": loops.generator,
    "py-dataset": loops.py_dataset,
    "recompiled": loops.recompiled,
    "checkpoint": fits.checkpoint,
    "tape": loops.tape,
}
