"""Defects made in the course's own solutions, as edits of their text.

What each must cost stands in the fixed table of the corpora (`tests/corpora/defects.py`), never here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TextEdit:
    """One defect of one solution: a pattern in its code and what stands there instead."""

    part: str
    defect: str
    pattern: str
    by: str


@dataclass(frozen=True)
class SolutionMutant:
    """A solution with one defect. `defect` is the key of the fixed table."""

    id: str
    part: str
    defect: str
    content: bytes


EDITS: tuple[TextEdit, ...] = ()


def solution_mutants(solutions: Path) -> Iterator[SolutionMutant]:
    """Every edit applied to the solution of its part. Raises `LookupError` when an edit no longer finds its place."""
    for edit in EDITS:
        path = next(iter(sorted(solutions.glob(f"*_{edit.part}.ipynb"))), None)
        if path is None:
            continue
        id = f"{edit.part}--{edit.defect}--solution"
        yield SolutionMutant(id, edit.part, edit.defect, edited(path.read_bytes(), edit))


def edited(content: bytes, edit: TextEdit) -> bytes:
    """The notebook with the edit made in its code cells, and without outputs."""
    document = json.loads(content)
    changed = 0
    for cell in document["cells"]:
        if cell["cell_type"] != "code":
            continue
        source, count = re.subn(edit.pattern, edit.by, "".join(cell["source"]), flags=re.MULTILINE)
        changed += count
        cell |= {"source": source.splitlines(keepends=True), "outputs": [], "execution_count": None}
    if not changed:
        raise LookupError(f"the solution of {edit.part} has no place for the defect `{edit.defect}`")
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
