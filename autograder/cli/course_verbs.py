"""`rubric`, `release` and `selftest`: the course itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from autograder.errors import UsageError
from autograder.text import nearest

from .console import out

OWN_CHECK_FAILED = 1
ROOT = Path(__file__).resolve().parents[2]


def rubric(
    part: Annotated[str | None, typer.Argument(help="A part's id; without it, all parts.")] = None,
) -> None:
    """Show what a part asks for, and what each item and each of its sub-points is worth."""
    from autograder.checks import CHECKS
    from autograder.rubrics import PARTS

    from .publishing import part_titles

    titles = part_titles()
    if part is None:
        table = Table("part", "title", "points", "items")
        for row in PARTS:
            items = ", ".join(item.id for item in row.items)
            table.add_row(row.id, titles[row.id], f"{row.max_points:g}", items)
        out.print(table)
        return
    by_id = {row.id: row for row in PARTS}
    if part not in by_id:
        raise UsageError(f"There is no part `{part}`.", nearest(part, by_id))
    chosen = by_id[part]
    table = Table("item", "points", "what it asks", title=Text(titles[chosen.id]), title_justify="left")
    for item in chosen.items:
        asks = Text(item.asks)
        sub_points = CHECKS[item.check].sub_points(item)
        if sub_points:
            listed = ", ".join(f"{name} {round(points, 2):g}" for name, points in sub_points.items())
            asks.append(f"\n{listed}", "dim")
        table.add_row(item.id, f"{item.points:g}", asks)
    out.print(table)


def release(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when something would change.")
    ] = False,
    pack: Annotated[Path | None, typer.Option(help="Also write the students' zip to this file.")] = None,
    solutions: Annotated[Path, typer.Option(help="Folder of the solutions.")] = Path("solutions"),
    notebooks: Annotated[Path, typer.Option(help="Folder of the student notebooks.")] = Path("notebooks"),
) -> None:
    """Make the student notebooks from the solutions."""
    from autograder import release as releasing
    from autograder.release.pack import pack as packed

    from .publishing import write_whole

    if check:
        lines = releasing.differences(solutions, notebooks)
        for line in lines:
            out.print(Text(line), soft_wrap=True)
        if lines:
            out.print("Run `autograder release` and commit what it writes.")
            raise typer.Exit(OWN_CHECK_FAILED)
        out.print("The student notebooks are what their solutions give.")
        return
    changed = releasing.release(solutions, notebooks)
    for path in changed:
        out.print(Text(f"Wrote {path}"), soft_wrap=True)
    if not changed:
        out.print("The student notebooks were up to date.")
    if pack is not None:
        write_whole(pack, packed(releasing.released(solutions), ROOT))
        out.print(Text(f"Packed {pack}"), soft_wrap=True)


def selftest(
    only: Annotated[
        list[str] | None, typer.Argument(help="Kinds of cases, or parts of their names; default: all.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write how often the grader was wrong to this page (Markdown).")
    ] = None,
    messages: Annotated[
        Path | None, typer.Option(help="Also write an example of every sentence to this page (Markdown).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks run at a time.")] = None,
    third: Annotated[
        str | None,
        typer.Option(
            metavar="COMMIT",
            help="Of honest notebooks and mutants grade only a third, which this commit decides (`HEAD`, or any name that git knows).",
        ),
    ] = None,
) -> None:
    """Grade the course with itself: solutions, templates, and mutants that must lose exactly what is their due."""
    from autograder import selftest as course_test

    if course_test.main(report=report, only=only or (), workers=workers, messages=messages, third=third):
        raise typer.Exit(OWN_CHECK_FAILED)
