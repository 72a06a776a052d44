"""A disposable process that grades one submission: `python -m autograder.run.worker`.

It reads one JSON object from stdin (`submission`, `settings`, `folder`), grades into the new folder `folder`,
and writes `grade.json` there last, whole or not at all. What a hostile notebook may break is this process
alone. It prints nothing; its exit status is 0 exactly when `grade.json` was written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    """Grade what stdin names; the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` ends the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides when to stop
    _bind_to_parent()
    request = json.loads(sys.stdin.buffer.read())
    try:
        grade_into(request, Path(request["folder"]))
    finally:
        _end_descendants()
    return 0


def grade_into(request: dict, folder: Path) -> None:
    """Grade one submission; an error of ours that says what is wrong becomes an `errored` grade."""
    from ..errors import AutograderError
    from ..pipeline import errored, grade_submission
    from ..records_json import grade_to_json, settings_from_json, submission_from_json
    from .execute import write_new

    began = time.monotonic()
    settings = settings_from_json(request["settings"])
    submission = submission_from_json(request["submission"])
    try:
        grade = grade_submission(submission, settings, folder)
    except AutograderError as error:
        grade = errored(submission.id, settings, str(error))
    kept = {
        "schema": 1,
        "key": request["key"],
        "seconds": round(time.monotonic() - began, 2),
        "grade": grade_to_json(grade),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_new(folder / "grade.json", json.dumps(kept, indent=1).encode())


def _bind_to_parent() -> None:
    """On Linux, end when the batch ends, and adopt processes whose parent ended, so that none can hide."""
    if sys.platform.startswith("linux"):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG
        libc.prctl(36, 1, 0, 0, 0)  # 36: PR_SET_CHILD_SUBREAPER


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
