"""Defects of whole cells: what breaks a run."""

from __future__ import annotations

from corpora.core.composed.compose import Edit, Plan
from corpora.defect import Unfit
from corpora.notebook import Cell


def cell(source: str, before_last: int = 0) -> Edit:
    """A further code cell, so many cells before the end."""

    def change(plan: Plan) -> None:
        if plan.style.form in ("one-cell", "few") and before_last:
            raise Unfit
        if plan.style.form == "one-cell":
            plan.cells[-1] = Cell("code", plan.cells[-1].source + "\n" + source)
        else:
            plan.cells.insert(len(plan.cells) - before_last, Cell("code", source))

    return "cells", change


def crash_before_pictures(plan: Plan) -> None:
    """The cell that shows the images stops before it shows any."""
    last = plan.cells[-1]
    plan.cells[-1] = Cell("code", "print(my_reconstruction_error)\n" + last.source)
