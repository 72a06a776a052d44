"""`grades.csv`: a row a submission, quoted, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.reports import grades_csv

from .builders import a_class


def rows() -> list[dict[str, str]]:
    """The table as a spreadsheet reads it."""
    text = grades_csv.write(a_class())["grades.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_points_stand_in_a_column_a_part_and_an_item():
    """The part's sum and its items have columns of their own."""
    mixed = next(row for row in rows() if row["id"] == "mixed")

    assert (mixed["points"], mixed["max_points"]) == ("37.5", "75")
    assert (mixed["dense"], mixed["dense/training"], mixed["dense/loss-plot"]) == ("37.5", "7.5", "0")


def test_open_points_are_empty_not_zero():
    """An item that a person must look at has no number yet."""
    row = next(row for row in rows() if row["id"] == "open")

    assert row["dense/test-images"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "|calc", "%0A"])
def test_a_formula_is_never_computed(text):
    """What a spreadsheet would take for a formula starts with an apostrophe."""
    assert grades_csv.harmless(text) == f"'{text}"


def test_a_plain_name_stays_as_it_is():
    """A minus inside a name is no formula."""
    assert grades_csv.harmless("doe-jane_autoencoders") == "doe-jane_autoencoders"


def test_every_cell_is_quoted():
    """No cell of the raw file stands without quotes."""
    lines = grades_csv.write(a_class())["grades.csv"].decode().split("\r\n")

    assert all(line.startswith('"') and line.endswith('"') for line in lines if line)
