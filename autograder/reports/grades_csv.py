"""`grades.csv`: one row a submission for spreadsheets, every cell quoted, none of them a formula."""

from __future__ import annotations

import csv
import io

from autograder.records import SubmissionGrade

from .graded import GradedClass, flags_of, part_of
from .words import points_text, run_words

# A spreadsheet takes a cell that starts so for a formula, also behind spaces; a submission's id is a file name
# that a student chose.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def write(graded: GradedClass) -> dict[str, bytes]:
    """The file `grades.csv` (UTF-8, CRLF): id, status, points, then points per part and per item (`part/item`).

    The last columns are for the instructor: what is wrong as a whole, how many points are open until a person has looked,
    how the first run that did not end well ended, and everything that is flagged.
    """
    columns = [(part, item) for part in graded.part_ids for item in ("", *graded.item_ids(part))]
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    header = [f"{part}/{item}" if item else part for part, item in columns]
    table.writerow(["id", "status", "points", "max_points", *header, "problem", "open", "run", "flags"])
    for grade in graded.by_id:
        cells = [_points(grade, part, item) for part, item in columns]
        row = [harmless(grade.id), grade.status, points_text(grade.points), points_text(grade.max_points)]
        more = [_open_points(grade), run_words(grade), " ".join(flags_of(grade))]
        table.writerow([*row, *cells, *map(harmless, (grade.problem, *more))])
    return {"grades.csv": text.getvalue().encode("utf-8", errors="backslashreplace")}


def harmless(text: str) -> str:
    """`text` as a spreadsheet shows it and never computes it: what looks like a formula gets an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _open_points(grade: SubmissionGrade) -> str:
    """Points that wait for a person; empty when none do."""
    if grade.status == "errored":
        return points_text(grade.max_points)
    items = [item for part in grade.parts for item in part.items if item.status == "errored"]
    return points_text(sum(item.max_points - item.points for item in items)) if items else ""


def _points(grade: SubmissionGrade, part_id: str, item_id: str) -> str:
    """Points of a part or of one of its items; empty when there are none, or while they are open."""
    part = part_of(grade, part_id)
    if part is None:
        return ""
    if not item_id:
        return "" if part.status == "errored" else points_text(part.points)
    item = next((each for each in part.items if each.item == item_id), None)
    return "" if item is None or item.status == "errored" else points_text(item.points)
