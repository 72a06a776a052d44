"""The worker pool of a batch: threads that hand jobs to disposable processes, so that a crash costs one submission.

A process grades one submission and ends. There is one process more than notebooks run at a time: while the cells of one
run, another starts its kernel or judges what it ran. Evidence that is only judged again runs nothing, so one process
judges up to 16 submissions; one that it left without a record gets a process of its own.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.errors import HarnessFault
from autograder.gradebook.store import Store, seconds_of
from autograder.grading.submission_grade import errored
from autograder.records import SubmissionGrade
from autograder.run.slots import Slots

from .fork_client import WorkerForkServer
from .worker_process import Job, WorkerProcess

ATTEMPTS = 2  # a process that died, or failed by our own fault, is replaced once
JUDGED_TOGETHER = 16  # submissions that one process judges, so that its start is paid for once


class WorkerPool:
    """The threads of a batch. Leaving the block ends their workers, so that Ctrl-C leaves nothing running."""

    def __init__(
        self, jobs: list[Job], workers: int, store: Store, fork_server: WorkerForkServer | None = None
    ) -> None:
        self._store = store
        self._fork_server = fork_server
        self._stop = threading.Event()
        self._todo: queue.SimpleQueue[tuple[Job, ...]] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[SubmissionGrade, float] | BaseException] = queue.SimpleQueue()
        self._workers: set[WorkerProcess] = set()
        self._places = tempfile.TemporaryDirectory(prefix="slots-")
        slots = Slots(Path(self._places.name), max(1, workers))
        shares = _shares([replace(job, slots=slots) for job in jobs], max(1, workers))
        for share in shares:
            self._todo.put(share)
        one_more = any(job.submission is not None for job in jobs)
        count = min(max(1, workers) + one_more, len(shares))
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]

    def __enter__(self) -> WorkerPool:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for worker in list(self._workers):
            worker.end()
        for thread in self._threads:
            thread.join()
        self._places.cleanup()

    def next_done(self) -> tuple[SubmissionGrade, float]:
        """The next grade and the seconds that it took; raises what made the batch impossible."""
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                share = self._todo.get_nowait()
            except queue.Empty:
                return
            try:
                for grade, seconds in self._judge(share) if len(share) > 1 else map(self._carry_out, share):
                    if not self._stop.is_set():
                        self._done.put((grade, seconds))
            except BaseException as error:  # told to the main thread, which raises it
                self._done.put(error)
                return

    def _judge(self, jobs: tuple[Job, ...]) -> Iterator[tuple[SubmissionGrade, float]]:
        """Judge several submissions in one process; each grade, and its share of the seconds."""
        began = time.monotonic()
        staged = [self._store.staging() for _ in jobs]
        self._try(jobs, staged)
        for job, folder in zip(jobs, staged, strict=True):
            if self._stop.is_set():
                return
            try:
                grade = self._store.keep(job.id, folder, evidence_too=False)
            except (ValueError, FileNotFoundError, HarnessFault):
                grade = None
            if grade is None or grade.status == "errored":
                yield self._carry_out(job)
            else:
                yield grade, (time.monotonic() - began) / len(jobs)

    def _carry_out(self, job: Job) -> tuple[SubmissionGrade, float]:
        """Do a job in a fresh process; one that dies, or fails by our own fault, is replaced once. Seconds without waiting."""
        problem, seconds = "", 0.0
        for attempt in range(ATTEMPTS):
            if attempt:  # in case the warm kernel was to blame
                job = replace(job, settings=replace(job.settings, warm=False))
            staged = self._store.staging()
            problem = self._try((job,), [staged])
            if self._stop.is_set():
                break
            if problem:
                continue
            try:
                seconds = seconds_of(staged)
                grade = self._store.keep(job.id, staged, evidence_too=job.submission is not None)
            except ValueError:
                problem = "the record that it wrote is damaged"
                continue
            if grade.status != "errored" or attempt == ATTEMPTS - 1:
                return grade, seconds
        return errored(job.id, job.settings, f"The grader's own process failed: {problem}."), seconds

    def _try(self, jobs: tuple[Job, ...], staged: list[Path]) -> str:
        worker = WorkerProcess(jobs, staged, self._fork_server)
        self._workers.add(worker)
        try:
            return "" if self._stop.is_set() else worker.finish()
        finally:
            self._workers.discard(worker)
            worker.end()


def _shares(jobs: list[Job], workers: int) -> list[tuple[Job, ...]]:
    """What one process does each: a notebook alone; what is only judged in shares small enough for all workers."""
    alone = [(job,) for job in jobs if job.submission is not None]
    judged = [job for job in jobs if job.submission is None]
    size = max(1, min(JUDGED_TOGETHER, len(judged) // (2 * workers)))
    return alone + [tuple(judged[at : at + size]) for at in range(0, len(judged), size)]
