"""Options that several verbs have, and what follows from them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from autograder.course import Course
from autograder.errors import UsageError
from autograder.text import nearest

Paths = Annotated[
    list[Path], typer.Argument(help="Notebooks, folders of notebooks, folders of folders, zips.")
]
Out = Annotated[Path, typer.Option("--out", help="Folder for the reports: new, empty, or of an earlier run.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Notebooks run at a time; default: what fits the machine.")
]
Training = Annotated[Literal["quick", "full"], typer.Option(help="Shorten training, or run all of it.")]
Sandbox = Annotated[Literal["strict", "none"], typer.Option(help="Box every notebook, or trust them all.")]
Timeout = Annotated[
    float | None,
    typer.Option(min=1, help="Seconds for a notebook; default: 900, with --training full 14,400."),
]
CellTimeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds for a cell; default: 300, with --training full 7,200.")
]
Memory = Annotated[int, typer.Option(min=512, help="Memory of one notebook, in MiB.")]
Parts = Annotated[
    str | None,
    typer.Option(help="Parts to look for, separated by commas, such as dense,conv; default: the course's."),
]
CourseFile = Annotated[
    Path | None, typer.Option("--course", help="The course's file; default: course.toml here.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(help="Grade this submission alone; the others in --out stay. May be given again."),
]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", help="File or folder that every notebook finds beside it, such as data. May be given again."
    ),
]

Prune = Annotated[
    bool,
    typer.Option("--prune", help="Take out of the class in --out what is not among these files any more."),
]


def fitting_workers(memory_mb: int) -> int:
    """How many notebooks to run at a time: one a processor, as long as memory for half their limit is there.

    A TensorFlow notebook of this course needs about 1.5 GB; the limit is what a wrong one is stopped at. Meanwhile one
    more submission is replayed and judged, which counts for half a notebook.
    """
    import psutil

    by_memory = int(psutil.virtual_memory().available / 2**20 / (memory_mb / 2) - 0.5)
    return max(1, min(os.cpu_count() or 1, by_memory))


def part_ids(option: str | None, course: Course) -> tuple[str, ...]:
    """The parts to look for, in the course's order; from the option, else from the course."""
    from autograder.rubrics import PARTS

    ids = [part.id for part in PARTS]
    wanted = course.parts if option is None else [name.strip() for name in option.split(",") if name.strip()]
    if not wanted:
        raise UsageError("No part was named.", f"There are: {', '.join(ids)}.")
    for name in wanted:
        if name not in ids:
            raise UsageError(f"There is no part `{name}`.", nearest(name, ids))
    return tuple(name for name in ids if name in wanted)
