"""From a submission to its grade: when a notebook is run again in full, what is open, what is rejected."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder import pipeline
from autograder.errors import HarnessFault
from autograder.gradebook.records_json import GradeRecord, record_from_bytes, record_to_bytes
from autograder.grading import submission_grade
from autograder.grading.unsettled import UNSETTLED, open_what_is_unsettled
from autograder.recognition import known_images
from autograder.records import ItemResult, NotebookRun, PartGrade, RunRecord, SubmissionGrade
from autograder.reports import results_json
from autograder.reports.graded import GradedClass
from autograder.run import settled
from autograder.run.execute import RunJob
from autograder.run.notebook import prepare
from autograder.run.shortened import first_shortened_cell, may_have_failed_for_it
from autograder.settings import Settings
from autograder.submissions import HandedNotebook, Submission
from tests.checks.judging import KNOWN
from tests.evidence import notebooks
from tests.evidence.builder import Builder
from tests.grades import a_run
from tests.notebooks import notebook

SETTINGS = Settings(sandbox="none", parts=("dense", "conv"))
SESSION = {"kind": "session", "schema_version": 1, "training": "quick", "versions": {}, "cell": 0}
SHORTENED = {"kind": "fit", "id": "f1", "model": "m1", "api": "fit", "shortened": True, "cell": 2}


def cleaned(*sources: str) -> HandedNotebook:
    """A readable notebook."""
    return HandedNotebook("n.ipynb", "0" * 64, notebook(*sources))


def leave(folder: Path, *events: dict) -> None:
    """Write events as a recorder does."""
    (folder / "arrays").mkdir(parents=True, exist_ok=True)
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


class Runs:
    """Stands for `run_notebook`: gives the planned records, one a call, and leaves events."""

    def __init__(
        self, *records: RunRecord | Exception, events: tuple[dict, ...] = (SESSION, SHORTENED)
    ) -> None:
        self.records, self.events = list(records), events
        self.jobs: list[RunJob] = []

    def __call__(self, job: RunJob, evidence: Path, executed: Path | None) -> RunRecord:
        self.jobs.append(job)
        record = self.records.pop(0)
        if isinstance(record, Exception):
            raise record
        evidence.mkdir(parents=True)
        leave(evidence, *self.events, {"kind": "note", "id": record.training})
        if executed:
            executed.write_text(record.training)
        return replace(record, training=job.training, flags=(*job.flags, *record.flags))


@pytest.fixture
def pipe(monkeypatch, tmp_path: Path):
    """Grades a notebook with planned runs, without kernels, replay and data; returns the record in force."""
    monkeypatch.setattr(pipeline, "known_images", lambda parts: {"mnist:test": np.zeros((1, 28, 28))})
    monkeypatch.setattr(pipeline, "replay_apart", lambda *_: "")
    monkeypatch.setattr("helpers.data.data_dir", lambda: tmp_path / "data")

    def grade(runs: Runs, *sources: str, settings: Settings = SETTINGS, **handed: object):
        monkeypatch.setattr(settled, "run_notebook", runs)
        sources = sources or ("1", "h = model.fit()", "assert h.history['loss'][-1] < 0.1", "print(1)")
        submission = Submission("a", (replace(cleaned(*sources), **handed),))
        return pipeline.grade_submission(submission, settings, tmp_path / "work")

    return grade


RAISED = a_run("ran", "ran", "raised", status="cell_error", cell=3, errors=("", "", "AssertionError: "))
TIMED_OUT = a_run("ran", "ran", "timed_out", "not_reached", status="timeout", cell=3)
FINE = a_run("ran", "ran", "ran", "ran")


def test_a_run_that_fails_after_shortened_training_is_repeated_in_full(pipe, tmp_path: Path) -> None:
    """The full run's record and evidence count."""
    runs = Runs(RAISED, replace(FINE, training="full"))
    run = pipe(runs).notebooks[0].run
    assert [job.training for job in runs.jobs] == ["quick", "full"]
    assert runs.jobs[1].notebook_timeout == 4 * 3600 and runs.jobs[0].notebook_timeout == 900
    assert (run.status, run.training, run.flags) == ("ok", "full", ("run_again_in_full",))
    folder = tmp_path / "work/notebooks/1"
    assert '"id": "full"' in (folder / "evidence/events.jsonl").read_text()
    assert (folder / "executed.ipynb").read_text() == "full"
    assert sorted(path.name for path in folder.iterdir()) == ["evidence", "executed.ipynb"]


def test_a_run_without_shortened_training_is_not_repeated(pipe) -> None:
    """Its failure is the student's own."""
    runs = Runs(RAISED, events=(SESSION,))
    assert pipe(runs).notebooks[0].run.status == "cell_error" and len(runs.jobs) == 1


def test_a_full_grading_is_not_repeated(pipe) -> None:
    """Nothing was shortened there."""
    runs = Runs(RAISED)
    pipe(runs, settings=replace(SETTINGS, training="full"))
    assert len(runs.jobs) == 1


@pytest.mark.parametrize("second", [TIMED_OUT, a_run("ran", "killed", status="memory", cell=2)])
def test_what_does_not_fit_in_full_is_left_to_a_person(pipe, tmp_path: Path, second: RunRecord) -> None:
    """The short run's evidence stands, and a flag says that it settles nothing."""
    run = pipe(Runs(RAISED, replace(second, cell=2))).notebooks[0].run
    assert run.status == "cell_error" and run.flags == (UNSETTLED,)
    assert '"id": "quick"' in (tmp_path / "work/notebooks/1/evidence/events.jsonl").read_text()


def test_a_cell_that_hangs_in_both_runs_hangs(pipe) -> None:
    """An endless loop is no matter of training."""
    run = pipe(Runs(TIMED_OUT, TIMED_OUT)).notebooks[0].run
    assert run.status == "timeout" and UNSETTLED not in run.flags


def test_only_unsettled_items_that_are_not_passed_are_opened() -> None:
    """Parts that nothing was done for stay closed, unless cells were never reached."""

    def part(name: str, *statuses: str) -> PartGrade:
        items = tuple(ItemResult(f"i{n}", status, 1.0, 2.0, "m", "s") for n, status in enumerate(statuses))
        return PartGrade(name, "graded", 1.0, 2.0, items)

    parts = (part("dense", "passed", "failed", "blocked"), part("conv", "not_attempted"))
    reached = open_what_is_unsettled(parts, [RAISED])
    assert [item.status for item in reached[0].items] == ["passed", "errored", "errored"]
    assert reached[0].status == "errored" and reached[0].points == 1.0
    assert reached[1] == parts[1]
    settled = part("dense", "passed")
    assert open_what_is_unsettled((settled,), [RAISED]) == (settled,)
    unreached = open_what_is_unsettled(parts, [TIMED_OUT])
    assert unreached[1].items[0].status == "errored"


def why(error: str, *sources: str, outcome: str = "raised", tmp: Path) -> bool:
    """Whether cell 3 failing with this error, after shortened training in cell 2, deserves a full run."""
    leave(tmp, SESSION, SHORTENED)
    cells = prepare(notebook(*sources)).cells
    return may_have_failed_for_it(a_run("ran", "ran", outcome, errors=("", "", error)), tmp, cells)


@pytest.mark.parametrize(
    ("error", "deserves"),
    [
        ("IndexError: list index out of range", True),
        ("NameError: name 'best' is not defined", True),  # bound in cell 3, perhaps behind a condition
        ("NameError: name 'plt' is not defined", False),
        ("NotImplementedError: ", False),  # an unfilled stub
        ("SyntaxError: invalid syntax", False),
        ("ModuleNotFoundError: No module named 'x'", False),
        ("AttributeError: module 'keras' has no attribute 'K'", False),
        ("AttributeError: 'NoneType' object has no attribute 'x'", True),
        ("TypeError: f() got an unexpected keyword argument 'lr'", False),
        ("TypeError: unsupported operand type(s) for -: 'NoneType' and 'float'", True),
        ("TypeError: unsupported operand", False),
        ("AttributeError: 'Sequential' object has no attribute 'predict_classes'", False),
        ("KeyError: 'acc'", False),
        ("KeyError: 'x'", True),  # stored behind a condition
        ("KeyError: 100", True),  # an epoch
        ("AssertionError: should have learned", True),
        ("ValueError: x and y must have same first dimension, but have shapes (150,) and (2,)", True),
        ("ValueError: Input contains NaN.", True),
        ("ZeroDivisionError: float division by zero", True),
        ('ValueError: Input 0 of layer "dense" is incompatible with the layer: expected axis -1', False),
        ("ValueError: Argument(s) not recognized: {'lr': 0.001}", False),
        ("ValueError: cannot reshape array of size 7840 into shape (10,10)", False),
        ("ImportError: cannot import name 'Adam'", False),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/content/x.png'", False),
        ("UsageError: Cell magic `%%shell` not found.", False),
        ("RuntimeError: Failed to process string with tex because latex could not be found", False),
    ],
)
def test_errors_that_training_cannot_explain_deserve_no_full_run(
    tmp_path: Path, error: str, deserves: bool
) -> None:
    """A full run costs hours; a typo stays a typo."""
    cell = "loss = h.history['loss']\nif loss[-1] < 1:\n    best = 1\n    found['x'] = x"
    assert why(error, "1", "h = m.fit()", cell, tmp=tmp_path) is deserves


def test_a_failure_before_the_shortened_training_deserves_no_full_run(tmp_path: Path) -> None:
    """What follows from it included: a name that only the failed cell would have bound."""
    leave(tmp_path, SESSION, SHORTENED)
    cells = prepare(notebook("import foo as f", "m.fit()", "f.x")).cells
    errors = ("ModuleNotFoundError: No module named 'foo'", "", "NameError: name 'f' is not defined")
    assert not may_have_failed_for_it(a_run("raised", "ran", "raised", errors=errors), tmp_path, cells)


@pytest.mark.parametrize(
    ("source", "deserves"),
    [
        ("assert h.history['loss'][-1] < 0.1", True),
        ("assert worst < 0.1", True),
        ("assert error(m) < 0.1", True),
        ("assert kept[-1].max() > 0.5", True),
        ("assert m(x).numpy().max() > 0.5", True),
        ("%time assert worst < 0.1", True),  # no plain Python: it may read anything
        ("assert x_train.shape == (60000, 784)", False),
        ("raise ValueError('TODO')", False),
    ],
)
def test_a_cell_that_reads_nothing_of_a_training_deserves_no_full_run(
    tmp_path: Path, source: str, deserves: bool
) -> None:
    """Through variables, functions, lists and calls of the trained model."""
    fit = (
        "h = m.fit(x)\nlosses = h.history['loss']\nworst = max(losses)\nkept = []\nkept.append(m.predict(x))\n"
        "def error(model):\n    return model.evaluate(x)\n"
    )
    assert why("AssertionError: ", "1", fit, source, tmp=tmp_path) is deserves


def test_a_full_run_that_was_cut_off_after_an_early_error_does_not_count(pipe, tmp_path: Path) -> None:
    """The status tells of the first failing cell in both runs; that the second did not fit stands in its cells."""
    early = ("ModuleNotFoundError: No module named 'google'", "", "AssertionError: ")
    first = a_run("raised", "ran", "raised", "ran", status="cell_error", cell=1, errors=(*early, ""))
    second = a_run(
        "raised", "timed_out", "not_reached", "not_reached", status="cell_error", cell=1, errors=(*early, "")
    )
    run = pipe(Runs(first, second)).notebooks[0].run
    assert run.flags == (UNSETTLED,) and [state.outcome for state in run.cells][3] == "ran"
    assert '"id": "quick"' in (tmp_path / "work/notebooks/1/evidence/events.jsonl").read_text()


def test_a_line_of_endless_values_is_not_unfolded_to_decide_about_a_full_run(tmp_path: Path) -> None:
    """10 MB of empty lists would take 400 MB; judging them apart says what they are."""
    leave(tmp_path, SESSION, SHORTENED)
    with (tmp_path / "events.jsonl").open("a") as file:
        file.write('{"kind": "fit", "x": [' + "[]," * 3_500_000 + "[]]}\n")
    tracemalloc.start()
    assert first_shortened_cell(tmp_path) == SHORTENED["cell"]
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_clock_after_shortened_training_deserves_a_full_run(tmp_path: Path) -> None:
    """The clock of a full run is a longer one."""
    assert why("", "1", "m.fit()", "while m.evaluate(x) > 0.1: m.fit(x)", outcome="timed_out", tmp=tmp_path)


# --- Rejected, errored, unreadable --------------------------------------------------------------------------------


def test_a_submission_that_cannot_be_read_is_rejected_with_all_points_open(tmp_path: Path) -> None:
    """It costs the full maximum, and says why; nothing is run."""
    submission = Submission("a", (HandedNotebook("n", "0", problem="The file is empty."),))
    grade = pipeline.grade_submission(submission, SETTINGS, tmp_path)
    assert (grade.status, grade.points, grade.max_points) == ("rejected", 0, 200)
    assert grade.problem == "n: The file is empty."


def test_a_second_notebook_that_cannot_be_read_is_told(pipe, monkeypatch, tmp_path: Path) -> None:
    """The first one is graded."""
    monkeypatch.setattr(settled, "run_notebook", Runs(FINE))
    bad = HandedNotebook("b.ipynb", "0", problem="The file is empty.")
    pipe(Runs(FINE))
    monkeypatch.setattr(settled, "run_notebook", Runs(FINE))
    grade = pipeline.grade_submission(Submission("a", (cleaned("1"), bad)), SETTINGS, tmp_path / "other")
    assert grade.status == "graded" and grade.problem == "b.ipynb: The file is empty."


def test_hostile_evidence_is_no_evidence(pipe) -> None:
    """The run is a protocol error, and nothing is earned."""
    grade = pipe(Runs(FINE, events=(SESSION, {"kind": "nonsense"})))
    assert grade.notebooks[0].run.status == "protocol"
    assert "evidence_unreadable" in grade.notebooks[0].run.flags and grade.points == 0


def test_flags_of_intake_reach_the_record(pipe) -> None:
    """An upgraded format is told beside the run."""
    assert pipe(Runs(FINE), flags=("upgraded_format_3",)).notebooks[0].run.flags == ("upgraded_format_3",)


def test_our_own_faults_are_raised(pipe) -> None:
    """The worker makes an errored grade of them."""
    with pytest.raises(HarnessFault):
        pipe(Runs(HarnessFault("no kernel")))
    grade = submission_grade.errored("a", SETTINGS, "no kernel")
    assert grade.status == "errored" and {part.status for part in grade.parts} == {"errored"}


def test_unchanged_rules_regrade_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence judged again, and again, gives the results.json of the first time, byte for byte."""
    monkeypatch.setattr(known_images, "load", lambda name: KNOWN)
    builder, evidence = Builder(), tmp_path / "notebooks/1/evidence"
    notebooks.dense(builder, KNOWN, epochs_asked=50)
    notebooks.denoising(builder, KNOWN, cell=8)
    run = builder.read(evidence).run
    runs = (NotebookRun("n.ipynb", "0" * 64, run),)
    parts = submission_grade.chosen_parts(Settings())
    first = submission_grade.judged("doe", runs, [submission_grade.read_evidence(evidence, run)], parts)
    again = pipeline.judge_again(first, Settings(), tmp_path)
    kept = record_from_bytes(record_to_bytes(GradeRecord(key={}, grade=again))).grade

    def results(grade: SubmissionGrade) -> bytes:
        return results_json.write(GradedClass("c", (grade,)))["results.json"]

    assert 100 < first.points < 200
    assert results(first) == results(again) == results(pipeline.judge_again(kept, Settings(), tmp_path))
