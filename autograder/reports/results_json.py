"""`results.json`: the grades for machines, byte for byte the same for the same work (format: docs/results.md)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from autograder.records import (
    Basis,
    ItemResult,
    NotebookRun,
    Outcome,
    PartGrade,
    PartStatus,
    RunStatus,
    SubmissionGrade,
    SubmissionStatus,
)

from .graded import GradedClass
from .words import points_number

Points = int | float  # whole numbers are written as such


@dataclass(frozen=True)
class ItemEntry:
    """One graded line of a part: what a student reads, and the ids and values that it is made from."""

    status: Outcome
    points: Points
    max_points: Points
    message_id: str
    message: str
    expected: str
    found: str
    cell: int | None
    hint: str
    basis: Basis
    values: dict[str, Any]


@dataclass(frozen=True)
class PartEntry:
    """One part: the sums over its items, and these by their ids."""

    status: PartStatus
    points: Points
    max_points: Points
    items: dict[str, ItemEntry]


@dataclass(frozen=True)
class RunEntry:
    """How a notebook's run ended: at which code cell (from 1), and what is worth a person's eye."""

    status: RunStatus
    cell: int | None
    flags: list[str]


@dataclass(frozen=True)
class NotebookEntry:
    """One notebook that was handed in: its name, the digest of its bytes, its run."""

    name: str
    sha256: str
    run: RunEntry


@dataclass(frozen=True)
class SubmissionEntry:
    """One submission. `problem` is there only when something is wrong with the submission as a whole."""

    id: str
    status: SubmissionStatus
    points: Points
    max_points: Points
    notebooks: list[NotebookEntry]
    parts: dict[str, PartEntry]
    problem: str = ""


@dataclass(frozen=True)
class ResultsFile:
    """The grades of a class: the file `results.json`. No time, path or address; ids and keys are sorted."""

    schema: Literal[1]
    submissions: list[SubmissionEntry]


def write(graded: GradedClass) -> dict[str, bytes]:
    """The file `results.json`: sorted ids and keys, no time, path or address, a newline at its end."""
    results = ResultsFile(1, [_submission(grade) for grade in graded.by_id])
    document = asdict(results, dict_factory=_without_empty_problem)
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {"results.json": (text + "\n").encode("utf-8", errors="backslashreplace")}


def _without_empty_problem(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in fields if name != "problem" or value}


def _submission(grade: SubmissionGrade) -> SubmissionEntry:
    return SubmissionEntry(
        id=grade.id,
        status=grade.status,
        points=points_number(grade.points),
        max_points=points_number(grade.max_points),
        notebooks=[_notebook(each) for each in sorted(grade.notebooks, key=lambda n: (n.name, n.sha256))],
        parts={part.part: _part(part) for part in grade.parts},
        problem=grade.problem,
    )


def _notebook(notebook: NotebookRun) -> NotebookEntry:
    run = notebook.run
    return NotebookEntry(
        notebook.name, notebook.sha256, RunEntry(run.status, run.cell, sorted(set(run.flags)))
    )


def _part(part: PartGrade) -> PartEntry:
    return PartEntry(
        status=part.status,
        points=points_number(part.points),
        max_points=points_number(part.max_points),
        items={item.item: _item(item) for item in part.items},
    )


def _item(item: ItemResult) -> ItemEntry:
    return ItemEntry(
        status=item.status,
        points=points_number(item.points),
        max_points=points_number(item.max_points),
        message_id=item.message_id,
        message=item.message,
        expected=item.expected,
        found=item.found,
        cell=item.cell,
        hint=item.hint,
        basis=item.basis,
        values=item.values,
    )
