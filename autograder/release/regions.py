"""Cutting solutions out of a cell and putting nbgrader's stubs in, line by line as nbgrader does it."""

from __future__ import annotations

from typing import Any

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)


class MarkerError(ValueError):
    """The markers of a cell do not pair, or stand where no solution may be."""


def strip_solution(cell: dict[str, Any]) -> bool:
    """Replace what is a solution in `cell` by the stub, in place; returns whether anything was replaced.

    Each region between `### BEGIN SOLUTION` and `### END SOLUTION` becomes one stub at the region's indent. A cell
    that its nbgrader metadata calls a solution and that has no markers becomes a stub as a whole.
    """
    metadata = cell["metadata"].get("nbgrader", {})
    is_solution = bool(metadata.get("solution")) and not metadata.get("task")
    stub = CODE_STUB if cell["cell_type"] == "code" else TEXT_STUB
    source, replaced = _without_regions(cell["source"], stub)
    if replaced and not is_solution:
        raise MarkerError(f"`{BEGIN}` in a cell that its nbgrader metadata does not call a solution.")
    if is_solution and not replaced:
        source, replaced = "\n".join(stub), True
    cell["source"] = source
    return replaced


def _without_regions(source: str, stub: tuple[str, ...]) -> tuple[str, bool]:
    kept: list[str] = []
    inside = replaced = False
    for line in source.split("\n"):
        if BEGIN in line:
            if inside:
                raise MarkerError(f"`{BEGIN}` inside another solution.")
            inside = replaced = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [f"{indent}{each}" for each in stub]
        elif END in line:
            if not inside:
                raise MarkerError(f"`{END}` without `{BEGIN}`.")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise MarkerError(f"`{BEGIN}` without `{END}`.")
    return "\n".join(kept), replaced
