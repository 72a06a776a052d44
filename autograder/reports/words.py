"""The few words, symbols and number formats that all reports share."""

from __future__ import annotations

from autograder.records import ItemResult, Outcome, SubmissionGrade

SYMBOLS: dict[Outcome, str] = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "not_attempted": "–",
    "blocked": "·",
    "errored": "!",
}

OUTCOME_WORDS: dict[Outcome, str] = {
    "passed": "passed",
    "partial": "partly",
    "failed": "failed",
    "not_attempted": "not attempted",
    "blocked": "waits for another item",
    "errored": "open: a person must look",
}

STATUS_WORDS = {
    "graded": "graded",
    "rejected": "cannot be read",
    "errored": "a person must look",
    "not_submitted": "not submitted",
}

RUN_WORDS = {
    "ok": "ran from top to bottom",
    "cell_error": "a cell raised an error",
    "timeout": "ran out of time",
    "memory": "ran out of memory",
    "processes": "started too many processes",
    "disk": "filled the disk",
    "output_cap": "printed too much",
    "crash": "the kernel died",
    "protocol": "broke the kernel's messages",
}


def points_text(points: float) -> str:
    """Points as people write them: `30`, `87.5`, at most two decimals."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def points_number(points: float) -> int | float:
    """Points for machines: an int when whole, else rounded to four decimals, the same on every machine."""
    rounded = round(float(points), 4)
    return int(rounded) if rounded.is_integer() else rounded


def where(item: ItemResult) -> str:
    """The code cell that an item's sentence speaks of, or an empty text."""
    return "" if item.cell is None else f"cell {item.cell}"


def run_words(grade: SubmissionGrade) -> str:
    """How the first run that did not go from top to bottom ended; empty when all did."""
    broken = next((notebook.run for notebook in grade.notebooks if notebook.run.status != "ok"), None)
    if broken is None:
        return ""
    cell = "" if broken.cell is None else f" ({broken.cell})"
    return f"{RUN_WORDS[broken.status]}{cell}"
