"""A disposable process that grades one submission: forked by `forkserver`, or `python -m autograder.batch.worker`.

It reads one JSON object from stdin (see `process.Job.request`), works in the new folder `folder`,
and writes `grade.json` there last, whole or not at all. Submissions that are only judged again may come several in a row,
a line each. What a hostile notebook may break is this process alone. It prints nothing; its exit status is 0 exactly when
every `grade.json` was written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.records import SubmissionGrade
    from autograder.run.slots import Slots
    from autograder.settings import Settings


def main(parent: int | None = None) -> int:
    """Grade what stdin names; the exit status. It ends with `parent`, the process that started it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` ends the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides when to stop
    _bind_to_parent(parent or os.getppid())
    with os.fdopen(os.dup(0), "rb") as stream:
        requests = [json.loads(line) for line in stream if line.strip()]
    try:
        for request in requests:
            _know_zygote(request.get("zygote", os.environ.get("AUTOGRADER_ZYGOTE", "")))
            grade_into(request, Path(request["folder"]))
    finally:
        _end_descendants()
    return 0


def grade_into(request: dict, folder: Path) -> None:
    """Do the job; an error of ours that says what is wrong becomes an `errored` grade."""
    from autograder.errors import AutograderError
    from autograder.files import write_new
    from autograder.gradebook.records_json import (
        RECORD_FILE,
        GradeRecord,
        record_to_bytes,
        settings_from_json,
    )
    from autograder.grading.submission_grade import errored
    from autograder.run.slots import Slots

    began = time.monotonic()
    settings = settings_from_json(request["settings"])
    places = request["slots"]
    slots = Slots(Path(places["folder"]), places["count"]) if places else None
    try:
        grade = _grade(request, settings, folder, slots)
    except AutograderError as error:
        grade = errored(request["id"], settings, str(error))
    seconds = round(time.monotonic() - began - (slots.waited if slots else 0.0), 2)
    folder.mkdir(parents=True, exist_ok=True)
    record = GradeRecord(key=request["key"], seconds=seconds, grade=grade)
    write_new(folder / RECORD_FILE, record_to_bytes(record))


def _grade(request: dict, settings: Settings, folder: Path, slots: Slots | None) -> SubmissionGrade:
    from autograder.gradebook.records_json import RECORD_FILE, record_from_bytes, submission_from_json
    from autograder.pipeline import grade_submission, judge_again

    if request["submission"] is not None:
        return grade_submission(submission_from_json(request["submission"]), settings, folder, slots)
    kept = Path(request["kept"])
    return judge_again(record_from_bytes((kept / RECORD_FILE).read_bytes()).grade, settings, kept)


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
