"""Threads that each hand one job to a disposable process; what one job does to its process is no other's matter."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from pathlib import Path

from .pipeline import errored
from .records import SubmissionGrade
from .run.nursery import Nursery
from .run.process import Job, WorkerProcess
from .store import Store

ATTEMPTS = 2


class Crew:
    """The threads of a batch. Leaving the block ends their workers, so that Ctrl-C leaves nothing running."""

    def __init__(self, jobs: list[Job], workers: int, store: Store, nursery: Nursery | None = None) -> None:
        self._store = store
        self._nursery = nursery
        self._stop = threading.Event()
        self._todo: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple | BaseException] = queue.SimpleQueue()
        self._workers: set[WorkerProcess] = set()
        for job in jobs:
            self._todo.put(job)
        count = min(max(1, workers), len(jobs))
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]

    def __enter__(self) -> Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for worker in list(self._workers):
            worker.end()
        for thread in self._threads:
            thread.join()

    def next_done(self) -> tuple[SubmissionGrade, float]:
        """The next grade and the seconds that it took; raises what made the batch impossible."""
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                job = self._todo.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            try:
                grade = self._carry_out(job)
            except BaseException as error:  # told to the main thread, which raises it
                self._done.put(error)
                return
            if not self._stop.is_set():
                self._done.put((grade, time.monotonic() - began))

    def _carry_out(self, job: Job) -> SubmissionGrade:
        """Do a job in a fresh process; one that dies, or fails by our own fault, is replaced once."""
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:  # in case the warm kernel was to blame
                job = replace(job, settings=replace(job.settings, warm=False))
            staged = self._store.staging()
            problem = self._try(job, staged)
            if self._stop.is_set():
                break
            if problem:
                continue
            try:
                grade = self._store.keep(job.id, staged, evidence_too=job.submission is not None)
            except ValueError:
                problem = "the record that it wrote is damaged"
                continue
            if grade.status != "errored" or attempt == ATTEMPTS - 1:
                return grade
        return errored(job.id, job.settings, f"The grader's own process failed: {problem}.")

    def _try(self, job: Job, staged: Path) -> str:
        worker = WorkerProcess(job, staged, self._nursery)
        self._workers.add(worker)
        try:
            return "" if self._stop.is_set() else worker.finish()
        finally:
            self._workers.discard(worker)
            worker.end()
