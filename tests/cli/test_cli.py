"""The command line: every verb documented, exit statuses as designed, errors in one sentence with what to do next."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import pipeline, rubrics, submissions
from autograder.batch import grading
from autograder.batch.grading import Progress
from autograder.cli import app
from autograder.cli.checking import attempted_only
from autograder.cli.grading import not_used
from autograder.cli.options import fitting_workers
from autograder.errors import BoxUnavailable, DataUnavailable, HarnessFault, OutputRefused
from autograder.gradebook.records_json import GradeRecord, record_to_bytes
from autograder.gradebook.store import Store
from autograder.run import probe
from autograder.submissions import Intake, Submission
from tests.notebooks import notebook
from tests.reports.builders import a_class, a_grade, a_part, an_item

ROOT = Path(__file__).resolve().parents[2]
VERBS = sorted(command.callback.__name__ for command in app.registered_commands)


class Result:
    """How a command ended, its text on one line so that a narrow terminal's wrapping does not matter."""

    def __init__(self, result) -> None:
        self.status = result.exit_code
        plain = re.sub(r"\x1b\[[0-9;]*m", "", result.output)
        self.text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", plain).split())


def run(*arguments: object) -> Result:
    """Run the command in this process."""
    return Result(CliRunner().invoke(app, [str(each) for each in arguments]))


@pytest.fixture(name="graded")
def _graded(monkeypatch):
    """A function that makes `grade` find and return given grades (or raise), and records its settings."""
    seen = {}

    def answer(*grades, error: BaseException | None = None):
        def grade_all(found, settings, out, progress, before_run):
            if before_run is not None:
                before_run()
            seen.update(found=[each.id for each in found], settings=settings)
            if error is not None:
                raise error
            wanted = [each for each in grades if each.id in seen["found"]]
            for number, each in enumerate(wanted, start=1):
                progress(Progress(number, len(wanted), each, resumed=False, seconds=1.0))
            return wanted

        intake = Intake(tuple(Submission(each.id) for each in grades))
        monkeypatch.setattr(submissions, "look", lambda *_, **__: intake)
        monkeypatch.setattr(grading, "grade_all", grade_all)
        monkeypatch.setattr(rubrics, "known_images", lambda parts: {})
        monkeypatch.setattr(probe, "probe", lambda **_: seen.update(probed=True))
        return seen

    return answer


def fine(id: str = "doe_jane"):
    """A grade without anything unusual."""
    return a_grade(id, a_part(an_item()))


def test_every_verb_of_the_design_exists():
    """The verbs, no more and no fewer."""
    wanted = "case check data doctor grade regrade release rubric selftest show"
    assert wanted.split() == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_is_in_the_readme(verb):
    """A new command without help, or that the README does not name, is refused."""
    result = run(verb, "--help")

    assert result.status == 0
    assert f"Usage: root {verb}" in result.text or f"{verb} [OPTIONS]" in result.text
    assert f"autograder {verb}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", app.registered_commands, ids=lambda command: command.callback.__name__)
def test_every_verb_says_what_it_does(command):
    """The first line of each command's docstring is its help."""
    assert command.callback.__doc__.strip().splitlines()[0].endswith(".")


def test_a_class_is_graded_and_reported(graded, tmp_path):
    """Status 0, a line a submission, the table, and where the report lies; the files are there."""
    seen = graded(fine(), fine("roe_richard"))
    result = run("grade", ROOT, "--out", tmp_path, "--sandbox", "none", "--workers", 3)

    assert result.status == 0, result.text
    for words in ("[1/2] doe_jane: 30 / 30 (1.0 s)", "roe_richard", "Report:"):
        assert words in result.text
    assert {"results.json", "grades.csv", "index.html", "run.json"} <= {
        each.name for each in tmp_path.iterdir()
    }
    assert (tmp_path / "submissions" / "doe_jane" / "index.html").is_file()
    assert (seen["settings"].sandbox, seen["settings"].workers) == ("none", 3)


def test_options_reach_the_settings(graded, tmp_path):
    """Budget, clocks, memory, box and parts are handed on; parts come in the course's order."""
    seen = graded(fine())
    options = (
        "--training",
        "full",
        "--timeout",
        60,
        "--cell-timeout",
        30,
        "--memory",
        2048,
        "--parts",
        "conv,dense",
    )
    run("grade", ROOT, "--out", tmp_path, *options)
    settings = seen["settings"]

    assert (settings.training, settings.sandbox, settings.memory_mb) == ("full", "bwrap", 2048)
    assert (settings.notebook_seconds, settings.cell_seconds) == (60, 30)
    assert settings.parts == ("dense", "conv")


def test_the_course_file_chooses_parts_and_title(graded, tmp_path):
    """`--course` names the file; its parts are looked for, its title is on the table."""
    seen = graded(fine())
    course = tmp_path / "mine.toml"
    course.write_text('title = "Deep Learning 2"\nparts = ["dense"]\n')
    result = run("grade", ROOT, "--out", tmp_path / "out", "--course", course)

    assert seen["settings"].parts == ("dense",)
    assert "Deep Learning 2" in result.text


def test_one_submission_can_be_graded_alone(graded, tmp_path):
    """`--only` grades one replaced or late file; the grades of the others stay in the reports."""
    with Store(tmp_path) as store:
        staged = store.staging()
        (staged / "grade.json").write_bytes(record_to_bytes(GradeRecord(key={}, grade=fine())))
        store.keep("doe_jane", staged, evidence_too=False)
    seen = graded(fine(), fine("roe_richard"))
    result = run("grade", ROOT, "--out", tmp_path, "--only", "roe_richard")
    results = json.loads((tmp_path / "results.json").read_text())["submissions"]

    assert (result.status, seen["found"]) == (0, ["roe_richard"])
    assert [each["id"] for each in results] == ["doe_jane", "roe_richard"]


def test_points_left_open_ask_for_a_person(graded, tmp_path):
    """Status 3, and the reports are written all the same."""
    graded(*a_class().grades)
    result = run("grade", ROOT, "--out", tmp_path)

    assert result.status == 3
    assert "a person must look" in result.text
    assert json.loads((tmp_path / "results.json").read_text())["schema"] == 1


def test_an_unreadable_notebook_is_a_result(graded, tmp_path):
    """Status 0: nothing of ours failed."""
    graded(a_grade("x", status="rejected", problem="x.ipynb is empty."))

    assert run("grade", ROOT, "--out", tmp_path).status == 0


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OutputRefused("The folder holds other files.", "Name a new one."), 2),
        (BoxUnavailable("There is no bubblewrap.", "Type: apt-get install bubblewrap"), 2),
        (HarnessFault("The disk is full.", "Free some space."), 3),
    ],
)
def test_an_error_of_ours_is_one_sentence_and_a_remedy(graded, tmp_path, error, status):
    """The exit status is the error's; no traceback is shown."""
    graded(fine(), error=error)
    result = run("grade", ROOT, "--out", tmp_path)

    assert result.status == status
    assert f"Error: {error.message} {error.remedy}" in result.text
    assert "Traceback" not in result.text


def test_the_box_is_tried_before_the_first_student(graded, tmp_path, monkeypatch):
    """Without a box nothing is graded, unless every notebook is trusted."""
    seen = graded(fine())

    def refuse(**_):
        raise BoxUnavailable("There is no bubblewrap.", "Type: apt-get install bubblewrap")

    monkeypatch.setattr(probe, "probe", refuse)
    boxed = run("grade", ROOT, "--out", tmp_path)
    graded_boxed = dict(seen)
    trusted = run("grade", ROOT, "--out", tmp_path, "--sandbox", "none")

    assert (boxed.status, graded_boxed) == (2, {})
    assert trusted.status == 0


def test_without_data_no_class_is_begun(graded, tmp_path, monkeypatch):
    """The data are asked for before the first student; status 2 with what was tried."""
    seen = graded(fine())

    def refuse(parts):
        raise DataUnavailable("MNIST cannot be had.", "Copy it by hand.")

    monkeypatch.setattr(rubrics, "known_images", refuse)
    result = run("grade", ROOT, "--out", tmp_path)

    assert (result.status, seen) == (2, {})
    assert "Error: MNIST cannot be had. Copy it by hand." in result.text


def test_an_interruption_has_its_own_status(graded, tmp_path):
    """Ctrl-C ends with 130 and says that the same command goes on."""
    graded(fine(), error=KeyboardInterrupt())
    result = run("grade", ROOT, "--out", tmp_path)

    assert result.status == 130
    assert "goes on where it stopped" in result.text


def test_a_defect_of_ours_is_never_a_students_fault(graded, tmp_path):
    """An unforeseen exception ends with 3 in one line that says whose fault it is."""
    graded(fine(), error=ZeroDivisionError("boom"))
    result = run("grade", ROOT, "--out", tmp_path)

    assert result.status == 3
    assert "The grader itself failed: ZeroDivisionError: boom" in result.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grad",), "Did you mean 'grade'"),
        (("rubric", "dens"), "Did you mean dense"),
        (("grade", ".", "--out", "o", "--parts", "cnov"), "There is no part `cnov`. Did you mean conv?"),
        (("grade", ".", "--out", "o", "--training", "slow"), "'quick', 'full'"),
        (("grade", "."), "--out"),
        (("grade", ".", "--out", "o", "--workers", "0"), "workers"),
        (("check", "none.ipynb"), "There is no notebook none.ipynb"),
        (("doctor", "--only", "bxo"), "Did you mean box?"),
        (("data", "mnits"), "Did you mean mnist"),
        (("release", "--solutions", "nowhere"), "There is no solution in nowhere"),
    ],
)
def test_bad_usage_says_what_to_do(arguments, words):
    """Status 2, with the nearest known name where there is one."""
    result = run(*arguments)

    assert result.status == 2
    assert words in result.text


def test_an_unknown_submission_offers_the_nearest(graded, tmp_path):
    """A mistyped id is not silently nothing."""
    graded(fine("doe_jane"))
    result = run("grade", ROOT, "--out", tmp_path, "--only", "doe_jan")

    assert (result.status, "Did you mean doe_jane?" in result.text) == (2, True)


def test_nothing_to_grade_is_bad_usage(graded, tmp_path):
    """A folder without notebooks is a mistake, not a class of nobody."""
    graded()

    assert run("grade", ROOT, "--out", tmp_path).status == 2


def test_rubrics_list_their_items():
    """`rubric dense` shows each item with its points, and they add up to 100."""
    result = run("rubric", "dense")

    assert "architecture" in result.text and "30" in result.text
    assert "100" in run("rubric").text


def test_a_stale_template_fails_its_check(tmp_path):
    """`release --check` ends with 1 and names the notebook."""
    from tests.release.test_release import a_solution, written

    solutions = written(tmp_path / "solutions", a_solution())
    folders = ("--solutions", solutions, "--notebooks", tmp_path / "notebooks")

    stale = run("release", "--check", *folders)
    run("release", *folders)
    fresh = run("release", "--check", *folders)

    assert (stale.status, fresh.status) == (1, 0)
    assert "part1.ipynb: not released yet" in stale.text


def test_a_deviation_of_the_course_fails_the_selftest(monkeypatch):
    """`selftest` hands its choices on, and ends with 1 when anything deviates."""
    from autograder import selftest

    seen = {}
    monkeypatch.setattr(selftest, "main", lambda **choices: seen.update(choices) or len(seen["only"]))

    fine_one = run("selftest")
    failing = run("selftest", "mutant", "--workers", 2, "--third", "HEAD")

    assert (fine_one.status, failing.status) == (0, 1)
    assert (list(seen["only"]), seen["workers"], seen["third"]) == (["mutant"], 2, "HEAD")


def test_ones_own_notebook_is_shown_item_by_item(monkeypatch, tmp_path):
    """`check` runs without a box and prints sentences and hints of what was attempted."""
    seen = {}

    def grade_submission(submission, settings, workdir):
        seen["settings"] = settings
        return next(each for each in a_class().grades if each.id == "mixed")

    path = tmp_path / "mine.ipynb"
    path.write_text("{}")
    monkeypatch.setattr(submissions, "find", lambda paths: [Submission("mine")])
    monkeypatch.setattr(pipeline, "grade_submission", grade_submission)
    result = run("check", path)

    assert result.status == 0, result.text
    assert "Ask for 150." in result.text and "37.5 of 75 points" in result.text
    assert seen["settings"].sandbox == "none"


def test_parts_that_were_not_begun_are_left_out_of_a_check():
    """One's own notebook on one part is not scolded for the other two, and counts out of that part."""
    begun, other = a_part(an_item()), a_part(an_item("noise", "not_attempted", 0, 20), part="denoising")
    shown = attempted_only(a_grade("mine", begun, other))

    assert ([part.part for part in shown.parts], shown.max_points) == (["dense"], 30)
    assert attempted_only(a_grade("mine", other)).parts == (other,)


def test_workers_fit_the_machine():
    """At least one worker, also where memory is too small for the limit."""
    assert fitting_workers(10**9) == 1
    assert fitting_workers(512) >= 1


def test_files_that_nobody_gets_are_named(tmp_path):
    """What lies among the submissions and is not used has a line; a file that code names says how to give it."""
    (tmp_path / "ann.ipynb").write_bytes(notebook("import net"))
    (tmp_path / "net.py").write_bytes(b"")
    (tmp_path / "roster.csv").write_bytes(b"")
    lines = " ".join(not_used(submissions.look([tmp_path])))
    assert "net.py lies beside the notebooks, and ann names it" in lines and "--with" in lines
    assert "not used: roster.csv" in lines
    assert not_used(submissions.look([tmp_path], [tmp_path / "net.py", tmp_path / "roster.csv"])) == []
