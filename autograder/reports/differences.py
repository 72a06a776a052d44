"""The layers that differ from what is asked, as rows of a small table: for pages, terminals and plain text alike."""

from __future__ import annotations

from typing import Any

from autograder.records import ItemResult

HEADER = ("layer", "expected", "found")
NOTHING = "–"


def rows(item: ItemResult) -> list[tuple[str, str, str]]:
    """One row for each layer that is missing, added or changed; none for items that speak of something else.

    The first column is the layer's place among the expected ones, from 1; an added layer stands between two of them.
    """
    return [_row(each) for each in item.values.get("differences", ())]


def _row(difference: dict[str, Any]) -> tuple[str, str, str]:
    place = str(difference["place"])
    if difference["kind"] == "added":
        place = f"before {place}"
    return place, difference["expected"] or NOTHING, difference["found"] or NOTHING


def as_lines(item: ItemResult) -> list[str]:
    """The same table in plain text, columns aligned; no line where there is nothing to show."""
    table = rows(item)
    if not table:
        return []
    table = [HEADER, *table]
    widths = [max(len(row[at]) for row in table) for at in range(2)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in table]
