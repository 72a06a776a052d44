"""Grades built by hand for the tests of reports: a small class in which every outcome and status occurs."""

from __future__ import annotations

from rich.console import Console, RenderableType

from autograder.records import CellState, ItemResult, NotebookRun, PartGrade, RunRecord, SubmissionGrade
from autograder.reports.graded import GradedClass


def an_item(
    item: str = "architecture", status: str = "passed", points: float = 30, of: float = 30, **more
) -> ItemResult:
    """One item's result with a message of its own."""
    more.setdefault("message", f"The {item} is {status}.")
    more.setdefault("message_id", f"{item}.{status}")
    return ItemResult(item=item, status=status, points=points, max_points=of, **more)


def a_part(
    *items: ItemResult, part: str = "dense", status: str = "graded", notes: tuple[str, ...] = ()
) -> PartGrade:
    """A part whose points are the sum of its items."""
    points = sum(item.points for item in items)
    return PartGrade(part, status, points, sum(item.max_points for item in items), tuple(items), notes)


def a_run(status: str = "ok", cell: int | None = None, **more) -> RunRecord:
    """A quick run without a box, of three code cells."""
    states = tuple(CellState(number, "ran") for number in (1, 2, 3))
    facts = {"cells": states, "training": "quick", "sandbox": "none", "warm": False, "seconds": 1.25}
    return RunRecord(status=status, cell=cell, **(facts | more))


def a_grade(
    id: str, *parts: PartGrade, status: str = "graded", problem: str = "", run: RunRecord | None = None
):
    """A submission of one notebook."""
    notebook = NotebookRun(f"{id}.ipynb", "ab" * 32, run or a_run())
    points, most = sum(part.points for part in parts), sum(part.max_points for part in parts)
    return SubmissionGrade(id, status, points, most, (notebook,), parts, problem)


def a_class() -> GradedClass:
    """Five submissions: whole, broken in several ways, unreadable, open for a person, and with a hostile name."""
    mixed = a_part(
        an_item(),
        an_item(
            "training",
            "partial",
            7.5,
            15,
            expected="150 epochs",
            found="100 epochs",
            hint="Ask for 150.",
            cell=4,
        ),
        an_item(
            "loss-plot",
            "failed",
            0,
            15,
            expected="a legend",
            found="no legend",
            hint="Call legend().",
            cell=5,
        ),
        an_item("reconstructions", "blocked", 0, 15, blocked_by="training"),
    )
    open_part = a_part(an_item(), an_item("test-images", "errored", 0, 5))
    empty = a_part(an_item("architecture", "not_attempted", 0, 30))
    crashed = a_run(
        "cell_error", 2, cells=(CellState(1, "ran"), CellState(2, "raised", "NameError: <b>x</b>"))
    )
    return GradedClass(
        "Autoencoders",
        (
            a_grade("mixed", mixed, run=crashed),
            a_grade("all right", a_part(an_item(basis="recomputed"), notes=("Nothing unusual.",))),
            a_grade("=cmd|'/c calc'!A1", empty),
            a_grade("unreadable", status="rejected", problem="broken.ipynb is not JSON: line 3, column 7."),
            a_grade("open", open_part),
        ),
        {"dense": "Part 1: dense"},
    )


def as_text(view: RenderableType, width: int = 100) -> str:
    """What a view prints on a terminal without colours, `width` characters wide."""
    console = Console(width=width, no_color=True, force_terminal=False, highlight=False)
    with console.capture() as capture:
        console.print(view)
    return capture.get()
