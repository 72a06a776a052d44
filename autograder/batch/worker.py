"""A disposable process that grades one submission: forked by `fork_server`, or `python -m autograder.batch.worker`.

It reads a `messages.WorkerRequest` from stdin, works in its folder, and writes `grade.json` there last, whole or not at
all. Submissions that are only judged again may come several in a row, a line each. What a hostile notebook may break is this process alone. It prints nothing; its exit status is 0 exactly when
every `grade.json` was written.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.records import SubmissionGrade

    from .messages import WorkerRequest


def main(parent: int | None = None) -> int:
    """Grade what stdin names; the exit status. It ends with `parent`, the process that started it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` ends the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides when to stop
    _bind_to_parent(parent or os.getppid())
    from .messages import WorkerRequest  # imports come after the signals, or Ctrl-C could reach them

    with os.fdopen(os.dup(0), "rb") as stream:
        requests = [WorkerRequest.from_line(line) for line in stream]
    try:
        for request in requests:
            _know_zygote(request.zygote)
            carry_out(request)
    finally:
        _end_descendants()
    return 0


def carry_out(request: WorkerRequest) -> None:
    """Grade, and write the record; an error of ours that says what is wrong becomes an `errored` grade."""
    from autograder.errors import OUR_ERRORS, AutograderError
    from autograder.evidence.packed import put_away
    from autograder.files import remove_tree, write_new
    from autograder.gradebook.records_json import RECORD_FILE, GradeRecord, record_to_bytes
    from autograder.grading.submission_grade import errored

    began, slots = time.monotonic(), request.slots
    try:
        grade = _grade(request)
        for evidence in request.folder.glob("notebooks/*/evidence"):
            put_away(evidence)
    except (AutograderError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in OUR_ERRORS:
            raise
        grade = errored(request.submission_id, request.settings, _said(error))
        remove_tree(request.folder / "notebooks")  # room for the record
    seconds = round(time.monotonic() - began - (slots.waited if slots else 0.0), 2)
    request.folder.mkdir(parents=True, exist_ok=True)
    record = GradeRecord(key=request.key, seconds=seconds, grade=grade)
    write_new(request.folder / RECORD_FILE, record_to_bytes(record))


def _said(error: Exception) -> str:
    """What an error says, a system's in our words."""
    if isinstance(error, OSError):
        return f"The record could not be written: {error.strerror}. Free some space, then give the same command again."
    return str(error)


def _grade(request: WorkerRequest) -> SubmissionGrade:
    from autograder.gradebook.records_json import RECORD_FILE, record_from_bytes
    from autograder.pipeline import grade_submission, judge_again

    from .apart import judged_apart

    if request.submission is not None:
        return grade_submission(
            request.submission, request.settings, request.folder, request.slots, judged_apart
        )
    if request.kept is None:
        raise ValueError("nothing was handed in, and nothing is kept to be judged again")
    kept = record_from_bytes((request.kept / RECORD_FILE).read_bytes())
    return judge_again(kept.grade, request.settings, request.kept, judged_apart)


def _know_zygote(address: str) -> None:
    """The batch's zygote of this moment; a fork server may be older than it."""
    from autograder.kernels.zygote.client import ADDRESS

    os.environ.pop(ADDRESS, None)
    if address:
        os.environ[ADDRESS] = address


def _bind_to_parent(parent: int) -> None:
    """On Linux, end when the batch ends, and adopt processes whose parent ended, so that none can hide."""
    if sys.platform.startswith("linux"):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG
        libc.prctl(36, 1, 0, 0, 0)  # 36: PR_SET_CHILD_SUBREAPER
        if os.getppid() != parent:  # it has ended before
            sys.exit(143)


def _end_descendants() -> None:
    import psutil

    left = psutil.Process(os.getpid()).children(recursive=True)
    for process in left:
        try:
            process.kill()
        except psutil.Error:
            pass
    psutil.wait_procs(left, timeout=5)


if __name__ == "__main__":
    sys.exit(main())
