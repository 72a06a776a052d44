"""An attack: a notebook that claims more than it did, what it may earn at most, and the honest notebook beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpora.corpus import Text
from corpora.defect import TextEdit

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Attack:
    """One way to points without the work, written by somebody who has read the source.

    Attributes:
        name: unique among the attacks.
        most: points that it may earn at most, of all items of its part together.
        edits: what makes it of the honest notebook `base`.
        flag: the flag that a person must see on the run or on an item; empty where none is due.
        twin: edits that make the honest notebook that looks most like it, and must get every point; none: `base` itself.
        base: an honest notebook of this folder (`NAME.ipy`), named after its part.
        beside: file name -> content of what is handed in beside both.
    """

    name: str
    most: float
    edits: tuple[TextEdit, ...]
    flag: str = ""
    twin: tuple[TextEdit, ...] = ()
    base: str = "dense"
    beside: tuple[tuple[str, bytes], ...] = ()

    def notebook(self) -> bytes:
        """The notebook file of the attack. Raises `Unfit` when an edit has no place in its base."""
        return _base(self.base).edited(self.edits)

    def honest_twin(self) -> bytes:
        """The notebook file of its honest twin. Raises `Unfit` as `notebook` does."""
        return _base(self.base).edited(self.twin)


def attack(name: str, most: float, *edits: TextEdit, flag: str = "", twin: Iterable[TextEdit] = (),
           base: str = "dense", beside: Iterable[tuple[str, bytes]] = ()) -> Attack:  # fmt: skip
    """An attack as it is written in the tables: its name, the most it may earn, and one edit after the other."""
    return Attack(name, most, edits, flag, tuple(twin), base, tuple(beside))


def _base(name: str) -> Text:
    return Text((FOLDER / f"{name}.ipy").read_text(encoding="utf-8"))
