"""What became of a grade is kept, shown and packed."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.batch import grading
from autograder.cli.app import app
from autograder.errors import UsageError
from autograder.gradebook import history
from autograder.gradebook.case_pack import pack
from autograder.gradebook.records_json import GradeRecord, record_to_bytes
from autograder.gradebook.store import MARKER, Preview, Store
from autograder.records import SubmissionGrade
from autograder.reports import changes
from tests.grades import a_grade
from tests.reports.builders import as_text

KEY = {"content": "a", "run": "b", "judge": "c"}


def keep(store: Store, grade: SubmissionGrade, **key: str) -> SubmissionGrade:
    """Keep a grade as a worker would have staged it."""
    staged = store.staging()
    (staged / "grade.json").write_bytes(record_to_bytes(GradeRecord(key=KEY | key, grade=grade)))
    return store.keep(grade.id, staged, evidence_too=False)


def bytes_below(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(name="out")
def _out(tmp_path: Path) -> Path:
    """A folder of one grade that has changed once, from 5 to 3 points."""
    with Store(tmp_path / "out") as store:
        keep(store, a_grade("doe_jane", 5.0))
        keep(store, a_grade("doe_jane", 3.0), judge="d")
    return tmp_path / "out"


def test_a_changed_grade_is_written_down_with_its_reason(out: Path) -> None:
    """When, old, new, which item, and what it was made from that changed; the first grade is no change."""
    (change,) = history.read(Store(out).folder("doe_jane"))

    assert (change.old, change.new, change.reasons) == (5.0, 3.0, ("judge",))
    assert [(each.item, each.old, each.new) for each in change.items] == [("runs", 5.0, 3.0)]
    assert changes.why(change) == changes.REASONS["judge"]


def test_the_same_grade_again_is_no_change(out: Path) -> None:
    """Nothing is written down when no item changed."""
    with Store(out) as store:
        keep(store, a_grade("doe_jane", 3.0), judge="e")

    assert len(history.read(Store(out).folder("doe_jane"))) == 1


def test_a_grader_killed_before_it_kept_the_grade_tells_the_change_once(tmp_path: Path) -> None:
    """The line was written, the grade was not: the next grading does not write it again."""
    old, new = a_grade("a", 5.0), a_grade("a", 3.0)
    for _ in range(2):
        history.note(tmp_path, old, new, KEY, KEY | {"content": "z"})

    assert len(history.read(tmp_path)) == 1


def test_a_damaged_history_is_none(tmp_path: Path) -> None:
    """It never stands in the way of a grade."""
    (tmp_path / history.FILE).write_text("[{")

    assert history.read(tmp_path) == []


def test_better_parts_stay(tmp_path: Path) -> None:
    """A part that would lose keeps its older items; the sum follows; a part that gains is the new one."""
    with Store(tmp_path, history.keep_better_parts) as store:
        keep(store, a_grade("a", 4.0))
        lower, higher = keep(store, a_grade("a", 2.0)), keep(store, a_grade("a", 5.0))

    assert (lower.points, lower.parts[0].items[0].points) == (4.0, 4.0)
    assert higher.points == Store(tmp_path).load("a").grade.points == 5.0


def test_what_was_kept_is_said_and_explains_the_next_change(tmp_path: Path) -> None:
    """The part notes both points; when a later regrade lets the rules decide, the history says what had been kept."""
    with Store(tmp_path, history.keep_better_parts) as store:
        keep(store, a_grade("a", 4.0))
        keep(store, a_grade("a", 2.0), judge="d")
        kept = keep(store, a_grade("a", 3.0), judge="e")
    assert history.kept_parts(kept) == {
        "dense": "Kept from an earlier grading: 4 points, where today's rules give 3 (--no-lower)."
    }
    assert history.read(Store(tmp_path).folder("a")) == []
    with Store(tmp_path) as store:
        plain = keep(store, a_grade("a", 3.0), judge="e")
    (change,) = history.read(Store(tmp_path).folder("a"))
    assert (change.old, change.new, change.reasons) == (4.0, 3.0, ("kept",))
    assert "--no-lower" in changes.why(change) and history.kept_parts(plain) == {}


def test_a_preview_writes_nothing(out: Path) -> None:
    """It says what would be kept; every byte of the folder stays, and it needs no lock."""
    before = bytes_below(out)
    with Store(out), Preview(out) as preview:
        would_be = keep(preview, a_grade("doe_jane", 1.0))

    assert would_be.points == 1.0
    assert bytes_below(out) == before


def test_who_gains_and_loses_is_told_with_the_reason() -> None:
    """A row for each item that changed, nothing for the others, and one line that counts."""
    lost = history.changed_items(a_grade("a", 5.0), a_grade("a", 3.5))
    found = {"a": lost, "b": (), "c": history.changed_items(a_grade("c", 1.0), a_grade("c", 2.0))}
    text = as_text(changes.changes_table(found))

    assert "dense / runs" in text and "−1.5" in text and "+1" in text and "All cells run." in text
    assert "b" not in [line.split("│")[1].strip() for line in text.splitlines() if "│" in line]
    assert changes.summary(found) == "1 gains points, 1 loses points, 1 keeps the same."


def test_one_grade_is_shown_with_its_history(out: Path) -> None:
    """`show` prints the items and each change; an unknown id is answered with the nearest."""
    shown = CliRunner().invoke(app, ["show", str(out), "doe_jane"])
    unknown = CliRunner().invoke(app, ["show", str(out), "doe_jan"])

    assert shown.exit_code == 0 and "5 → 3 points" in shown.output
    assert changes.REASONS["judge"].split()[1] in shown.output
    assert unknown.exit_code == 2 and "doe_jane" in unknown.output


def test_a_folder_that_holds_no_grades_is_refused(tmp_path: Path) -> None:
    """`regrade` and `show` name what they need."""
    with pytest.raises(UsageError, match="no folder of grades"):
        grading.kept_grades(tmp_path)
    assert CliRunner().invoke(app, ["regrade", str(tmp_path)]).exit_code == 2
    assert not (tmp_path / MARKER).exists()


def test_a_packed_case_does_not_tell_whose_it_is(tmp_path: Path) -> None:
    """Id, its words, file names, mail addresses and home folders are gone from every text; the arrays are there."""
    grade = a_grade("doe_jane")
    grade = replace(grade, notebooks=(replace(grade.notebooks[0], name="Jane Doe part1.ipynb"),))
    kept = tmp_path / "kept/notebooks/1"
    (kept / "evidence/arrays").mkdir(parents=True)
    (kept / "evidence/events.jsonl").write_text('{"title": "By Jane DOE, /home/jdoe/x"}\n')
    (kept / "evidence/arrays/00001.npy").write_bytes(b"\x00jane")
    cell = {
        "cell_type": "code",
        "source": ["# jane.doe@uni.edu\n", "DOE_JANE = 1"],
        "outputs": [{"x": "Jane"}],
    }
    document = {"cells": [cell], "metadata": {"authors": [{"name": "Jane Doe"}]}}
    (kept / "executed.ipynb").write_text(json.dumps(document))

    names = pack(grade, tmp_path / "kept", tmp_path / "case.zip")

    with zipfile.ZipFile(tmp_path / "case.zip") as packed:
        texts = [packed.read(name).decode().lower() for name in names if not name.endswith(".npy")]
        assert packed.read("evidence-1/arrays/00001.npy") == b"\x00jane"
    assert not [text for text in texts if re.search(r"jane|\bdoe\b|uni\.edu", text)]
    assert any("= 1" in text for text in texts)


def test_a_case_never_overwrites_a_file(out: Path, tmp_path: Path) -> None:
    """An existing file is named, not replaced."""
    (tmp_path / "case.zip").write_text("mine")
    done = CliRunner().invoke(app, ["case", str(out), "doe_jane", "--to", str(tmp_path / "case.zip")])

    assert done.exit_code == 2 and (tmp_path / "case.zip").read_text() == "mine"
