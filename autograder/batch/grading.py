"""A whole class into an output folder: what is recorded there is kept, what is missing or stale is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import BoxUnavailable, HarnessFault, UsageError
from autograder.gradebook import history
from autograder.gradebook.store import MARKER, Preview, Store
from autograder.records import NotebookRun, SubmissionGrade
from autograder.rubrics import PARTS
from autograder.settings import Settings
from autograder.submissions import Submission

from . import fingerprint
from .fork_client import forking_workers
from .pool import WorkerPool
from .worker_process import Job


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
    before_run: Callable[[], object] | None = None,
) -> list[SubmissionGrade]:
    """Grade all submissions into `out`, resuming what is there; grades come back sorted by id.

    Where only the rubrics or checks have changed since a record was made, its evidence is judged again and
    nothing is run. `progress` is called in this thread, and so is `before_run`: once, when warm kernels are kept and
    before the first notebook runs, not at all when none does; what it raises ends the grading.

    Raises `OutputRefused` (not ours, or in use by another grader), `HarnessFault` (disk full, read only, no locks) and
    `KeyboardInterrupt` on Ctrl-C, after which the same call grades only the rest.
    """
    flags = {each.id: each.flags for each in submissions}
    with Store(out) as store:
        store.note_flags(flags)
        done, jobs = [], []
        for submission in submissions:
            key = _key(submission, settings)
            record = store.load(submission.id)
            if record is None or not record.made_from(key, "content", "run"):
                jobs.append(Job(submission.id, key, settings, submission))
            elif not record.made_from(key, "judge"):
                jobs.append(Job(submission.id, key, settings, kept=store.folder(submission.id)))
            else:
                done.append(record.grade)
        return _carry_out(jobs, done, store, settings, flags, progress, before_run)


def regrade_all(
    out: Path,
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    preview: bool = False,
    keep_better: bool = False,
) -> list[SubmissionGrade]:
    """Judge all evidence kept in `out` again, by today's rubrics, without running anything; sorted by id.

    With `preview` nothing below `out` is written; with `keep_better` no part of a submission loses points.
    Submissions that our own machinery failed on stay as they are. Raises like `grade_all`, and `UsageError`
    when `out` holds no grades.
    """
    settle = history.keep_better_parts if keep_better else None
    with (Preview if preview else Store)(_of_ours(out), settle) as store:
        done, jobs = [], []
        for submission_id in store.ids():
            record = store.load(submission_id)
            if record is None:
                continue
            if record.grade.status == "errored":
                done.append(record.grade)
                continue
            key = {name: record.key[name] for name in record.key if name != history.KEPT}
            key |= {"judge": fingerprint.of_judge(settings)}
            jobs.append(Job(submission_id, key, settings, kept=store.folder(submission_id)))
        return _carry_out(jobs, done, store, settings, store.flags(), progress)


def kept_grades(out: Path) -> list[SubmissionGrade]:
    """All grades that are kept in `out`, sorted by id. Raises `UsageError` when it is no folder of grades."""
    store = Store(_of_ours(out))
    records, flags = map(store.load, store.ids()), store.flags()
    return [_flagged(record.grade, flags.get(record.grade.id, ())) for record in records if record]


def withdraw(out: Path, submission_ids: list[str]) -> None:
    """Take submissions out of the class that is kept in `out`. Raises `OutputRefused` and `HarnessFault`."""
    with Store(out) as store:
        store.withdraw(submission_ids)


def _of_ours(out: Path) -> Path:
    if not (out / MARKER).is_file():
        raise UsageError(f"{out} is no folder of grades.", "Name the --out of an earlier `autograder grade`.")
    return out


def _key(submission: Submission, settings: Settings) -> dict[str, str]:
    return {
        "content": fingerprint.of_submission(submission),
        "run": fingerprint.of_run(settings),
        "judge": fingerprint.of_judge(settings),
    }


def _carry_out(
    jobs: list[Job],
    done: list[SubmissionGrade],
    store: Store,
    settings: Settings,
    flags: dict[str, tuple[str, ...]],
    progress: Callable[[Progress], None] | None,
    before_run: Callable[[], object] | None = None,
) -> list[SubmissionGrade]:
    """Do all jobs; the grades of these and of what was done before, sorted by id."""
    grades: dict[str, SubmissionGrade] = {}

    def add(grade: SubmissionGrade, resumed: bool, seconds: float) -> None:
        grades[grade.id] = _flagged(grade, flags.get(grade.id, ()))
        if progress is not None:
            progress(Progress(len(grades), len(jobs) + len(done), grades[grade.id], resumed, seconds))

    for grade in done:
        add(grade, True, 0.0)
    runs = any(job.submission is not None and not job.submission.problem for job in jobs)
    # The process that workers fork from does its imports while the one that kernels fork from loads TensorFlow.
    workers = forking_workers(_data_sets(settings)) if jobs else nullcontext()
    with (
        workers as fork_server,
        _warm_kernels(settings if runs else None, before_run if runs else None),
        WorkerPool(jobs, settings.workers, store, fork_server) as pool,
    ):
        for _ in jobs:
            grade, seconds = pool.next_done()
            add(grade, False, seconds)
    return [grades[submission_id] for submission_id in sorted(grades)]


def _data_sets(settings: Settings) -> tuple[str, ...]:
    return tuple(sorted({part.data for part in PARTS if part.id in settings.parts}))


@contextmanager
def _warm_kernels(
    settings: Settings | None, before_run: Callable[[], object] | None = None
) -> Iterator[None]:
    """While inside, workers find a process with TensorFlow imported; where there can be none, kernels start cold."""
    from autograder.kernels.zygote import client
    from autograder.replay.start import REPLAY_MODULE
    from helpers import data

    try:
        if settings is not None and _in_warm_boxes(settings):
            with suppress(BoxUnavailable, HarnessFault):  # each record says whether its kernel was warm
                client.share((Path(data.data_dir()),), (REPLAY_MODULE,))
        if before_run is not None:
            before_run()
        yield
    finally:
        client.stop_sharing()


def _in_warm_boxes(settings: Settings) -> bool:
    from autograder.sandbox import mounts

    return settings.warm and settings.sandbox == "bwrap" and mounts.bwrap_program() is not None


def _flagged(grade: SubmissionGrade, flags: tuple[str, ...]) -> SubmissionGrade:
    """Flags of intake on every run of the grade: they depend on the whole class, so no record keeps them."""
    if not flags:
        return grade

    def with_flags(notebook: NotebookRun) -> NotebookRun:
        run = replace(notebook.run, flags=tuple(sorted({*notebook.run.flags, *flags})))
        return replace(notebook, run=run)

    return replace(grade, notebooks=tuple(with_flags(each) for each in grade.notebooks))
