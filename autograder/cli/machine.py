"""`doctor` and `data`: whether this machine can grade, and the data sets it needs for that."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from autograder.errors import DataUnavailable, UsageError
from autograder.text import nearest

from .console import out
from .course_verbs import OWN_CHECK_FAILED


def doctor(
    path: Annotated[
        Path | None, typer.Argument(help="A class to be graded: does the disk here have room for it?")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(help="Look at one thing alone: python, packages, data, box, memory or disk."),
    ] = None,
) -> None:
    """Look at this machine: everything that grading needs, and what to type where something is missing."""
    from autograder import doctor as machine

    fine = True
    of_class = () if path is None else (machine.class_disk(path),)
    for finding in chain(machine.examine(only), of_class):
        symbol, style = ("✓", "green") if finding.fine else ("✗", "red")
        out.print(Text.assemble((symbol, style), f" {finding.subject}: {finding.found}"), soft_wrap=True)
        if finding.remedy and not finding.fine:
            out.print(Text(f"  {finding.remedy}", "cyan"), soft_wrap=True)
        fine = fine and finding.fine
    if not fine:
        raise typer.Exit(OWN_CHECK_FAILED)


def data(
    names: Annotated[
        list[str] | None, typer.Argument(help="mnist, fashion_mnist; without a name, both.")
    ] = None,
) -> None:
    """Fetch the data sets once per machine, and verify what is there.

    They lie in the folder that the environment variable AUTOENCODERS_DATA names, where it is set.
    """
    from helpers import data as sets

    for name in names or sets.SHA256:
        if name not in sets.SHA256:
            raise UsageError(f"There is no data set `{name}`.", nearest(name, sets.SHA256))
    for name in names or sets.SHA256:
        try:
            folder = sets.ensure(name)
        except sets.DataMissing as error:
            raise DataUnavailable(str(error)) from error
        out.print(Text(f"{name}: {folder}"), soft_wrap=True)
