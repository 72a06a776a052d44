"""`results.json`: the grades for machines, byte for byte the same for the same work (format: docs/results.md)."""

from __future__ import annotations

import json
from typing import Any

from autograder.records import ItemResult, NotebookRun, PartGrade, SubmissionGrade

from .graded import GradedClass
from .words import points_number

SCHEMA = 1


def write(graded: GradedClass) -> dict[str, bytes]:
    """The file `results.json`: sorted ids and keys, no time, path or address, a newline at its end."""
    document = {"schema": SCHEMA, "submissions": [_submission(grade) for grade in graded.by_id]}
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {"results.json": (text + "\n").encode("utf-8", errors="backslashreplace")}


def _submission(grade: SubmissionGrade) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": grade.id,
        "status": grade.status,
        "points": points_number(grade.points),
        "max_points": points_number(grade.max_points),
        "notebooks": [_notebook(each) for each in sorted(grade.notebooks, key=lambda n: (n.name, n.sha256))],
        "parts": {part.part: _part(part) for part in grade.parts},
    }
    if grade.problem:
        entry["problem"] = grade.problem
    return entry


def _notebook(notebook: NotebookRun) -> dict[str, Any]:
    run = notebook.run
    return {
        "name": notebook.name,
        "sha256": notebook.sha256,
        "run": {"status": run.status, "cell": run.cell, "flags": sorted(set(run.flags))},
    }


def _part(part: PartGrade) -> dict[str, Any]:
    return {
        "status": part.status,
        "points": points_number(part.points),
        "max_points": points_number(part.max_points),
        "items": {item.item: _item(item) for item in part.items},
    }


def _item(item: ItemResult) -> dict[str, Any]:
    return {
        "status": item.status,
        "points": points_number(item.points),
        "max_points": points_number(item.max_points),
        "message_id": item.message_id,
        "message": item.message,
        "expected": item.expected,
        "found": item.found,
        "cell": item.cell,
        "hint": item.hint,
        "basis": item.basis,
        "values": item.values,
    }
