"""Flags, open points and broken runs: the instructor sees them in every table, the student's page has none of the flags."""

from __future__ import annotations

import csv
import io

from autograder.records import CellState, SubmissionGrade
from autograder.reports import grades_csv, html
from autograder.reports.graded import GradedClass
from autograder.text import nearest

from .builders import a_grade, a_part, a_run, an_item

CRASHED = a_run("crash", 2, cells=(CellState(1, "ran"), CellState(2, "killed", "signal 9")))
FLAGGED = a_run(flags=("same_bytes_as_another", "took_files_beside"))


def a_class() -> tuple[SubmissionGrade, ...]:
    """A crashed notebook, a flagged one, and one with an open item."""
    return (
        a_grade("crashed", a_part(an_item()), run=CRASHED),
        a_grade("flagged", a_part(an_item(flags=("not_recomputed",))), run=FLAGGED),
        a_grade("open", a_part(an_item(), an_item("test-images", "errored", 0, 5))),
        a_grade("fine", a_part(an_item())),
    )


def rows() -> dict[str, dict[str, str]]:
    """The table by submission."""
    text = grades_csv.write(GradedClass("T", a_class()))["grades.csv"].decode()
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def pages() -> dict[str, str]:
    """All pages as text."""
    return {path: data.decode() for path, data in html.write(GradedClass("T", a_class())).items()}


def test_a_table_can_be_filtered_by_what_is_open() -> None:
    """An open grade says how many points wait for a person."""
    assert {id: row["open"] for id, row in rows().items()} == {
        "crashed": "",
        "flagged": "",
        "open": "5",
        "fine": "",
    }


def test_a_crash_shows_in_every_table() -> None:
    """Not only `graded`."""
    assert rows()["crashed"]["run"] == "the kernel died (2)" and rows()["fine"]["run"] == ""
    assert "the kernel died (2)" in pages()["index.html"]


def test_flags_go_to_the_instructor_alone() -> None:
    """Those of runs and of items, in the table and the class's page; a student's page accuses nobody."""
    flags = rows()["flagged"]["flags"].split()
    assert flags == ["not_recomputed", "same_bytes_as_another", "took_files_beside"]
    found = pages()
    assert "same bytes as another" in found["index.html"]
    page = found["submissions/flagged/index.html"]
    assert "same bytes" not in page and "not recomputed" not in page and "took files" not in page


def test_a_part_without_items_says_what_happened() -> None:
    """Not that nothing was handed in, where a notebook ran."""
    part = a_part(an_item("architecture", "not_attempted", 0), status="not_submitted")
    grades = (
        a_grade("ran", part),
        a_grade("crashed", part, run=CRASHED),
        a_grade("bad", part, status="rejected"),
    )
    found = {path: data.decode() for path, data in html.write(GradedClass("T", grades)).items()}
    assert "The notebook ran, and trains no model" in found["submissions/ran/index.html"]
    assert "did not run to its end" in found["submissions/crashed/index.html"]
    assert "cannot be read" in found["submissions/bad/index.html"]
    assert not any("Nothing was handed in" in page for page in found.values())


def test_names_are_offered_few_at_a_time() -> None:
    """A class of hundreds is no sentence, and an empty folder says that it is."""
    many = nearest("zzz", [f"student{number}" for number in range(300)])
    assert many.endswith("and 288 more.") and len(many) < 300
    assert nearest("x", []) == "There is none yet."
