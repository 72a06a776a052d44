"""The two kinds of text that a table of sentences is made of."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """What a check says of an item; `{names}` are filled in from the verdict's values.

    Attributes:
        message: one sentence.
        expected, found: what was asked for and what was there.
        hint: one next step; empty when nothing is wrong.
    """

    message: str
    expected: str
    found: str
    hint: str = ""


class Piece(NamedTuple):
    """One of several things that a sentence speaks of, each with points of its own.

    Attributes:
        name: what the sentence calls it.
        expected, found: what was asked for, and what is said when that is not there.
        hint: one next step.
    """

    name: str
    expected: str
    found: str
    hint: str
