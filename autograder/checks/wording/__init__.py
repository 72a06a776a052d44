"""Every sentence that a check can say, by its stable id. A translation is another set of tables with the same ids.

A sentence has four texts: what is so, what was expected, what was found, and one next step. They hold only counts,
names and layer sizes, never a number that training made: the same notebook graded twice says the same.
"""

from __future__ import annotations

from . import building, generating, points, showing
from .sentence import Piece, Sentence

_TABLES = (building, showing, points, generating)
SENTENCES: dict[str, Sentence] = {id: text for table in _TABLES for id, text in table.SENTENCES.items()}
PIECES: dict[str, Piece] = {id: text for table in _TABLES for id, text in table.PIECES.items()}

__all__ = ["PIECES", "SENTENCES", "Piece", "Sentence"]
