"""The verdict on an item of several sub-points, each with a weight of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.records import Basis, Verdict
from autograder.rubrics.types import Item

from .sentences import say
from .wording import SENTENCES


@dataclass(frozen=True)
class SubPoint:
    """One of the things that an item asks for.

    Attributes:
        name: as in the weights of the item.
        earned: how much of it is there, 0 to 1.
        piece: the rest of the id of its texts where that is not its name; None where there is nothing to say of it.
        values: what its texts are filled with, as plain JSON values.
    """

    name: str
    earned: float
    piece: str | None = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its name as people read it."""
        return self.name.replace("-", " ")


def weighed(
    prefix: str,
    item: Item,
    sub_points: Iterable[SubPoint],
    values: Mapping[str, Any] | None = None,
    *,
    cell: int | None,
    basis: Basis = "observed",
) -> Verdict:
    """Say `PREFIX.ok` where all sub-points are there, else `PREFIX.missing` with the pieces that are not.

    Args:
        prefix: what the ids of the sentences and of the pieces begin with.
        item: with a weight for each sub-point; what weighs nothing is left out.
        values: for both sentences and all pieces. Added are `pieces` and `there` where the sentence speaks of them,
            and `missing`, the names of what is not there.
    """
    asked = [point for point in sub_points if item.weights[point.name] > 0]
    missing = [point for point in asked if point.earned < 1]
    message_id = f"{prefix}.missing" if missing else f"{prefix}.ok"
    texts = "".join(SENTENCES[message_id])
    filled: dict[str, Any] = {}
    if "{pieces" in texts:
        spoken_of = [point for point in missing or asked if point.piece is not None]
        for point in missing or asked:
            filled.update(point.values)
        filled["pieces"] = [f"{prefix}.{point.piece or point.name}" for point in spoken_of]
    if "{there}" in texts:
        filled["there"] = [point.title for point in asked if point.earned >= 1]
    if missing:
        filled["missing"] = [point.title for point in missing]
    earned = sum(item.weights[point.name] * point.earned for point in asked)
    share = earned / sum(item.weights[point.name] for point in asked) if missing else 1.0
    return say(message_id, share, {**filled, **(values or {})}, cell=cell, basis=basis)
