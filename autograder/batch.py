"""A whole class: threads that each hand one submission to a disposable process, with records that survive any end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import fingerprint
from .errors import BoxUnavailable, HarnessFault
from .pipeline import errored
from .records import NotebookRun, SubmissionGrade
from .run.process import WorkerProcess, worker_seconds
from .settings import Settings
from .store import Store
from .submissions import Submission

ATTEMPTS = 2


@dataclass(frozen=True)
class Progress:
    """One submission has just been graded (or found graded already): `done` of `total`."""

    done: int
    total: int
    grade: SubmissionGrade
    resumed: bool
    seconds: float


def grade_all(
    submissions: list[Submission],
    settings: Settings,
    out: Path,
    progress: Callable[[Progress], None] | None = None,
) -> list[SubmissionGrade]:
    """Grade all submissions into `out`, resuming what is there; grades come back sorted by id.

    `progress` is called in this thread. Raises `OutputRefused` (not ours, or in use by another grader),
    `HarnessFault` (disk full, read only) and `KeyboardInterrupt` on Ctrl-C, after which the same call grades
    only the rest.
    """
    told = progress or (lambda _: None)
    grades: dict[str, SubmissionGrade] = {}

    def have(submission: Submission, grade: SubmissionGrade, resumed: bool, seconds: float) -> None:
        grades[submission.id] = _flagged(grade, submission.flags)
        told(Progress(len(grades), len(submissions), grades[submission.id], resumed, seconds))

    with Store(out) as store:
        grader = fingerprint.of_grader(settings)
        keys = {
            each.id: {"content": fingerprint.of_submission(each), "grader": grader} for each in submissions
        }
        missing = []
        for submission in submissions:
            kept = store.load(submission.id, keys[submission.id])
            if kept is None:
                missing.append(submission)
            else:
                have(submission, kept, True, 0.0)
        with _warm_kernels(settings if missing else None), _Crew(missing, settings, store, keys) as crew:
            for _ in missing:
                have(*crew.next_done())
    return [grades[id] for id in sorted(grades)]


class _Crew:
    """The threads of a batch. Leaving the block ends their workers, so that Ctrl-C leaves nothing running."""

    def __init__(
        self, todo: list[Submission], settings: Settings, store: Store, keys: dict[str, dict]
    ) -> None:
        self._settings, self._store, self._keys = settings, store, keys
        self._stop = threading.Event()
        self._todo: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple | BaseException] = queue.SimpleQueue()
        self._workers: set[WorkerProcess] = set()
        for submission in todo:
            self._todo.put(submission)
        count = min(max(1, settings.workers), len(todo))
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]

    def __enter__(self) -> _Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for worker in list(self._workers):
            worker.end()
        for thread in self._threads:
            thread.join()

    def next_done(self) -> tuple[Submission, SubmissionGrade, bool, float]:
        """The next graded submission; raises what made the batch impossible."""
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                submission = self._todo.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            try:
                grade = self._grade(submission)
            except BaseException as error:  # told to the main thread, which raises it
                self._done.put(error)
                return
            if not self._stop.is_set():
                self._done.put((submission, grade, False, time.monotonic() - began))

    def _grade(self, submission: Submission) -> SubmissionGrade:
        """Grade with a fresh process; one that dies is replaced once, and costs nobody else anything."""
        problem = ""
        for attempt in range(ATTEMPTS):
            staged = self._store.staging()
            settings = replace(self._settings, warm=self._settings.warm and attempt == 0)
            worker = WorkerProcess(submission, settings, self._keys[submission.id], staged)
            self._workers.add(worker)
            try:
                problem = (
                    "" if self._stop.is_set() else worker.finish(worker_seconds(submission, self._settings))
                )
            finally:
                self._workers.discard(worker)
                worker.end()
            if self._stop.is_set():
                break
            if not problem:
                try:
                    grade = self._store.keep(submission.id, staged)
                except ValueError:
                    problem = "the record that it wrote is damaged"
                    continue
                if grade.status != "errored" or attempt == ATTEMPTS - 1:
                    return grade
        return errored(submission.id, self._settings, f"The grader's own process failed: {problem}.")


@contextmanager
def _warm_kernels(settings: Settings | None) -> Iterator[None]:
    """While inside, workers find a process with TensorFlow imported; where there can be none, kernels start cold.

    The box is tried before anything else. Raises `BoxUnavailable` where there is none, or where it leaks.
    """
    if settings is None or settings.sandbox != "bwrap":
        yield
        return
    from helpers import data

    from .run import warm
    from .run.probe import probe

    try:
        if settings.warm:
            warm.share((Path(data.data_dir()),))
    except (BoxUnavailable, HarnessFault):
        pass  # each record says whether its kernel was warm
    try:
        probe(settings.warm)
        yield
    finally:
        warm.stop_sharing()


def _flagged(grade: SubmissionGrade, flags: tuple[str, ...]) -> SubmissionGrade:
    """Flags of intake on every run of the grade: they depend on the whole class, so no record keeps them."""
    if not flags:
        return grade

    def with_flags(notebook: NotebookRun) -> NotebookRun:
        run = replace(notebook.run, flags=tuple(sorted({*notebook.run.flags, *flags})))
        return replace(notebook, run=run)

    return replace(grade, notebooks=tuple(with_flags(each) for each in grade.notebooks))
