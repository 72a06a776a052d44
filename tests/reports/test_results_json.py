"""`results.json`: the documented shape, and the same bytes for the same grades."""

from __future__ import annotations

import dataclasses
import json

from autograder.reports import results_json

from .builders import a_class, a_grade, a_part, a_run, an_item


def written(graded) -> bytes:
    """The file's bytes."""
    return results_json.write(graded)["results.json"]


def document(graded) -> dict:
    """The file, read back."""
    return json.loads(written(graded))


def test_keys_are_those_of_the_documented_schema():
    """Each level has exactly the keys that docs/results.md lists."""
    doc = document(a_class())
    mixed = next(each for each in doc["submissions"] if each["id"] == "mixed")
    item = mixed["parts"]["dense"]["items"]["training"]

    assert set(doc) == {"schema", "submissions"}
    assert set(mixed) == {"id", "status", "points", "max_points", "notebooks", "parts"}
    assert set(mixed["notebooks"][0]) == {"name", "sha256", "run"}
    assert set(mixed["notebooks"][0]["run"]) == {"status", "cell", "flags"}
    assert set(mixed["parts"]["dense"]) == {"status", "points", "max_points", "items"}
    assert set(item) == {
        *("status", "points", "max_points", "message_id", "message"),
        *("expected", "found", "cell", "hint", "basis", "values"),
    }


def test_an_unreadable_submission_says_why():
    """A rejected submission keeps the sentence that explains it."""
    doc = document(a_class())

    assert [each["problem"] for each in doc["submissions"] if each["status"] == "rejected"] == [
        "broken.ipynb is not JSON: line 3, column 7."
    ]


def test_order_of_grading_leaves_no_trace():
    """The same grades in another order are the same bytes."""
    graded = a_class()
    turned = dataclasses.replace(graded, grades=graded.grades[::-1])

    assert written(graded) == written(turned)


def test_time_box_and_warmth_leave_no_trace():
    """A slow, boxed, warm run of the same notebook writes the same bytes as a fast, bare, cold one."""
    slow = a_run(seconds=99.5, sandbox="bwrap", warm=True, detail="took /tmp/x")
    graded = a_class()
    one = dataclasses.replace(graded, grades=(a_grade("a", a_part(an_item())),))
    other = dataclasses.replace(graded, grades=(a_grade("a", a_part(an_item()), run=slow),))

    assert written(one) == written(other)


def test_whole_points_are_whole_numbers():
    """30.0 points are written as 30, 7.5 as 7.5, and a third is cut to four decimals."""
    graded = a_class()
    item = an_item(points=10 / 3, of=30.0)
    doc = document(dataclasses.replace(graded, grades=(a_grade("a", a_part(item)),)))
    part = doc["submissions"][0]["parts"]["dense"]

    assert part["points"] == 3.3333
    assert isinstance(part["max_points"], int)


def test_the_file_ends_with_a_newline_and_is_utf8():
    """Umlauts are written as such, and a lone surrogate of a hostile name does not break the file."""
    graded = dataclasses.replace(a_class(), grades=(a_grade("Zoë\ud800", a_part(an_item())),))
    data = written(graded)

    assert data.endswith(b"\n")
    assert "Zoë" in data.decode("utf-8")
