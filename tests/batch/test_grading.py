"""A class survives whatever happens to one submission, to a worker, or to the grader itself."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from autograder.batch import fingerprint, grading, pool
from autograder.batch.worker_process import Job
from autograder.errors import BoxUnavailable, HarnessFault, OutputRefused, UsageError
from autograder.gradebook import store
from autograder.gradebook.records_json import GradeRecord, record_from_bytes, record_to_bytes
from autograder.settings import Settings
from autograder.submissions import HandedFile, HandedNotebook, Submission
from tests.grades import a_grade

SETTINGS = Settings(sandbox="none", workers=2)


def handed(id: str, sha256: str = "a", **fields: object) -> Submission:
    """A submission of one notebook."""
    return Submission(id, (HandedNotebook("n.ipynb", sha256, b"{}"),), **fields)


class FakeWorker:
    """A worker in this process: writes a grade, or fails as `plan[id]` says, one letter an attempt.

    g: graded, d: dies, b: writes half a record, e: an errored grade, c: Ctrl-C arrives, once `recorded` is there.
    """

    plan: ClassVar[dict[str, str]] = {}
    log: ClassVar[list[tuple[str, bool]]] = []
    judged_again: ClassVar[list[str]] = []
    recorded: ClassVar[Path] = Path()
    lock = threading.Lock()

    def __init__(self, jobs: tuple[Job, ...], staged: list[Path], fork_server: object) -> None:
        self.work = list(zip(jobs, staged, strict=True))

    def finish(self) -> str:
        """Do the jobs in order, up to one that ends the process."""
        problem = ""
        while self.work and not problem:
            self.job, self.staged = self.work.pop(0)
            self.id = self.job.id
            problem = self.do_one()
        return problem

    def do_one(self) -> str:
        """Do what the plan says next."""
        with self.lock:
            attempt = sum(id == self.id for id, _ in self.log)
            self.log.append((self.id, self.job.settings.warm))
            if self.job.submission is None:
                self.judged_again.append(self.id)
        act = self.plan.get(self.id, "g")[attempt]
        if act == "d":
            return "it ended with status -11"
        if act == "c":
            while not self.recorded.exists():
                time.sleep(0.01)
            raise KeyboardInterrupt
        grade = a_grade(self.id, status="errored" if act == "e" else "graded")
        content = record_to_bytes(GradeRecord(key=self.job.key, grade=grade))
        (self.staged / "grade.json").write_bytes(content if act != "b" else content[:40])
        if self.job.submission is not None:
            (self.staged / "notebooks").mkdir()
            (self.staged / "notebooks" / "mark").write_text("evidence")
        return ""

    def end(self) -> None:
        """Nothing runs."""


@pytest.fixture(autouse=True)
def fake_workers(monkeypatch) -> type[FakeWorker]:
    """No process is started."""
    FakeWorker.plan, FakeWorker.log, FakeWorker.judged_again = {}, [], []
    monkeypatch.setattr(pool, "WorkerProcess", FakeWorker)
    monkeypatch.setattr(grading, "forking_workers", lambda _: nullcontext())
    return FakeWorker


def graded(out: Path, *ids: str, settings: Settings = SETTINGS) -> list[str]:
    """Grade these submissions; the ids that workers were given, in any order."""
    FakeWorker.log.clear()
    grading.grade_all([handed(id) for id in ids], settings, out)
    return sorted(id for id, _ in FakeWorker.log)


def test_grades_come_back_sorted_with_progress_for_each(tmp_path: Path) -> None:
    """`done` counts up to the total, whichever ends first."""
    told: list[grading.Progress] = []
    grades = grading.grade_all([handed("b"), handed("a")], SETTINGS, tmp_path, told.append)
    assert [grade.id for grade in grades] == ["a", "b"]
    assert [(each.done, each.total, each.resumed) for each in told] == [(1, 2, False), (2, 2, False)]


def test_a_second_grading_does_only_the_rest(tmp_path: Path) -> None:
    """What is recorded for the same bytes and the same grader is not graded again."""
    assert graded(tmp_path, "a", "b") == ["a", "b"]
    assert graded(tmp_path, "a", "b", "c") == ["c"]


def test_changed_bytes_or_settings_are_graded_again(tmp_path: Path) -> None:
    """One changed submission; then everything, because a clock changed; workers change nothing."""
    graded(tmp_path, "a", "b")
    FakeWorker.log.clear()
    grading.grade_all([handed("a", "other bytes"), handed("b")], SETTINGS, tmp_path)
    assert [id for id, _ in FakeWorker.log] == ["a"]
    assert graded(tmp_path, "b", settings=replace(SETTINGS, workers=7, warm=False)) == []
    assert graded(tmp_path, "b", settings=replace(SETTINGS, timeout=5.0)) == ["b"]


def test_the_box_is_tried_once_and_only_when_something_runs(tmp_path: Path) -> None:
    """Before the first notebook; not for what is recorded already, nor for what nobody can read."""
    tried: list[int] = []

    def attempt(*submissions: Submission) -> None:
        grading.grade_all(
            list(submissions), SETTINGS, tmp_path, before_run=lambda: tried.append(len(FakeWorker.log))
        )

    attempt(handed("a"), handed("b"))
    attempt(handed("a"), handed("b"))
    attempt(handed("a"), handed("c", problem="It is empty."))
    assert tried == [0]


def test_without_a_box_nothing_runs(tmp_path: Path) -> None:
    """What the trial raises ends the grading before the first worker, and frees the folder."""

    def refuse() -> None:
        raise BoxUnavailable("No box.")

    with pytest.raises(BoxUnavailable):
        grading.grade_all([handed("a")], SETTINGS, tmp_path, before_run=refuse)
    assert FakeWorker.log == [] and not (tmp_path / store.HOLDER).exists()


def test_a_worker_that_dies_is_replaced_once(tmp_path: Path) -> None:
    """The second one does without a warm kernel, in case that was to blame."""
    FakeWorker.plan = {"a": "dg"}
    grades = grading.grade_all([handed("a"), handed("b")], SETTINGS, tmp_path)
    assert [grade.status for grade in grades] == ["graded", "graded"]
    assert [each for each in FakeWorker.log if each[0] == "a"] == [("a", True), ("a", False)]


@pytest.mark.parametrize(("plan", "words"), [("dd", "status -11"), ("bb", "damaged"), ("ee", "")])
def test_a_submission_that_kills_its_workers_costs_nobody_else(tmp_path: Path, plan: str, words: str) -> None:
    """It is errored, never zero by our fault, and tried again by the next grading."""
    FakeWorker.plan = {"a": plan}
    one, two = grading.grade_all([handed("a"), handed("b")], SETTINGS, tmp_path)
    assert one.status == "errored" and words in one.problem and two.status == "graded"
    FakeWorker.plan = {}
    assert graded(tmp_path, "a", "b") == ["a"]


def test_an_interrupted_class_is_finished_by_the_next_grading(tmp_path: Path) -> None:
    """Ctrl-C frees the folder and keeps what was recorded."""
    FakeWorker.plan = {"b": "c"}
    FakeWorker.recorded = store.Store(tmp_path).folder("a") / "grade.json"
    with pytest.raises(KeyboardInterrupt):
        grading.grade_all([handed("a"), handed("b")], replace(SETTINGS, workers=1), tmp_path)
    FakeWorker.plan = {}
    assert graded(tmp_path, "a", "b") == ["b"]
    assert not (tmp_path / store.HOLDER).exists() and not (tmp_path / store.STAGING).exists()


def test_a_grader_killed_while_it_keeps_a_record_grades_that_one_again(tmp_path: Path, monkeypatch) -> None:
    """Every step of keeping leaves the whole new record, or none."""
    for step in range(4):
        graded(tmp_path, "a")
        FakeWorker.log.clear()
        steps = iter(range(10))

        def dying(self: Path, target: Path, _original=Path.rename, _steps=steps, _stop=step) -> Path:
            if next(_steps) == _stop:
                raise KeyboardInterrupt
            return _original(self, target)

        with monkeypatch.context() as context:
            context.setattr(Path, "rename", dying)
            context.setattr(Path, "replace", dying)
            try:
                grading.grade_all([handed("a", f"bytes {step}")], SETTINGS, tmp_path)
            except KeyboardInterrupt:
                pass
        kept = tmp_path / "submissions/a/grade.json"
        assert not kept.exists() or record_from_bytes(kept.read_bytes()).grade.id == "a"
        FakeWorker.log.clear()
        (grade,) = grading.grade_all([handed("a", f"bytes {step}")], SETTINGS, tmp_path)
        assert grade == a_grade("a") and (tmp_path / "submissions/a/notebooks/mark").exists()


def test_a_damaged_record_is_graded_again(tmp_path: Path) -> None:
    """Half a file, or one that holds something else, is no record."""
    graded(tmp_path, "a", "b", "c")
    (tmp_path / "submissions/a/grade.json").write_text('{"key": ')
    (tmp_path / "submissions/b/grade.json").write_text("[]")
    assert graded(tmp_path, "a", "b", "c") == ["a", "b"]


def test_flags_of_the_whole_class_are_shown_but_not_recorded(tmp_path: Path) -> None:
    """That two notebooks are the same depends on who else is graded."""
    flagged = handed("a", flags=("same_bytes_as_another",))
    (grade,) = grading.grade_all([flagged], SETTINGS, tmp_path)
    assert grade.notebooks[0].run.flags == ("same_bytes_as_another",)
    (grade,) = grading.grade_all([handed("a")], SETTINGS, tmp_path)
    assert grade.notebooks[0].run.flags == () and len(FakeWorker.log) == 1


def test_changed_rubrics_judge_kept_evidence_again(tmp_path: Path, monkeypatch) -> None:
    """Nothing is run; the evidence stays, the record is renewed; what is up to date is left alone."""
    graded(tmp_path, "a", "b")
    monkeypatch.setattr(fingerprint, "of_judge", lambda settings: "other")
    assert graded(tmp_path, "a", "b") == ["a", "b"] and sorted(FakeWorker.judged_again) == ["a", "b"]
    assert (tmp_path / "submissions/a/notebooks/mark").exists()
    assert graded(tmp_path, "a", "b") == []


def test_a_share_that_kills_its_process_costs_nobody_else(tmp_path: Path) -> None:
    """Several are judged in one process; whoever it left without a record gets one of its own."""
    ids = [f"s{number:02}" for number in range(8)]
    graded(tmp_path, *ids)
    FakeWorker.plan = {"s02": "dg"}
    FakeWorker.log.clear()
    grades = grading.regrade_all(tmp_path, replace(SETTINGS, workers=1))
    asked = [id for id, _ in FakeWorker.log]
    assert [(grade.id, grade.status) for grade in grades] == [(id, "graded") for id in ids]
    assert asked.count("s02") == 2 and set(asked) == set(ids)


def test_flags_of_the_class_outlive_a_regrade(tmp_path: Path) -> None:
    """What intake noticed about the whole class stays until the class is handed in otherwise."""
    twins = [replace(handed(id), flags=("same_bytes_as_another",)) for id in ("a", "b")]
    grading.grade_all([*twins, handed("c")], SETTINGS, tmp_path)

    def flags(grades: list) -> dict[str, tuple[str, ...]]:
        return {grade.id: grade.notebooks[0].run.flags for grade in grades}

    wanted = {"a": ("same_bytes_as_another",), "b": ("same_bytes_as_another",), "c": ()}
    for preview in (False, True):
        FakeWorker.log.clear()
        assert flags(grading.regrade_all(tmp_path, SETTINGS, preview=preview)) == wanted
    grading.grade_all([handed("a")], SETTINGS, tmp_path)
    assert flags(grading.kept_grades(tmp_path)) == wanted | {"a": ()}


def test_a_folder_is_regraded_without_its_notebooks(tmp_path: Path) -> None:
    """All records are judged again, those that our machinery failed on excepted."""
    FakeWorker.plan = {"b": "ee"}
    graded(tmp_path, "a", "b")
    FakeWorker.log.clear()
    grades = grading.regrade_all(tmp_path, SETTINGS)
    assert [grade.status for grade in grades] == ["graded", "errored"]
    assert FakeWorker.judged_again == ["a"] and [id for id, _ in FakeWorker.log] == ["a"]
    assert graded(tmp_path, "a") == []
    with pytest.raises(UsageError):
        grading.regrade_all(tmp_path / "none", SETTINGS)


# --- The folder ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    """Also a file; a new or empty folder, and one of ours, are taken."""
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign/thesis.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("foreign", "file"):
        with pytest.raises(OutputRefused):
            graded(tmp_path / name, "a")
    assert (tmp_path / "foreign/thesis.txt").read_text() == "x"
    assert graded(tmp_path / "new/deep", "a") == ["a"]


def test_a_folder_that_cannot_be_written_is_our_fault(tmp_path: Path, monkeypatch) -> None:
    """Told before the first submission is graded."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(HarnessFault, match="No space left"):
        graded(tmp_path, "a")
    assert FakeWorker.log == []


# --- What a record depends on -----------------------------------------------------------------------------------


def test_the_digest_of_a_submission_depends_on_every_byte_and_name() -> None:
    """Notebook bytes, names, files beside them, and the id."""
    base = handed("a")
    file = HandedFile("x.py", "1", 1)
    others = [
        handed("b"),
        handed("a", "other"),
        replace(base, files=(file,)),
        replace(base, files=(replace(file, sha256="2"),)),
        replace(base, files=(replace(file, name="y.py"),)),
        replace(base, problem="unreadable"),
        replace(base, notebooks=(replace(base.notebooks[0], name="m.ipynb"),)),
    ]
    digests = [fingerprint.of_submission(each) for each in [base, *others]]
    assert len(set(digests)) == len(digests)


def test_what_judges_and_what_runs_have_digests_of_their_own(monkeypatch) -> None:
    """A changed check judges again; a changed recorder runs again; a clock, or no short ways, change what runs alone."""
    before = fingerprint.of_run(SETTINGS), fingerprint.of_judge(SETTINGS)
    slow = replace(SETTINGS, timeout=5.0)
    assert fingerprint.of_run(slow) != before[0] and fingerprint.of_judge(slow) == before[1]
    monkeypatch.setenv("COURSE_SPEEDUPS", "off")
    assert fingerprint.of_run(SETTINGS) != before[0] and fingerprint.of_judge(SETTINGS) == before[1]
    monkeypatch.delenv("COURSE_SPEEDUPS")
    original = fingerprint._sources
    changed = fingerprint.JUDGING
    monkeypatch.setattr(fingerprint, "_sources", lambda rooms: "x" if rooms == changed else original(rooms))
    assert fingerprint.of_run(SETTINGS) == before[0] and fingerprint.of_judge(SETTINGS) != before[1]


def test_every_source_that_grades_is_in_one_of_the_digests(monkeypatch, tmp_path: Path) -> None:
    """A byte changed in a room that judges or runs changes that digest, in one that both need both, in others none.

    `pipeline.py` only puts what the rooms do into an order.
    """
    package = tmp_path / "autograder"
    whole = Path(fingerprint.__file__).parents[1]
    rooms = {each.name for each in whole.iterdir() if each.is_dir() and each.name != "__pycache__"}
    for name in (*(f"{room}/a.py" for room in rooms), *(path.name for path in whole.glob("*.py"))):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("1")
    monkeypatch.setattr(fingerprint, "_PACKAGE", package)
    monkeypatch.setattr(fingerprint, "_HELPERS", tmp_path / "helpers")

    def digests() -> tuple[str, str]:
        fingerprint._sources.cache_clear()
        return fingerprint._sources(fingerprint.JUDGING), fingerprint._sources(fingerprint.RUNNING)

    judge, run = set(), set()
    for path in sorted(package.rglob("*.py")):
        before = digests()
        path.write_text("2")
        after = digests()
        name = path.relative_to(package).parts[0]
        judge |= {name} if before[0] != after[0] else set()
        run |= {name} if before[1] != after[1] else set()
    fingerprint._sources.cache_clear()
    both = {"evidence", "records.py", "text.py"}
    assert judge == {"recognition", "checks", "rubrics", "grading"} | both
    assert run == {"recorder", "sandbox", "kernels", "run", "replay"} | both


def test_a_grade_survives_json() -> None:
    """Every field comes back as it was; anything else is a `ValueError`."""
    grade = a_grade("é\u202e", problem="p")
    record = GradeRecord(key={"content": "c"}, seconds=1.5, grade=grade)
    assert record_from_bytes(record_to_bytes(record)) == record
    for content in (b'{"key": {}, "grade": {"id": "a"}}', b"[]", b"{", b"[" * 100_000, b"\xff"):
        with pytest.raises(ValueError):
            record_from_bytes(content)
