"""Small records for tests: a run, an item, a grade."""

from __future__ import annotations

from autograder.records import CellState, ItemResult, NotebookRun, PartGrade, RunRecord, SubmissionGrade


def a_run(*outcomes: str, status: str = "ok", errors: tuple[str, ...] = (), **fields: object) -> RunRecord:
    """A run whose cells ended like this; `errors` go to the cells in order."""
    texts = [*errors, *[""] * len(outcomes)]
    cells = tuple(
        CellState(number, outcome, text)
        for number, (outcome, text) in enumerate(zip(outcomes, texts, strict=False), start=1)
    )
    values = {"cell": None, "training": "quick", "sandbox": "none", "warm": False, "seconds": 1.0} | fields
    return RunRecord(status=status, cells=cells, **values)


def a_grade(id: str, points: float = 5.0, status: str = "graded", **fields: object) -> SubmissionGrade:
    """A grade with one part of one item."""
    item = ItemResult("runs", "passed", points, 5.0, "runs.fine", "All cells run.", values={"of": [1, 2.5]})
    part = PartGrade("dense", "graded", points, 5.0, (item,))
    notebook = NotebookRun("n.ipynb", "0" * 64, a_run("ran"))
    return SubmissionGrade(id, status, points, 5.0, (notebook,), (part,), **fields)
