"""One thing that a drawn panel could be showing, and the batches of rows that such things are read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .origins import Origins

Role = Literal["original", "noisy", "output", "node", "made"]


@dataclass(frozen=True)
class Entry:
    """One candidate: which image it comes from and what made it.

    Attributes:
        role: an original, a noisy row that was recorded, a model's output, or the output of a node inside; `made`: an
            output of an image's size for inputs behind which there is no image.
        set: `mnist:test` or `mnist:train`; index: which of its first images; of what was made, which row of its call.
        noisy: whether the model was given a noisy version of that image.
        model, node, version: what made it (node `out` for outputs); version None when it is not by weights.
        source: what the model was given, as replay names it (`known:mnist:test`, `call:c3`).
        via: models whose outputs were what this model was given.
        recomputed: whether replay computed it, or it is only what the run claimed.
    """

    role: Role
    set: str
    index: int
    noisy: bool = False
    model: str = ""
    node: str = ""
    version: int | None = None
    source: str = ""
    via: tuple[str, ...] = ()
    recomputed: bool = True


@dataclass(frozen=True)
class Batch:
    """Rows that may be candidates, read when they are needed.

    Attributes:
        numbers: in one row.
        read: gives the rows, or None where there are none.
        origins: which image each row comes from; `made`: what made them.
    """

    numbers: int
    read: Callable[[], np.ndarray | None]
    origins: Origins
    made: Entry
