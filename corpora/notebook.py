"""Notebooks as plain nbformat 4 JSON, made from cells or from text with `# %%` marks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One cell: its kind and its source."""

    kind: Literal["code", "markdown"]
    source: str


@dataclass(frozen=True)
class Form:
    """What a notebook carries besides its cells.

    Attributes:
        colab: whether metadata look as if Colab had saved it.
        counters: execution counters of the code cells as saved: none, or out of order.
    """

    colab: bool = False
    counters: Literal["none", "shuffled"] = "none"


@dataclass
class Draft:
    """A notebook being written, cell by cell."""

    cells: list[Cell] = field(default_factory=list)

    def code(self, lines: list[str]) -> None:
        """Add a code cell; empty lists add nothing."""
        source = "\n".join(lines).strip("\n")
        if source:
            self.cells.append(Cell("code", source))

    def text(self, source: str) -> None:
        """Add a text cell."""
        self.cells.append(Cell("markdown", source))


def from_marks(text: str) -> list[Cell]:
    """Cells of a script in which `# %%` starts a code cell and `# %% [markdown]` a text cell."""
    cells: list[Cell] = []
    for chunk in ("\n" + text).split("\n# %%")[1:]:
        first, _, body = chunk.partition("\n")
        kind: Literal["code", "markdown"] = "markdown" if "[markdown]" in first else "code"
        cells.append(Cell(kind, body.strip("\n")))
    return cells


def one_cell(cells: list[Cell]) -> list[Cell]:
    """All code in a single cell, no text: how one notebook in twelve looks."""
    return [Cell("code", "\n\n".join(cell.source for cell in cells if cell.kind == "code"))]


def without_text(cells: list[Cell]) -> list[Cell]:
    """The code cells alone."""
    return [cell for cell in cells if cell.kind == "code"]


def _cell_json(cell: Cell, number: int, form: Form) -> dict[str, object]:
    metadata: dict[str, str] = {"id": f"aB{number:02d}xYz"} if form.colab else {}
    body: dict[str, object] = {"cell_type": cell.kind, "id": f"cell-{number:03d}", "metadata": metadata}
    body["source"] = cell.source.splitlines(keepends=True)
    if cell.kind == "code":
        count = (number * 7) % 23 + 1 if form.counters == "shuffled" else None
        body |= {"execution_count": count, "outputs": []}
    return body


def to_bytes(cells: list[Cell], form: Form | None = None) -> bytes:
    """The notebook file: UTF-8 JSON of nbformat 4.5."""
    form = form or Form()
    metadata: dict[str, object] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if form.colab:
        metadata["colab"] = {"provenance": [], "gpuType": "T4"}
        metadata["accelerator"] = "GPU"
        metadata["kernelspec"] = {"display_name": "Python 3", "name": "python3"}
    body = {
        "cells": [_cell_json(cell, number, form) for number, cell in enumerate(cells)],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def code_lines(content: bytes) -> list[str]:
    """Lines of code of a notebook, without blank lines, comments, white space and the kind of quotes."""
    lines = []
    for cell in json.loads(content)["cells"]:
        if cell["cell_type"] != "code":
            continue
        for line in "".join(cell["source"]).splitlines():
            bare = "".join(line.split()).replace('"', "'")
            if bare and not bare.startswith("#"):
                lines.append(bare)
    return lines
