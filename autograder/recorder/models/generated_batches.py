"""Answers of one model that another is trained on: generated images, in loops that train two models in turn.

Such loops ask a model a hundred thousand times, for nothing but the next batch of another one. Which answers these
are is seen when `train_on_batch` is given the very rows. They are not worth being kept one by one; and once a
shortened training answers from its last logs, so that no weight changes any more, the last of them stands for all
that follow.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

RECENT = 4  # newest answers whose rows are compared with those of a training batch
ENOUGH = 4  # answers of one kind that were trained on, from which on all answers of the kind count as training batches
MOST_ROWS = 1024
LEAST_NUMBERS = 16  # in a row: fewer may be equal by chance

Kind = tuple[str, str, int]  # model, api, rows


@dataclass
class KindCount:
    """What has become of the answers of one kind.

    Attributes:
        trained_on: how many of them a training was given; newest_trained_on: whether the newest was among them.
        stand_in: inputs and outputs of the newest, where it was given while no training changed any weight.
    """

    trained_on: int = 0
    newest_trained_on: bool = False
    stand_in: tuple[Any, Any] | None = None


class GeneratedBatches:
    """The newest answers of all models, and whether trainings were given their rows."""

    def __init__(self) -> None:
        self._kinds: dict[Kind, KindCount] = {}
        self._recent: deque[tuple[Kind, np.ndarray, set[int]]] = deque(maxlen=RECENT)

    def answered(self, kind: Kind, inputs: Any, outputs: Any, weights_stand: bool) -> None:
        """A model answered `outputs`, an array (rows, ...) of at least 16 numbers a row; anything else is passed over.

        `weights_stand`: whether trainings run of which none changes a weight any more, so that it may be given again.
        """
        rows = np.asarray(outputs) if hasattr(outputs, "shape") else None
        if rows is None or rows.ndim < 2 or not 0 < len(rows) <= MOST_ROWS:
            return
        if rows[0].size < LEAST_NUMBERS:
            return
        count = self._kinds.setdefault(kind, KindCount())
        count.newest_trained_on, count.stand_in = False, (inputs, outputs) if weights_stand else None
        self._recent.append((kind, rows, set()))

    def are_training_batches(self, kind: Kind) -> bool:
        """Whether answers of this kind are asked for to be trained on: four of them were."""
        count = self._kinds.get(kind)
        return count is not None and count.trained_on >= ENOUGH

    def newest_trained_on(self, kind: Kind) -> bool:
        """Whether the newest answer of this kind was trained on."""
        count = self._kinds.get(kind)
        return count is not None and count.newest_trained_on

    def stand_in(self, kind: Kind, inputs: Any) -> tuple[Any, Any] | None:
        """Inputs and outputs that may be given again for one more answer of this kind; None when it must be computed."""
        count = self._kinds.get(kind)
        if count is None or count.stand_in is None or count.trained_on < ENOUGH:
            return None
        if not count.newest_trained_on or tuple(np.shape(inputs)) != tuple(np.shape(count.stand_in[0])):
            return None
        return count.stand_in

    def given_again(self, kind: Kind) -> None:
        """The newest answer stood for one more, of which nobody knows yet what it is for."""
        self._kinds[kind].newest_trained_on = False

    def among(self, rows: np.ndarray) -> np.ndarray:
        """Which rows (n, ...) of a training batch a model has just answered, (n,) bool; remembers what they tell."""
        generated = np.zeros(len(rows), bool)
        prints: list[int] | None = None
        for kind, answer, answer_prints in self._recent:
            if answer[0].size != rows[0].size:
                continue
            prints = _prints(rows) if prints is None else prints
            if not answer_prints:
                answer_prints.update(_prints(answer))
            hits = np.fromiter((row in answer_prints for row in prints), bool, len(prints))
            if hits.any():
                count = self._kinds[kind]
                count.trained_on += not count.newest_trained_on
                count.newest_trained_on = True
                generated |= hits
        return generated

    def forget(self) -> None:
        """A cell ended: loops do not go on in the next one."""
        self._kinds.clear()
        self._recent.clear()


def _prints(rows: np.ndarray) -> list[int]:
    """A number for each row, the same for the same numbers in any float type."""
    flat = np.ascontiguousarray(rows.reshape(len(rows), -1), np.float32)
    return [hash(row.tobytes()) for row in flat]
