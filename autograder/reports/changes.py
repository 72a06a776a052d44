"""Changes of grades on the terminal: who gains or loses how much through which item, and how a grade came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..records import GradeChange, ItemChange
from .words import points_text

REASONS = {
    "content": "other files were handed in",
    "run": "the notebooks were run by another grader or with other options",
    "judge": "the rubric or the checks changed",
    "kept": "an earlier grading's better points had been kept before, or are kept now (--no-lower)",
}


def changes_table(changes: Mapping[str, tuple[ItemChange, ...]]) -> RenderableType:
    """One row for each item that changed, with its submission's sum; `changes` by submission id."""
    told = {id: items for id, items in changes.items() if items}
    if not told:
        return Text("No grade changes.")
    table = Table(expand=False)
    table.add_column("submission", overflow="fold")
    table.add_column("item", no_wrap=True)
    for name in ("old", "new", "change"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for id, items in sorted(told.items()):
        for place, each in enumerate(items):
            name = Text(id if place == 0 else "")
            item = Text(f"{each.part} / {each.item}")
            numbers = (points_text(each.old), points_text(each.new), _difference(each.new - each.old))
            table.add_row(name, item, *numbers, Text(each.why))
        if len(items) > 1:
            total = _difference(sum(each.new - each.old for each in items))
            table.add_row("", Text("together", "dim"), "", "", total, "")
    return table


def kept_lines(kept: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A line for each part whose better points were kept; `kept` by submission id, then by part."""
    return [f"{id}, {part}: {note}" for id, parts in sorted(kept.items()) for part, note in parts.items()]


def summary(changes: Mapping[str, tuple[ItemChange, ...]]) -> str:
    """One line: how many submissions gain, lose or stay."""
    sums = [round(sum(each.new - each.old for each in items), 4) for items in changes.values()]
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
        head = f"{change.when}: {points_text(change.old)} → {points_text(change.new)} points, because {why(change)}"
        blocks.append(Text(head, "bold"))
        blocks += [
            Text(f"  {each.part} / {each.item}: {points_text(each.old)} → {points_text(each.new)}")
            for each in change.items
        ]
    return Group(*blocks) if blocks else Text("This grade has not changed since it was first given.", "dim")


def why(change: GradeChange) -> str:
    """The reasons of a change in words."""
    return "; ".join(REASONS[name] for name in change.reasons if name in REASONS) or "it was graded again"


def _difference(points: float) -> Text:
    if points > 0:
        return Text(f"+{points_text(points)}", "green")
    return Text(f"−{points_text(-points)}", "red") if points < 0 else Text("0", "dim")
