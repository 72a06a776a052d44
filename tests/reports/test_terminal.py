"""Grades on the terminal and as a student's plain text."""

from __future__ import annotations

import json

from autograder.cli.publishing import how_graded
from autograder.reports import files, plain, run_json, terminal
from autograder.reports.graded import GradedClass
from autograder.settings import Settings

from .builders import a_class, a_grade, a_part, a_run, an_item, as_text


def test_the_class_table_has_a_row_a_submission():
    """Ids, points, parts and what happened stand in one table."""
    text = as_text(terminal.class_table(a_class()), 160)

    for fact in (
        "all right",
        "30 / 30",
        "37.5 / 75",
        "a cell raised an error (2)",
        "a person must look",
        "line 3",
    ):
        assert fact in text


def test_markup_in_an_id_is_printed_as_it_is():
    """Square brackets of a file name do not change colours or vanish."""
    grade = next(each for each in a_class().grades if each.id == "all right")
    odd = type(grade)("[red]odd[/red]", "graded", 1, 1, (), ())
    text = as_text(terminal.class_table(GradedClass("c", (odd,))))

    assert "[red]odd[/red]" in text


def test_one_submission_shows_each_item_with_its_advice():
    """A partly earned item shows sentence, cell, expected, found and hint."""
    mixed = next(each for each in a_class().grades if each.id == "mixed")
    text = as_text(terminal.submission_view(mixed, {"dense": "Part 1"}))

    for fact in ("Part 1  37.5 / 75", "◐  training", "(cell 4)", "asked for: 150 epochs", "→ Ask for 150."):
        assert fact in text


def test_plain_text_is_aligned_and_wrapped():
    """No line is longer than the width, and long sentences go on below their own column."""
    items = [an_item(message="word " * 60), an_item("training", "failed", 0, 15, hint="Ask for 150 epochs.")]
    lines = plain.items_table("Part 1", items).splitlines()

    assert max(map(len, lines)) <= plain.WIDTH
    assert lines[1].startswith("  ✓ architecture  30 / 30  word")
    assert lines[2].startswith(" " * 27 + "word")
    assert lines[-1].strip() == "→ Ask for 150 epochs."


def test_plain_text_keeps_the_lines_of_a_found_text():
    """A table of layers in `found` keeps one layer a line."""
    item = an_item("architecture", "failed", 0, found="Dense 400\nDense 200")
    lines = [line.strip() for line in plain.items_table("Part 1", [item]).splitlines()]

    assert lines[-2:] == ["found: Dense 400", "Dense 200"]


def test_run_facts_are_a_file_of_their_own():
    """Times, box and budget are kept beside the grades, not in them."""
    data = json.loads(run_json.write(how_graded(a_class(), Settings(), 12.5))["run.json"])

    assert data["seconds"] == 12.5
    assert {"seconds", "sandbox", "training", "warm"} <= set(data["runs"][0])


def test_reports_of_a_class_do_not_overwrite_each_other():
    """Every report writes files of its own."""
    written = [path for report in files.REPORTS for path in report(a_class())]

    assert len(written) == len(set(written)) == len(files.all_files(a_class()))


def test_a_large_class_ends_with_what_to_look_at_and_a_summary():
    """Hundreds of rows are no answer; who crashed or waits stands in the table, the rest in one line."""
    fine = [a_grade(f"s{number:03}", a_part(an_item())) for number in range(100)]
    crashed = a_grade("zed", a_part(an_item(points=10, status="partial")), run=a_run("crash", 1))
    graded = GradedClass("T", (*fine, crashed, a_grade("bad", status="rejected")))
    shown = as_text(terminal.class_table(terminal.worth_a_look(graded)))
    assert "zed" in shown and "bad" in shown and "s001" not in shown
    summary = terminal.class_summary(graded)
    assert summary == "102 submissions; median 30 of 30 points; 1 did not run to the end; 1 cannot be read."
    assert terminal.worth_a_look(a_class()) == a_class()
