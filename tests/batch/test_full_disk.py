"""A write that fails is ours: the submission is done again, and is never a grade."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autograder import pipeline
from autograder.batch import worker
from autograder.batch.messages import WorkerRequest
from autograder.errors import HarnessFault, MachineFault, raise_if_ours
from autograder.evidence import packed
from autograder.gradebook.store import Store
from autograder.replay import boxed
from autograder.sandbox import transfer
from autograder.settings import Settings
from autograder.submissions import archive, find
from autograder.submissions.archive import STUDENT_LIMITS, unpack
from tests.reports.builders import a_grade, a_part, an_item
from tests.submissions.test_classes import zipped

KEY = {"content": "c", "run": "r", "judge": "j"}


def full(*_: object, **__: object) -> None:
    """Any write to a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def request(folder: Path) -> WorkerRequest:
    """What a worker is told about a submission that it is to grade."""
    return WorkerRequest("ann", KEY, Settings(sandbox="none", parts=("dense",)), None, None, folder, None, "")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE])
def test_errors_of_the_machine_are_told_from_those_of_a_file(code: int) -> None:
    """Space, quota, a broken disk, descriptors are ours; a file that may not be read is not."""
    with pytest.raises(MachineFault):
        raise_if_ours(OSError(code, "x"), "It failed")
    raise_if_ours(PermissionError(errno.EACCES, "x"), "It failed")
    raise_if_ours(ValueError("x"), "It failed")


@pytest.mark.parametrize("where", ["while grading", "while evidence is put away"])
def test_a_disk_that_fills_makes_an_errored_record_that_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The record says why, and no later grading takes it for done."""
    folder = tmp_path / "staged"
    (folder / "notebooks/1/evidence").mkdir(parents=True)
    grade = a_grade("ann", a_part(an_item()))
    monkeypatch.setattr(worker, "_grade", full if where == "while grading" else lambda _: grade)
    monkeypatch.setattr(packed, "put_away", full)
    worker.carry_out(request(folder))
    with Store(tmp_path / "out") as store:
        kept = store.keep("ann", folder)
        record = store.load("ann")
    assert kept.status == "errored" and "No space left" in kept.problem
    assert record is not None and not record.made_from(KEY, *KEY)


def test_a_fault_of_a_file_is_no_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen error still ends the worker, which is replaced once."""

    def denied(_: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(worker, "_grade", denied)
    with pytest.raises(PermissionError):
        worker.carry_out(request(tmp_path))


def test_nothing_is_judged_on_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without a box writes by itself, and what it could not write nobody else hears of."""
    monkeypatch.setattr(pipeline, "free_bytes", lambda _: 4096)
    with pytest.raises(MachineFault, match="is full"):
        pipeline._see_room(tmp_path)
    monkeypatch.setattr(pipeline, "free_bytes", lambda _: 1 << 30)
    pipeline._see_room(tmp_path)


def test_what_a_box_recorded_is_brought_out_whole_or_the_run_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be written outside is no file that a student left out."""
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "from/events.jsonl").write_text("{}\n")
    monkeypatch.setattr(transfer.os, "sendfile", full)
    descriptor = os.open(tmp_path / "from", os.O_RDONLY)
    with pytest.raises(MachineFault):
        transfer.collect(descriptor, tmp_path / "to", 1 << 20)
    os.close(descriptor)


def test_a_replay_that_cannot_be_written_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of replay itself opens items; a full disk has the submission done again."""

    def fails(error: Exception):
        def replay(*_: object) -> str:
            raise error

        return replay

    (tmp_path / "evidence").mkdir()
    monkeypatch.setattr(boxed, "_replay", fails(HarnessFault("no zygote")))
    assert boxed.replay_boxed(tmp_path / "evidence", tmp_path, 1.0) == "no zygote"
    monkeypatch.setattr(boxed, "_replay", fails(MachineFault("full")))
    with pytest.raises(MachineFault):
        boxed.replay_boxed(tmp_path / "evidence", tmp_path, 1.0)


def test_a_zip_that_cannot_be_unpacked_for_want_of_space_is_nobodys_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The student's entry is whole: the machine is not."""
    path = zipped(tmp_path / "eve.zip", {"a.ipynb": b"x"})
    monkeypatch.setattr(archive, "_extract", full)
    with pytest.raises(MachineFault):
        unpack(path, tmp_path / "out", STUDENT_LIMITS)
    with pytest.raises(MachineFault):
        find([path])
