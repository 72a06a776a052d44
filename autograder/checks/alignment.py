"""How two lists of layers differ: the cheapest way to turn one into the other, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Difference:
    """One layer that is missing, added or changed. `place` is 1-based among the expected layers."""

    kind: Literal["missing", "added", "changed"]
    place: int
    expected: str = ""
    found: str = ""


# table[i][j]: (number of differences, changes of class) between the first i expected and the first j found
Table = list[list[tuple[int, int]]]


def _kind(label: str) -> str:
    return label.split(" ")[0]


def differences(expected: tuple[str, ...], found: tuple[str, ...]) -> tuple[Difference, ...]:
    """Return the fewest differences between two lists of labels, in order.

    Among equally short explanations, one that changes a layer into another of its own class is preferred:
    that is what a person would say.
    """
    table: Table = [[(j, 0) for j in range(len(found) + 1)]]
    for i, want in enumerate(expected, 1):
        row = [(i, 0)]
        for j, have in enumerate(found, 1):
            kept, foreign = table[i - 1][j - 1]
            if want != have:
                kept, foreign = kept + 1, foreign + (_kind(want) != _kind(have))
            up, left = table[i - 1][j], row[j - 1]
            row.append(min((kept, foreign), (up[0] + 1, up[1]), (left[0] + 1, left[1])))
        table.append(row)
    return tuple(reversed(list(_walk_back(expected, found, table))))


def _walk_back(expected: tuple[str, ...], found: tuple[str, ...], table: Table) -> Iterator[Difference]:
    """The differences of the cheapest way, from the last to the first."""
    i, j = len(expected), len(found)
    while i or j:
        here = table[i][j]
        if i and j:
            want, have = expected[i - 1], found[j - 1]
            kept, foreign = table[i - 1][j - 1]
            if want == have and here == (kept, foreign):
                i, j = i - 1, j - 1
                continue
            if want != have and here == (kept + 1, foreign + (_kind(want) != _kind(have))):
                yield Difference("changed", i, want, have)
                i, j = i - 1, j - 1
                continue
        if i and here == (table[i - 1][j][0] + 1, table[i - 1][j][1]):
            yield Difference("missing", i, expected[i - 1], "")
            i -= 1
        else:
            yield Difference("added", i + 1, "", found[j - 1])
            j -= 1
