"""The disposable processes around a submission: the worker, and replay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.batch import worker_process
from autograder.batch.fork_client import WorkerForkServer
from autograder.batch.worker_process import Job, WorkerProcess
from autograder.gradebook.store import Store
from autograder.replay import start
from autograder.replay.start import replay_apart
from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import HandedNotebook, Submission

SETTINGS = Settings(sandbox="none", parts=("dense",))
KEY = {"content": "c", "run": "r", "judge": "j"}
UNREADABLE = Submission("é/\u202e", (HandedNotebook("n", "0", problem="The file is empty."),))


@pytest.fixture(scope="module")
def forks() -> Iterator[WorkerForkServer]:
    """A fork server, shared by the tests."""
    with WorkerForkServer() as server:
        yield server


@pytest.mark.parametrize("forked", [True, False])
def test_a_worker_grades_into_its_folder_and_judges_again(tmp_path: Path, forks, forked: bool) -> None:
    """The record is whole, and carries the key that it was made for."""
    fork_server = forks if forked else None
    with Store(tmp_path / "out") as store:
        for submission in (UNREADABLE, None):
            staged = store.staging()
            job = Job(UNREADABLE.id, KEY, SETTINGS, submission, store.folder(UNREADABLE.id))
            assert WorkerProcess((job,), [staged], fork_server).finish() == ""
            grade = store.keep(UNREADABLE.id, staged, evidence_too=submission is not None)
            assert (grade.status, grade.id) == ("rejected", UNREADABLE.id) and "empty" in grade.problem
            kept = store.load(UNREADABLE.id)
            assert kept.grade == grade and kept.key == KEY


def program(monkeypatch, code: str) -> None:
    """Let a worker, or replay, be this program."""
    original = subprocess.Popen

    def popen(command: list[str], *arguments: object, **options: object) -> subprocess.Popen:
        return original([sys.executable, "-c", code], *arguments, **options)

    monkeypatch.setattr(worker_process.subprocess, "Popen", popen)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.kill(os.getpid(), 11)", "status -11"),
        ("raise ValueError('no')", "ValueError: no"),
        ("pass", "status 0"),
        ("import time; time.sleep(60)", "stuck for 1 seconds"),
    ],
)
def test_a_worker_that_fails_says_how(monkeypatch, tmp_path: Path, code: str, words: str) -> None:
    """Killed, broken, ended without a record, stuck: never an exception."""
    program(monkeypatch, code)
    monkeypatch.setattr(Job, "seconds", 1 if "stuck" in words else 100)
    worker = WorkerProcess((Job("a", KEY, SETTINGS, UNREADABLE),), [tmp_path])
    assert words in worker.finish()
    worker.end()


def stuck_job(folder: Path) -> Job:
    """Judging a record that nobody ever writes: its worker waits for ever."""
    folder.mkdir()
    os.mkfifo(folder / "grade.json")
    return Job("a", KEY, SETTINGS, kept=folder)


def test_a_forked_worker_that_fails_says_how(monkeypatch, tmp_path: Path, forks: WorkerForkServer) -> None:
    """One that broke tells its last words, one that is stuck is ended: the server goes on."""
    broken = WorkerProcess((Job("a", KEY, SETTINGS, kept=tmp_path / "none"),), [tmp_path], forks)
    assert "status 1" in (said := broken.finish()) and "FileNotFoundError" in said
    monkeypatch.setattr(Job, "seconds", 1)
    worker = WorkerProcess((stuck_job(tmp_path / "k"),), [tmp_path], forks)
    assert "stuck for 1 seconds" in worker.finish()
    worker.end()
    assert worker._process.poll() == 143


def test_a_fork_server_that_dies_costs_nobody_a_grade(tmp_path: Path) -> None:
    """Its worker ends with it and is told as ended; the next one is a new interpreter."""
    with WorkerForkServer() as server:
        worker = WorkerProcess((stuck_job(tmp_path / "k"),), [tmp_path], server)
        while not worker._process.fate.pid:
            worker._process.poll()
        server._process.kill()
        server._process.wait()
        assert "ended with status" in worker.finish()
        assert WorkerProcess((Job("a", KEY, SETTINGS, UNREADABLE),), [tmp_path / "s"], server).finish() == ""


def test_a_fork_server_leaves_nothing_behind(tmp_path: Path) -> None:
    """Server and worker are gone when the batch is over, whatever the worker was doing."""
    with WorkerForkServer() as server:
        worker = WorkerProcess((stuck_job(tmp_path / "k"),), [tmp_path], server)
        while not worker._process.fate.pid:
            worker._process.poll()
        family = [*psutil.Process(server._process.pid).children(), psutil.Process(server._process.pid)]
        assert len(family) == 2
    assert psutil.wait_procs(family, timeout=20)[1] == []


def test_a_workers_limit_is_longer_than_all_its_clocks() -> None:
    """A slow submission is not taken for a stuck one."""
    two = Submission("a", (HandedNotebook("1", "0"), HandedNotebook("2", "0")))
    quick, full = Settings(), Settings(training="full")
    assert Job("a", KEY, quick, two).seconds > 2 * (quick.notebook_seconds + full.notebook_seconds)
    assert Job("a", KEY, full, two).seconds > 2 * full.notebook_seconds
    in_turn = Job("a", KEY, quick, two, slots=Slots(Path(), 1))  # notebooks that go first may be run in full
    assert in_turn.seconds > 2 * (quick.notebook_seconds + 3 * full.notebook_seconds)


def evidence(folder: Path) -> Path:
    """Evidence of a run that made a model."""
    (folder / "arrays").mkdir(parents=True)
    (folder / "events.jsonl").write_text('{"kind": "model"}\n')
    return folder


@pytest.mark.parametrize(
    ("code", "words"),
    [("raise SystemExit('broken')", "status 1: broken"), ("pass", "without a result"), ("import time; time.sleep(60)", "running")],
)  # fmt: skip
def test_replay_that_fails_leaves_a_fault(monkeypatch, tmp_path: Path, code: str, words: str) -> None:
    """Our failure is written down where the judge looks for it."""
    program(monkeypatch, code)
    folder = evidence(tmp_path / "e")
    assert words in replay_apart(folder, tmp_path / "known.npz", "none", seconds=1)
    answer = json.loads((folder / "replay.json").read_text())
    assert words in answer["fault"] and answer["models"] == []


def test_nothing_is_replayed_where_no_model_was_recorded(monkeypatch, tmp_path: Path) -> None:
    """A kernel that died at once, or a notebook without models, costs no second process."""
    monkeypatch.setattr(start, "_run", lambda *_: pytest.fail("started"))
    (tmp_path / "e").mkdir()
    assert replay_apart(tmp_path / "e", tmp_path / "known.npz", "none") == ""
    (tmp_path / "e/events.jsonl").write_text('{"kind": "session"}\n{"kind": "cell_end"}\n')
    assert replay_apart(tmp_path / "e", tmp_path / "known.npz", "none") == ""
