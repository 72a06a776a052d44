"""Items of a part as plain text: what a student sees under a checker cell, the same text for the same work."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from autograder.records import ItemResult

from .differences import as_lines
from .words import SYMBOLS, points_text, where

WIDTH = 100


def items_table(title: str, items: Iterable[ItemResult]) -> str:
    """`title`, then a line an item (symbol, id, points, sentence) with what to change below it."""
    items = list(items)
    name_width = max((len(item.item) for item in items), default=0)
    points = [_points(item) for item in items]
    points_width = max((len(each) for each in points), default=0)
    lines = [title]
    for item, shown in zip(items, points, strict=True):
        head = f"  {SYMBOLS[item.status]} {item.item:<{name_width}}  {shown:>{points_width}}  "
        cell = f" ({where(item)})" if item.cell is not None else ""
        indent = " " * len(head)
        first, *more = f"{item.message}{cell}".splitlines() or [""]
        lines += _wrapped(head, first)
        lines += [line for text in more for line in _wrapped(indent, text)]
        lines += [f"{indent}{line}" for line in as_lines(item)]
        lines += [line for text in _advice(item) for line in _wrapped(indent, text)]
    return "\n".join(lines)


def _points(item: ItemResult) -> str:
    reached = "open" if item.status == "errored" else points_text(item.points)
    return f"{reached} / {points_text(item.max_points)}"


def _advice(item: ItemResult) -> list[str]:
    """What was asked for and found, line by line as the check wrote it, and the next step."""
    lines: list[str] = []
    if item.status in ("partial", "failed"):
        lines += _led("asked for: ", item.expected) + _led("found: ", item.found)
    return lines + (_led("→ ", item.hint) if item.status != "blocked" else [])


def _led(lead: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    return [f"{lead}{first}", *rest] if text else []


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    ) or [head.rstrip()]
