"""Grades on the terminal: a class as a table, one submission with all that a student needs to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import median

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.records import ItemResult, PartGrade, SubmissionGrade

from .differences import HEADER, rows
from .graded import GradedClass, needs_person, part_of
from .words import RUN_WORDS, STATUS_WORDS, SYMBOLS, points_text, run_words, where

_MOST_ROWS = 60  # of a table that is printed; the rest stands on the class's page
STYLES = {
    "passed": "green",
    "partial": "yellow",
    "failed": "red",
    "errored": "bold magenta",
    "not_attempted": "dim",
    "blocked": "dim",
}


def class_table(graded: GradedClass) -> RenderableType:
    """One row a submission: its points, the points of each part, its status."""
    table = Table(title=Text(graded.title), title_justify="left", title_style="bold", expand=False)
    table.add_column("submission", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    for part_id in graded.part_ids:
        table.add_column(part_id, justify="right", no_wrap=True)
    table.add_column("status")
    for grade in graded.by_id:
        cells = [_part_points(part_of(grade, part_id)) for part_id in graded.part_ids]
        points = f"{points_text(grade.points)} / {points_text(grade.max_points)}"
        table.add_row(Text(grade.id), points, *cells, _status(grade))
    return table


def class_summary(graded: GradedClass) -> str:
    """One line: how many submissions there are, how they fare, and the median of those that are graded."""
    grades = graded.by_id
    waiting = sum(needs_person(grade) for grade in grades)
    unreadable = sum(grade.status == "rejected" for grade in grades)
    broken = sum(grade.status == "graded" and bool(run_words(grade)) for grade in grades)
    points = [grade.points for grade in grades if grade.status == "graded"]
    said = [f"{len(grades)} submission{'s' * (len(grades) != 1)}"]
    if points:
        most = max(grade.max_points for grade in grades)
        said.append(f"median {points_text(median(points))} of {points_text(most)} points")
    counts = (
        (broken, "did not run to the end"),
        (unreadable, "cannot be read"),
        (waiting, "wait for a person"),
    )
    return "; ".join([*said, *(f"{count} {what}" for count, what in counts if count)]) + "."


def worth_a_look(graded: GradedClass) -> GradedClass:
    """The class as its table is printed: all of it, or of a large one what did not simply go well."""
    if len(graded.grades) <= _MOST_ROWS:
        return graded
    odd = (each for each in graded.by_id if each.status != "graded" or needs_person(each) or run_words(each))
    return replace(graded, grades=tuple(odd), title=f"{graded.title}: those to look at")


def how_it_ran(grades: Iterable[SubmissionGrade]) -> str:
    """One line: how many notebooks ran in a box with a warm kernel, with a cold one, or without any box."""
    runs = [notebook.run for grade in grades for notebook in grade.notebooks]
    ways = {
        "in a box, with warm kernels": [run for run in runs if run.sandbox == "bwrap" and run.warm],
        "in a box, with cold kernels": [run for run in runs if run.sandbox == "bwrap" and not run.warm],
        "without a box": [run for run in runs if run.sandbox != "bwrap"],
    }
    counts = [f"{len(runs_of_way)} {way}" for way, runs_of_way in ways.items() if runs_of_way]
    return f"Notebooks that ran: {'; '.join(counts) or 'none'}."


def submission_view(grade: SubmissionGrade, titles: dict[str, str] | None = None) -> RenderableType:
    """One submission: how its notebooks ran, then per part every item with its sentence and hint."""
    blocks: list[RenderableType] = []
    if grade.problem:
        blocks.append(Text(grade.problem, style="red"))
    for notebook in grade.notebooks:
        run = notebook.run
        cell = "" if run.cell is None else f" (cell {run.cell})"
        line = f"{notebook.name}: {RUN_WORDS[run.status]}{cell}. {run.detail}".rstrip()
        blocks.append(Text(line, style="" if run.status == "ok" else "red"))
    for part in grade.parts:
        if part.status != "not_submitted":
            blocks += ["", part_view(part, (titles or {}).get(part.part, part.part))]
    blocks += [
        "",
        Text(f"{points_text(grade.points)} of {points_text(grade.max_points)} points", style="bold"),
    ]
    return Group(*blocks)


def part_view(part: PartGrade, title: str) -> RenderableType:
    """One part: a line with its points, then its items."""
    head = Text.assemble((title, "bold"), f"  {points_text(part.points)} / {points_text(part.max_points)}")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for item in part.items:
        style = STYLES[item.status]
        points = "open" if item.status == "errored" else points_text(item.points)
        shown = f"{points} / {points_text(item.max_points)}"
        table.add_row(Text(SYMBOLS[item.status], style), Text(item.item, style), shown, _said(item))
    notes = [Text(f"Note: {note}", style="italic") for note in part.notes]
    return Group(head, Padding(Group(table, *notes), (0, 0, 0, 2)))


def _said(item: ItemResult) -> RenderableType:
    """What a student reads about an item; passed ones in one line."""
    message, more = Text(item.message), Text()
    if item.cell is not None:
        message.append(f" ({where(item)})", "dim")
    if item.status in ("partial", "failed"):
        for lead, text in (("asked for", item.expected), ("found", item.found)):
            if text:
                more.append(f"{lead}: {text}\n", "dim")
    if item.hint and item.status != "blocked":
        more.append(f"→ {item.hint}", "cyan")
    more.rstrip()
    return Group(message, *_differences(item), *([more] if more else []))


def _differences(item: ItemResult) -> list[RenderableType]:
    """The layers that differ as a small table; nothing for other items."""
    table_rows = rows(item)
    if not table_rows:
        return []
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in HEADER:
        table.add_column(name, overflow="fold")
    for row in table_rows:
        table.add_row(*map(Text, row))
    return [Padding(table, (0, 0, 0, 2))]


def _part_points(part: PartGrade | None) -> Text:
    if part is None or part.status == "not_submitted":
        return Text("–", "dim")
    if part.status == "errored":
        return Text("open", STYLES["errored"])
    return Text(points_text(part.points))


def _status(grade: SubmissionGrade) -> Text:
    if needs_person(grade):
        return Text(grade.problem or STATUS_WORDS["errored"], STYLES["errored"])
    if grade.status == "rejected":
        return Text(f"{STATUS_WORDS['rejected']}: {grade.problem}", "red")
    broken = run_words(grade)
    return Text(broken, "yellow") if broken else Text(STATUS_WORDS["graded"], "green")
