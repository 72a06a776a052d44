"""Changes of grades on the terminal: who gains or loses how much through which item, and how a grade came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.records import GradeChange, ItemChange

from .words import points_text

REASONS = {
    "content": "other files were handed in",
    "run": "the notebooks were run by another grader or with other options",
    "judge": "the rubric or the checks changed",
    "kept": "better points of an earlier grading were kept, or are no longer (--no-lower)",
}


def changes_table(changes: Mapping[str, tuple[ItemChange, ...]]) -> RenderableType:
    """One row for each item that changed, with its submission's sum; `changes` by submission id."""
    changed = {id: items for id, items in changes.items() if items}
    if not changed:
        return Text("No grade changes.")
    table = Table(expand=False)
    table.add_column("submission", no_wrap=True, overflow="ellipsis", max_width=40)
    table.add_column("item", no_wrap=True)
    for title in ("old", "new", "change"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for id, items in sorted(changed.items()):
        for place, change in enumerate(items):
            first = Text(id if place == 0 else "")
            item = Text(f"{change.part} / {change.item}")
            numbers = (points_text(change.old), points_text(change.new), _difference(change.new - change.old))
            table.add_row(first, item, *numbers, Text(change.why))
        if len(items) > 1:
            total = _difference(sum(change.new - change.old for change in items))
            table.add_row("", Text("together", "dim"), "", "", total, "")
    return table


def kept_lines(kept: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A line for each part whose better points were kept; `kept` by submission id, then by part."""
    return [f"{id}, {part}: {note}" for id, parts in sorted(kept.items()) for part, note in parts.items()]


def summary(changes: Mapping[str, tuple[ItemChange, ...]]) -> str:
    """One line: how many submissions gain, lose or stay."""
    sums = [round(sum(change.new - change.old for change in items), 4) for items in changes.values()]
    gain, lose = sum(value > 0 for value in sums), sum(value < 0 for value in sums)
    same = len(sums) - gain - lose
    return (
        f"{gain} gain{'s' * (gain == 1)} points, {lose} lose{'s' * (lose == 1)} points, "
        f"{same} keep{'s' * (same == 1)} the same."
    )


def history_view(changes: Iterable[GradeChange]) -> RenderableType:
    """All changes of one submission's grade, oldest first."""
    blocks: list[RenderableType] = []
    for change in changes:
        points = f"{points_text(change.old)} → {points_text(change.new)} points"
        blocks.append(Text(f"{_when(change)}: {points}, because {why(change)}", "bold"))
        for item in change.items:
            head = f"  {item.part} / {item.item}: {points_text(item.old)} → {points_text(item.new)}"
            blocks.append(Text.assemble(head, (f"  {item.why.partition(chr(10))[0]}", "dim")))
    return Group(*blocks) if blocks else Text("This grade has not changed since it was first given.", "dim")


def _when(change: GradeChange) -> str:
    """The time as people write it: `2026-11-21 12:02 UTC`."""
    try:
        return f"{datetime.fromisoformat(change.when).astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return change.when


def why(change: GradeChange) -> str:
    """The reasons of a change in words."""
    return "; ".join(REASONS[name] for name in change.reasons if name in REASONS) or "it was graded again"


def _difference(points: float) -> Text:
    if points > 0:
        return Text(f"+{points_text(points)}", "green")
    return Text(f"−{points_text(-points)}", "red") if points < 0 else Text("0", "dim")
