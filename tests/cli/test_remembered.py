"""A folder of grades agrees with itself: its parts, its course, who is in the class, whichever command comes next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder import pipeline, rubrics
from autograder.batch import grading
from autograder.batch.grading import Progress
from autograder.gradebook.records_json import GradeRecord, record_to_bytes
from autograder.gradebook.store import Store
from autograder.records import SubmissionGrade
from autograder.run import probe
from tests.cli.test_cli import Result, run
from tests.notebooks import notebook
from tests.reports.builders import a_grade, a_part, an_item


def keep(out: Path, *grades: SubmissionGrade) -> None:
    """Keep these grades in a folder as a worker would."""
    with Store(out) as store:
        for grade in grades:
            staged = store.staging()
            (staged / "grade.json").write_bytes(record_to_bytes(GradeRecord(key={}, grade=grade)))
            store.keep(grade.id, staged)


@pytest.fixture(name="class_of")
def _class_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that lays a notebook for each name and lets `grade` keep a grade of each, on the parts asked for."""
    seen: dict[str, object] = {}

    def grade_all(found, settings, out, progress, before_run):
        seen["parts"] = settings.parts
        parts = [a_part(an_item(), part=part) for part in settings.parts]
        grades = [a_grade(each.id, *parts) for each in found]
        for number, grade in enumerate(grades, start=1):
            keep(out, grade)
            progress(Progress(number, len(grades), grade, resumed=False, seconds=1.0))
            if seen.get("stops_after") == grade.id:
                raise seen["with"]
        return grades

    monkeypatch.setattr(grading, "grade_all", grade_all)
    monkeypatch.setattr(rubrics, "known_images", lambda parts: {})
    monkeypatch.setattr(probe, "probe", lambda **_: None)
    monkeypatch.chdir(tmp_path)

    def lay(*names: str) -> list[Path]:
        paths = [tmp_path / f"{name}.ipynb" for name in names]
        for path in paths:
            path.write_bytes(notebook(f"x = '{path.stem}'"))
        return paths

    return lay, seen


def reported(out: Path) -> list[str]:
    """Ids in the results of a folder."""
    return [each["id"] for each in json.loads((out / "results.json").read_text())["submissions"]]


def graded(out: Path, paths: list[Path], *more: str) -> Result:
    """`grade` these files into the folder."""
    return run("grade", *paths, "--out", out, "--sandbox", "none", *more)


def test_grading_some_files_leaves_the_class_whole(class_of, tmp_path: Path) -> None:
    """Who is not among today's files is said, and taken out by a word alone; a record stays to be looked at."""
    lay, _ = class_of
    out = tmp_path / "out"
    graded(out, lay("ann", "bob", "cy"))
    second = graded(out, lay("bob", "di"))
    assert reported(out) == ["ann", "bob", "cy", "di"]
    assert "2 submissions of the folder not among these files" in second.text and "--prune" in second.text
    third = graded(out, lay("bob", "di"), "--prune")
    assert reported(out) == ["bob", "di"] and "Taken out of the class: 2" in third.text
    assert run("show", out, "ann").status == 2 and (out / "withdrawn/ann/grade.json").is_file()
    assert [each.id for each in grading.kept_grades(out)] == ["bob", "di"]  # what regrade judges again


def test_pruning_twice_and_coming_back(class_of, tmp_path: Path) -> None:
    """A submission that was taken out is graded anew when it is handed in again, and may be taken out again."""
    lay, _ = class_of
    out = tmp_path / "out"
    for _ in range(2):
        graded(out, lay("ann", "bob"))
        graded(out, lay("bob"), "--prune")
    assert reported(out) == ["bob"]


def test_one_submission_alone_takes_nobody_out(class_of, tmp_path: Path) -> None:
    """`--only` speaks of no others, and does not go with `--prune`."""
    lay, _ = class_of
    out, paths = tmp_path / "out", lay("ann", "bob")
    graded(out, paths)
    assert "--prune" not in graded(out, paths, "--only", "bob").text
    assert reported(out) == ["ann", "bob"]
    assert graded(out, paths, "--only", "bob", "--prune").status == 2


@pytest.mark.parametrize("more", [(), ("--only", "ann")])
def test_a_folder_keeps_the_parts_that_it_was_graded_on(
    class_of, tmp_path: Path, more: tuple[str, ...]
) -> None:
    """Left out, they are the folder's; the course of today does not change them without a word."""
    lay, seen = class_of
    out, paths = tmp_path / "out", lay("ann", "bob")
    graded(out, paths, "--parts", "dense")
    again = graded(out, paths, *more)
    assert seen["parts"] == ("dense",) and "parts dense, and stays so" in again.text


def test_parts_that_contradict_a_folder_are_refused(class_of, tmp_path: Path) -> None:
    """By the option, by a course's file, and in a regrade; nothing is graded then."""
    lay, seen = class_of
    out, paths = tmp_path / "out", lay("ann")
    graded(out, paths, "--parts", "dense")
    seen.clear()
    (tmp_path / "other.toml").write_text('parts = ["dense", "conv"]\n')
    for command in (
        ("grade", *paths, "--out", out, "--sandbox", "none", "--parts", "conv"),
        ("grade", *paths, "--out", out, "--sandbox", "none", "--course", tmp_path / "other.toml"),
        ("regrade", out, "--parts", "dense,conv"),
        ("regrade", out, "--dry-run", "--course", tmp_path / "other.toml"),
    ):
        refused = run(*command)
        assert refused.status == 2 and "was graded on the parts dense; this command asks for" in refused.text
    assert seen == {}
    assert graded(out, paths, "--parts", "dense").status == 0


def test_a_folder_keeps_the_title_of_its_course(class_of, tmp_path: Path, monkeypatch) -> None:
    """A later command from another folder does not rename the class."""
    lay, _ = class_of
    out, paths = tmp_path / "out", lay("ann")
    (tmp_path / "mine.toml").write_text('title = "Nets 2026"\n')
    graded(out, paths, "--course", str(tmp_path / "mine.toml"))
    graded(out, paths)
    assert "Nets 2026" in (out / "index.html").read_text()
    kept = json.loads((out / "run.json").read_text())
    assert kept["title"] == "Nets 2026" and kept["kept_bytes"] > 0


@pytest.mark.parametrize("how", ["interrupted", "disk"])
def test_a_grading_that_was_stopped_leaves_reports_of_what_is_done(
    class_of, tmp_path: Path, how: str
) -> None:
    """After Ctrl-C and after a full disk alike; the status says which it was."""
    from autograder.errors import HarnessFault

    lay, seen = class_of
    out, paths = tmp_path / "out", lay("ann", "bob", "cy")
    seen.update(
        {"stops_after": "bob", "with": KeyboardInterrupt() if how == "interrupted" else HarnessFault("Full.")}
    )
    stopped = graded(out, paths)
    assert stopped.status == (130 if how == "interrupted" else 3)
    assert reported(out) == ["ann", "bob"] and "2 submissions graded so far" in stopped.text
    assert (out / "index.html").is_file() and (out / "grades.csv").is_file()


# --- check -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "status"), [(None, 0), ("30", 0), ("30.5", 1)])
def test_a_check_ends_as_its_threshold_says(tmp_path, monkeypatch, least: str | None, status: int) -> None:
    """Scripts see whether a notebook earns enough."""
    monkeypatch.setattr(pipeline, "grade_submission", lambda *_: a_grade("mine", a_part(an_item())))
    (tmp_path / "mine.ipynb").write_bytes(notebook("1"))
    more = () if least is None else ("--at-least", least)
    assert run("check", tmp_path / "mine.ipynb", *more).status == status


def test_a_check_of_an_unreadable_file_fails(tmp_path) -> None:
    """What cannot be read is never fine."""
    (tmp_path / "mine.ipynb").write_bytes(b"{")
    assert run("check", tmp_path / "mine.ipynb").status == 1


def test_a_check_prints_json(tmp_path, monkeypatch) -> None:
    """The grade as `results.json` has it, and nothing else on the standard output."""
    from typer.testing import CliRunner

    from autograder.cli import app

    monkeypatch.setattr(pipeline, "grade_submission", lambda *_: a_grade("mine", a_part(an_item())))
    (tmp_path / "mine.ipynb").write_bytes(notebook("1"))
    answer = CliRunner().invoke(app, ["check", str(tmp_path / "mine.ipynb"), "--json", "--at-least", "99"])
    assert answer.exit_code == 1
    (mine,) = json.loads(answer.stdout)["submissions"]
    assert (mine["id"], mine["points"]) == ("mine", 30)
