"""How much of a notebook's training really runs: everything (`full`), or enough to be judged (`quick`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import speed


@dataclass(frozen=True)
class Budget:
    """The training budget of one kernel. Under `full` the other numbers are not used and nothing is changed.

    Attributes:
        mode: `quick` or `full`.
        real_epochs: epochs of one `fit` that really train.
        samples: training rows of one real epoch, at most.
        batch: rows of one training batch, at most.
        validation_samples: validation rows of one epoch, at most.
        play_seconds: processor time that the played epochs of one `fit` may take.
        real_batches: calls of `train_on_batch` on one model that really train.
        real_fits: fits of one model in the same state that really train; later ones are played whole.
        played_fits: fits in the same state after which fits train again: a loop waits for a loss that none played brings.
        speedups: whether shortened trainings also take the short ways of `recorder.speed`.
    """

    mode: Literal["quick", "full"]
    real_epochs: int = 2
    samples: int = 4096
    batch: int = 128
    validation_samples: int = 1024
    play_seconds: float = 20.0
    real_batches: int = 64
    real_fits: int = 2
    played_fits: int = 300
    speedups: bool = True

    @classmethod
    def quick(cls) -> Budget:
        """The default of the grader: two small epochs, the others played; `COURSE_SPEEDUPS=off` leaves the short ways out."""
        return cls("quick", speedups=speed.switched_on())

    @classmethod
    def full(cls) -> Budget:
        """Everything runs as the notebook asks; it is only recorded."""
        return cls("full")

    @property
    def shortens(self) -> bool:
        """Whether this budget may change what runs."""
        return self.mode == "quick"

    @property
    def hurries(self) -> bool:
        """Whether shortened trainings take the short ways of `recorder.speed`."""
        return self.shortens and self.speedups
