"""One solution as a student notebook: solutions out, stubs in, outputs gone, metadata as nbgrader keeps it."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from autograder.errors import UsageError

from . import nbgrader
from .regions import MarkerError, strip_solution

# Tags of a solution's cells, and what becomes of them: a stub raises and what needs it cannot run, so nbval
# leaves both out; a student notebook keeps no outputs to compare with.
NEEDS_SOLUTION = "needs-solution"
SKIP = "nbval-skip"
COMPARE = "nbval-check-output"

KEPT_METADATA = ("deletable", "editable", "jupyter", "nbgrader", "tags")
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# nbformat has no types of its own.
_parse: Callable[..., nbformat.NotebookNode] = nbformat.read
_node: Callable[[dict[str, Any]], nbformat.NotebookNode] = nbformat.from_dict
_text: Callable[..., str] = nbformat.writes
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def read(path: Path) -> dict[str, Any]:
    """A notebook file as nbformat 4 data. Raises `UsageError` when it is none."""
    try:
        notebook = _parse(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"{path} is not a notebook: {reason}", "Open it in JupyterLab and save it."
        ) from error
    return notebook


def student_notebook(solution: dict[str, Any], name: str = "solution") -> nbformat.NotebookNode:
    """The student's form of a solution; the same solution gives the same notebook.

    Args:
        solution: the notebook, nbformat 4; it is not changed.
        name: how messages call it.

    Raises `UsageError` naming the cell whose markers or nbgrader metadata are wrong.
    """
    notebook = _node(copy.deepcopy(dict(solution)))
    taken: set[str] = set()
    grade_ids: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            stubbed = strip_solution(cell)
            nbgrader.finish(cell, grade_ids)
        except (MarkerError, nbgrader.MetadataError) as error:
            raise UsageError(
                f"{name}, cell {number} of all cells: {error}", "Correct the solution."
            ) from error
        cell.metadata = _metadata(cell, stubbed)
        cell.id = _cell_id(cell, taken)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = _node(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def to_bytes(notebook: nbformat.NotebookNode) -> bytes:
    """The notebook's file, byte for byte the same on every machine."""
    return (_text(notebook, version=4).rstrip("\n") + "\n").encode("utf-8")


def _metadata(cell: nbformat.NotebookNode, stubbed: bool) -> nbformat.NotebookNode:
    """The metadata that students get: nothing of who ran the solution when, and tags as nbval needs them."""
    kept = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
    tags = [tag for tag in kept.pop("tags", []) if tag not in (NEEDS_SOLUTION, COMPARE)]
    needs_solution = NEEDS_SOLUTION in cell.metadata.get("tags", [])
    if cell.cell_type == "code" and (stubbed or needs_solution) and SKIP not in tags:
        tags.append(SKIP)
    if tags:
        kept["tags"] = tags
    return _node(kept)


def _cell_id(cell: nbformat.NotebookNode, taken: set[str]) -> str:
    """The cell's own id where it has a good one, else one made from its text."""
    wanted = str(cell.get("id", ""))
    if not _CELL_ID.fullmatch(wanted) or wanted in taken:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        wanted, again = digest, 1
        while wanted in taken:
            again += 1
            wanted = f"{digest}-{again}"
    taken.add(wanted)
    return wanted
