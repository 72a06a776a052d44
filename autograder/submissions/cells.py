"""Cells of any notebook format as plain format 4 cells: type and source, nothing else."""

from __future__ import annotations

from typing import Any

MAX_CELLS = 5_000
MAX_SOURCE = 5_000_000  # characters of all cells together

Cell = dict[str, Any]  # of whatever format; a stranger's until `plain_cells` has rewritten it


class Unreadable(Exception):
    """One sentence: why a file cannot be read as a notebook."""


def plain_cells(cells: list[object], flags: set[str]) -> list[Cell]:
    """Type, source and a positional id of every cell; outputs, metadata, tags and attachments are dropped.

    Raises `Unreadable` for what no notebook program writes, naming the cell by its 1-based number.
    """
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells):,} cells; at most {MAX_CELLS:,} are read.")
    plain = [_plain_cell(cell, number, flags) for number, cell in enumerate(cells, start=1)]
    if sum(len(cell["source"]) for cell in plain) > MAX_SOURCE:
        raise Unreadable(f"The notebook's cells hold more than {MAX_SOURCE:,} characters.")
    return plain


def code_count(cells: list[Cell]) -> int:
    """How many of the plain cells hold code."""
    return sum(cell["cell_type"] == "code" for cell in cells)


def format_3_cells(raw: dict[str, Any]) -> list[object]:
    """The cells of a notebook in format 2 or 3, which kept them in worksheets and called code `input`."""
    worksheets = raw.get("worksheets")
    if not isinstance(worksheets, list):
        raise Unreadable("The notebook has no list of worksheets.")
    cells: list[object] = []
    for sheet in worksheets:
        if not isinstance(sheet, dict) or not isinstance(sheet.get("cells"), list):
            raise Unreadable("A worksheet of the notebook has no list of cells.")
        cells += [_from_format_3(cell) for cell in sheet["cells"]]
    return cells


def _from_format_3(cell: object) -> object:
    if not isinstance(cell, dict):
        return cell
    if cell.get("cell_type") == "code":
        return {"cell_type": "code", "source": cell.get("input", "")}
    kind = "raw" if cell.get("cell_type") == "raw" else "markdown"  # html and headings are text
    return {"cell_type": kind, "source": cell.get("source", "")}


def _plain_cell(cell: object, number: int, flags: set[str]) -> Cell:
    if not isinstance(cell, dict):
        raise Unreadable(f"Cell {number} of the notebook is not a cell.")
    kind = cell.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        flags.add("unknown_cell_types")
        kind = "raw"
    plain: Cell = {"cell_type": kind, "id": f"cell-{number - 1}", "metadata": {}}
    plain["source"] = _source(cell.get("source"), number, flags)
    return plain | {"execution_count": None, "outputs": []} if kind == "code" else plain


def _source(source: object, number: int, flags: set[str]) -> str:
    if source is None:
        return ""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"The source of cell {number} is not text.")
    try:
        source.encode("utf-8")
    except UnicodeEncodeError:
        flags.add("broken_characters")
        source = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return source
