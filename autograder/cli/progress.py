"""How far a grading is: a bar on a terminal, a line a submission elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import progress as bars
from rich.markup import escape

from autograder.reports.words import STATUS_WORDS, points_text

from .console import out

if TYPE_CHECKING:
    from autograder.batch.grading import Progress


@contextmanager
def reporting(total: int, each_line: bool = True) -> Iterator[Callable[[Progress], None]]:
    """A callback for `grade_all` that shows its progress while the block runs; `each_line`: also off a terminal."""
    if not out.is_terminal:
        yield _print_line if each_line else lambda _: None
        return
    columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn())
    with bars.Progress(*columns, bars.TimeElapsedColumn(), console=out, transient=True) as shown:
        task = shown.add_task("Grading", total=total)
        yield lambda each: shown.update(task, completed=each.done, description=escape(each.grade.id[:40]))


def _print_line(each: Progress) -> None:
    out.print(line(each), markup=False, soft_wrap=True)
    out.file.flush()  # whoever watches a log sees each submission when it is done


def line(each: Progress) -> str:
    """One submission as a plain line: `[3/10] doe_jane: 87.5 / 100 (12.3 s)`."""
    grade = each.grade
    if grade.status == "graded":
        what = f"{points_text(grade.points)} / {points_text(grade.max_points)}"
    else:
        what = STATUS_WORDS[grade.status]
    how = "graded before" if each.resumed else f"{each.seconds:.1f} s"
    return f"[{each.done}/{each.total}] {grade.id}: {what} ({how})"
