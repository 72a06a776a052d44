"""The batch's side of one disposable worker process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ..records_json import settings_to_json, submission_to_json
from ..settings import FULL_NOTEBOOK_SECONDS, Settings
from ..submissions import Submission
from ..text import one_line
from .cold import PACKAGE
from .execute import START_SECONDS
from .replaying import REPLAY_SECONDS

_GRACE_SECONDS = 120.0
_END_SECONDS = 10.0


def worker_seconds(submission: Submission, settings: Settings) -> float:
    """After how many seconds a worker must be stuck: all clocks of all notebooks together, and some grace."""
    full = FULL_NOTEBOOK_SECONDS if settings.timeout is None else settings.timeout
    again = full if settings.training == "quick" else 0.0
    each = 2 * START_SECONDS + settings.notebook_seconds + again + REPLAY_SECONDS
    return len(submission.notebooks) * each + _GRACE_SECONDS


class WorkerProcess:
    """One process that grades one submission into the folder `staged`."""

    def __init__(self, submission: Submission, settings: Settings, key: dict, staged: Path) -> None:
        self._staged = staged
        self._request = {
            "submission": submission_to_json(submission),
            "settings": settings_to_json(settings),
            "key": key,
            "folder": str(staged.resolve()),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.run.worker"],
            cwd=PACKAGE.parent,
            env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the batch alone, which then ends its workers
        )

    def finish(self, seconds: float) -> str:
        """Wait for its end; an empty string when it wrote a record, else what went wrong in a few words."""
        request = json.dumps(self._request).encode()
        try:
            _, said = self._process.communicate(request, timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"it was stuck for {seconds:g} seconds"
        if self._process.returncode == 0 and (self._staged / "grade.json").is_file():
            return ""
        lines = said.decode("utf-8", "replace").strip().splitlines()
        last = f", saying: {one_line(lines[-1])}" if lines else ""
        return f"it ended with status {self._process.returncode}{last}"

    def end(self) -> None:
        """End it and its kernel; it gets some seconds to end the kernel itself."""
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
