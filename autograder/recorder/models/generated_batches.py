"""Answers of models that trainings are fed with: generated images, in loops that train two models in turn.

Such loops ask a model a hundred thousand times, for nothing but the next batch of another one. Which answers these
are is seen when `train_on_batch` is given the very rows. They are not worth being kept one by one; and once a
shortened training answers from its last logs, so that no weight changes any more, the last of them stands for all
that follow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

RECENT = 4  # answers whose rows are looked for
FEW = 4  # of one kind after which the next ones are taken for food, too
MOST_ROWS = 1024
LEAST_NUMBERS = 16  # in a row: fewer may be equal by chance

Kind = tuple[str, str, int]  # model, api, rows


@dataclass
class Food:
    """The answers of one kind.

    Attributes:
        fed: how many were trained on; newest_fed: whether the newest was.
        kept: inputs and outputs of the newest, where it was given while no training changed any weight.
    """

    fed: int = 0
    newest_fed: bool = False
    kept: tuple[Any, Any] | None = None


class Fed:
    """The newest answers of all models, and what has become of them.

    Attributes:
        playing: tells whether trainings run of which none changes a weight any more.
    """

    def __init__(self) -> None:
        self.playing: Callable[[], bool] = lambda: False
        self._kinds: dict[Kind, Food] = {}
        self._recent: deque[tuple[Kind, np.ndarray, set[int]]] = deque(maxlen=RECENT)

    def answered(self, kind: Kind, inputs: Any, outputs: Any) -> None:
        """A model gave an answer; its rows are looked at when a training comes."""
        rows = np.asarray(outputs) if hasattr(outputs, "shape") else None
        if rows is None or rows.ndim < 2 or not 0 < len(rows) <= MOST_ROWS:
            return
        if rows[0].size < LEAST_NUMBERS:
            return
        food = self._kinds.setdefault(kind, Food())
        food.newest_fed, food.kept = False, (inputs, outputs) if self.playing() else None
        self._recent.append((kind, rows, set()))

    def feeds(self, kind: Kind) -> bool:
        """Whether answers of this kind are there to be trained on."""
        food = self._kinds.get(kind)
        return food is not None and food.fed >= FEW

    def newest_fed(self, kind: Kind) -> bool:
        """Whether the newest answer of this kind was trained on."""
        food = self._kinds.get(kind)
        return food is not None and food.newest_fed

    def instead(self, kind: Kind, inputs: Any) -> tuple[Any, Any] | None:
        """Inputs and outputs that stand for one more answer of this kind; None when it must be given really."""
        food = self._kinds.get(kind)
        if food is None or food.kept is None or food.fed < FEW or not self.playing():
            return None
        if not food.newest_fed or tuple(np.shape(inputs)) != tuple(np.shape(food.kept[0])):
            return None
        return food.kept

    def played(self, kind: Kind) -> None:
        """The newest answer stood for one more."""
        self._kinds[kind].newest_fed = False

    def eaten(self, rows: np.ndarray) -> np.ndarray:
        """Which rows of a training batch a model has just answered, (n,) bool."""
        found = np.zeros(len(rows), bool)
        prints: list[int] | None = None
        for kind, answer, known in self._recent:
            if answer[0].size != rows[0].size:
                continue
            prints = _prints(rows) if prints is None else prints
            if not known:
                known.update(_prints(answer))
            hits = np.fromiter((each in known for each in prints), bool, len(prints))
            if hits.any():
                food = self._kinds[kind]
                food.fed, food.newest_fed = food.fed + (not food.newest_fed), True
                found |= hits
        return found

    def forget(self) -> None:
        """A cell ended: loops do not go on in the next one."""
        self._kinds.clear()
        self._recent.clear()


def _prints(rows: np.ndarray) -> list[int]:
    """A number for each row, the same for the same numbers in any float type."""
    flat = np.ascontiguousarray(rows.reshape(len(rows), -1), np.float32)
    return [hash(row.tobytes()) for row in flat]
