"""Every sentence that a check can say, by its stable id. A translation is another set of tables with the same ids.

A sentence has four texts: what is so, what was expected, what was found, and one next step. They hold only counts,
names and layer sizes, never a number that training made: the same notebook graded twice says the same.
"""

from __future__ import annotations

from . import building, points, showing
from .sentence import Piece, Sentence

SENTENCES: dict[str, Sentence] = building.SENTENCES | showing.SENTENCES | points.SENTENCES
PIECES: dict[str, Piece] = building.PIECES | showing.PIECES | points.PIECES

__all__ = ["PIECES", "SENTENCES", "Piece", "Sentence"]
