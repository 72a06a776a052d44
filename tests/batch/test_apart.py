"""Judging in a process of its own: what it may use, what it may do, and what is said when it does not fit."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import pipeline
from autograder.batch.apart import JudgingLimits, judged_apart
from autograder.errors import HarnessFault, UsageError
from autograder.grading.submission_grade import UNJUDGED, DidNotFit, judged
from autograder.records import NotebookRun, RunRecord, SubmissionGrade
from autograder.rubrics import PARTS
from autograder.settings import Settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")

RUN = NotebookRun("n.ipynb", "0", RunRecord("ok", None, (), "quick", "bwrap", True, 1.0))
SMALL = JudgingLimits(cpu_seconds=1, clock_seconds=20.0, memory_bytes=200 << 20)


def grade(problem: str = "") -> SubmissionGrade:
    """A small grade."""
    return SubmissionGrade("doe", "graded", 1.0, 2.0, (RUN,), (), problem)


def endless() -> SubmissionGrade:
    """Takes processor time without end."""
    while True:
        pass


def greedy() -> SubmissionGrade:
    """Takes memory without end."""
    kept = [bytes(1 << 20)]
    while True:
        kept.append(bytes(1 << 20))


def sleepy() -> SubmissionGrade:
    """Uses nothing and never ends."""
    import time

    while True:
        time.sleep(1)


def test_a_grade_comes_back_as_it_was() -> None:
    """Through the pipe and nothing else."""
    assert judged_apart(lambda: grade("é\u202e" * 100_000)) == grade("é\u202e" * 100_000)


@pytest.mark.parametrize(
    ("judge", "limit", "clock"),
    [(endless, "time", 20.0), (sleepy, "time", 0.5), (greedy, "memory", 20.0)],
)
def test_what_goes_beyond_a_limit_is_ended_and_named(
    judge: Callable[[], SubmissionGrade], limit: str, clock: float
) -> None:
    """The worker lives on and can judge the next one."""
    with pytest.raises(DidNotFit, match=limit):
        judged_apart(judge, replace(SMALL, clock_seconds=clock))
    assert judged_apart(grade) == grade()


def test_a_process_that_dies_did_not_fit() -> None:
    """Whatever a hostile record did to it: never a lost worker."""
    with pytest.raises(DidNotFit):
        judged_apart(lambda: os._exit(0))


def test_our_own_errors_are_ours() -> None:
    """A defect of the grader is said as one, not as the student's."""

    def broken() -> SubmissionGrade:
        raise KeyError("defect")

    def refused() -> SubmissionGrade:
        raise UsageError("No.", "Do.")

    with pytest.raises(HarnessFault, match="KeyError"):
        judged_apart(broken)
    with pytest.raises(HarnessFault, match=r"No\. Do\."):
        judged_apart(refused)


def test_it_cannot_write_a_file(tmp_path: Path) -> None:
    """It answers on its pipe alone."""
    place = tmp_path / "written"

    def write() -> SubmissionGrade:
        place.write_text("x" * 10)
        return grade()

    with pytest.raises((HarnessFault, DidNotFit)):
        judged_apart(write)
    assert not place.exists() or not place.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="about a grader that is root")
def test_it_is_not_root_where_the_grader_is(tmp_path: Path) -> None:
    """A user that nobody is, who may read a private folder, and neither write, signal nor connect."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "events.jsonl").write_text("read")
    listener = socket.create_server(("127.0.0.1", 0))

    def look() -> SubmissionGrade:
        tried = [str(os.getuid()), (private / "events.jsonl").read_text()]
        for forbidden in (
            lambda: (private / "new").touch(),
            lambda: (private / "events.jsonl").unlink(),
            lambda: os.setuid(0),
            lambda: os.kill(os.getppid(), 0),
            lambda: socket.create_connection(listener.getsockname(), 1),
        ):
            try:
                forbidden()
                tried.append("done")
            except OSError:
                tried.append("refused")
        return grade(" ".join(tried))

    user, text, *rest = judged_apart(look).problem.split()
    assert int(user) > 60_000 and text == "read" and rest == ["refused"] * 5


def test_a_record_that_does_not_fit_leaves_every_item_to_a_person(tmp_path: Path) -> None:
    """No lasting zero: the flag says why, and judging it once more begins anew."""
    evidence = tmp_path / "notebooks" / "1" / "evidence"
    evidence.mkdir(parents=True)
    settings = Settings(parts=("dense",))
    parts = [part for part in PARTS if part.id == "dense"]
    first = judged("doe", (RUN,), [], parts)

    def too_long(_: Callable[[], SubmissionGrade]) -> SubmissionGrade:
        raise DidNotFit("memory")

    opened = pipeline.judge_again(first, settings, tmp_path, too_long)
    (part,) = opened.parts
    assert opened.status == "graded" and part.status == "errored"
    assert {item.status for item in part.items} == {"errored"} and len(part.items) == len(parts[0].items)
    assert all(item.message_id == "item.unjudged" and "memory" in item.message for item in part.items)
    assert UNJUDGED in opened.notebooks[0].run.flags

    again = pipeline.judge_again(opened, settings, tmp_path)
    assert UNJUDGED not in again.notebooks[0].run.flags and again.parts[0].status != "errored"
