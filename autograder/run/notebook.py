"""A handed-in notebook as the runner needs it: its code cells, numbered, and the document that outputs go into."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from autograder.errors import SubmissionRejected

# nbformat 4: plain JSON of a notebook, or of one of its cells.
Json = dict[str, Any]


@dataclass(frozen=True)
class CodeCell:
    """One code cell: its 1-based number among all code cells, blank ones counted, and its source."""

    number: int
    source: str
    position: int

    @property
    def blank(self) -> bool:
        """Whether there is nothing to run: IPython skips such a cell, and so do we."""
        return not self.source.strip()


@dataclass(frozen=True)
class Prepared:
    """A notebook ready to run. `document` is a plain nbformat 4 structure without outputs."""

    cells: tuple[CodeCell, ...]
    document: Json

    @property
    def last_cell(self) -> int | None:
        """Number of the last cell that there is something to run in."""
        return max((cell.number for cell in self.cells if not cell.blank), default=None)


def prepare(content: bytes) -> Prepared:
    """Read nbformat 4 JSON into numbered code cells; stored outputs and all metadata are dropped.

    Raises `SubmissionRejected` when the bytes are no such notebook (intake has said so before, more kindly).
    Bare `pip install` and `cd` lines need nothing here: a live IPython understands them.
    """
    try:
        handed = json.loads(content)
        raw_cells = handed["cells"]
        shown = [_plain_cell(raw, position) for position, raw in enumerate(raw_cells)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SubmissionRejected("This is not a notebook in format 4.") from error
    code = [
        CodeCell(number, cell["source"], position)
        for number, (position, cell) in enumerate(
            ((at, cell) for at, cell in enumerate(shown) if cell["cell_type"] == "code"), start=1
        )
    ]
    return Prepared(tuple(code), _document(shown))


def _plain_cell(raw: Json, position: int) -> Json:
    source = raw["source"]
    text = source if isinstance(source, str) else "".join(source)
    cell = {"cell_type": raw["cell_type"], "id": f"cell-{position}", "metadata": {}, "source": text}
    if cell["cell_type"] == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _document(cells: list[Json]) -> Json:
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
