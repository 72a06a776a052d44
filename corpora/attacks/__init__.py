"""Notebooks written against the grader by somebody who knows its source: each with the most that it may earn."""

from __future__ import annotations

from corpora.attacks.amounts import AMOUNTS
from corpora.attacks.attack import Attack
from corpora.attacks.curves import CURVES
from corpora.attacks.graph import GRAPH
from corpora.attacks.library import LIBRARY
from corpora.attacks.names import NAMES
from corpora.attacks.record import RECORD
from corpora.attacks.training import TRAINING

ATTACKS: tuple[Attack, ...] = (*AMOUNTS, *CURVES, *GRAPH, *LIBRARY, *NAMES, *RECORD, *TRAINING)
