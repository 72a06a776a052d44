"""A defect: how an honest notebook is changed, and what that must cost. Every mutant of the corpora is written this way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

# A text that stands exactly once in a notebook's code, and what stands there instead.
TextEdit = tuple[str, str]
# `TextEdit` for notebooks that are texts; a change of the plan (`corpora.core.composed.compose`) for composed ones.
EditT = TypeVar("EditT")
EditT_co = TypeVar("EditT_co", covariant=True)
EditT_contra = TypeVar("EditT_contra", contravariant=True)


class Unfit(LookupError):
    """A notebook has no place for a defect."""


@dataclass(frozen=True)
class Defect(Generic[EditT_co]):
    """One deliberate defect of one part.

    Attributes:
        name: unique within its part.
        cost: points that it must lose, by item. Whatever else a notebook with it loses or keeps is a mistake of the grader.
        edits: the changes that make it, in order.
        base: name of the honest notebook that it is made in; empty where the part has one for all, or many.
    """

    name: str
    cost: Mapping[str, float]
    edits: tuple[EditT_co, ...]
    base: str = ""


def defect(name: str, cost: Mapping[str, float], *edits: EditT, base: str = "") -> Defect[EditT]:
    """A defect as it is written in the tables: its name, what it costs, and one edit after the other."""
    return Defect(name, cost, edits, base)


def by_name(*defects: Defect[EditT]) -> dict[str, Defect[EditT]]:
    """Defects by name, in the order given. Raises `ValueError` when two have one name."""
    found = {each.name: each for each in defects}
    if len(found) < len(defects):
        raise ValueError("two defects of one part have the same name")
    return found


class Base(Protocol[EditT_contra]):
    """An honest notebook that defects can be made in."""

    def edited(self, edits: Sequence[EditT_contra]) -> bytes:
        """The notebook file with these edits. Raises `Unfit` when one has no place here."""


def mutate(base: Base[EditT], *defects: Defect[EditT]) -> bytes:
    """The notebook file with these defects. Raises `Unfit` when one has no place in it, or changes nothing."""
    made = base.edited([edit for each in defects for edit in each.edits])
    if defects and made == base.edited([]):
        raise Unfit(f"{' and '.join(each.name for each in defects)} change nothing")
    return made


def replaced(text: str, edits: Sequence[TextEdit]) -> str:
    """A text with these edits, one after the other. Raises `Unfit` where one does not find exactly one place."""
    for old, new in edits:
        if text.count(old) != 1:
            raise Unfit(f"{text.count(old)} places for {old!r}, not one")
        text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class Mutant(Generic[EditT_co]):
    """An honest notebook with one defect, or two.

    Attributes:
        id: its name in reports; unique.
        part: the part that it belongs to.
        defects: what is wrong with it.
        base: name of the honest notebook that was edited.
        notebooks: file name -> bytes.
    """

    id: str
    part: str
    defects: tuple[Defect[EditT_co], ...]
    base: str
    notebooks: dict[str, bytes]

    @property
    def lost(self) -> dict[tuple[str, str], float]:
        """Points that its defects must cost together, by (part, item). An item is listed when it loses any."""
        return {(self.part, item): points for item, points in cost(*self.defects).items()}


def cost(*defects: Defect[EditT]) -> dict[str, float]:
    """Points that these defects must cost together, by item."""
    lost: dict[str, float] = {}
    for each in defects:
        for item, points in each.cost.items():
            lost[item] = lost.get(item, 0.0) + points
    return lost
