"""The places where a failure of the recorder may leave a gap in the record; `evidence.facts` has the same list."""

from __future__ import annotations

from typing import Literal, get_args

Place = Literal[
    "model",
    "weights",
    "call",
    "fit",
    "batch",
    "tape",
    "figure",
    "file",
    "held",
    "text",
    "data",
    "network",
    "speed",
    "recorder",
]
PLACES: tuple[Place, ...] = get_args(Place)
