"""The batch's side of one disposable worker process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..records_json import settings_to_json, submission_to_json
from ..settings import FULL_NOTEBOOK_SECONDS, Settings
from ..submissions import Submission
from ..text import one_line
from .cold import PACKAGE
from .execute import START_SECONDS
from .replaying import REPLAY_SECONDS

JUDGE_SECONDS = 300.0
_END_SECONDS = 10.0


@dataclass(frozen=True)
class Job:
    """What one worker is to do: grade a submission, or judge again what is kept of it.

    Attributes:
        id: of the submission.
        key: digests to be written into the record.
        settings: how it is graded.
        submission: what was handed in, or None to judge the evidence in `kept` again.
        kept: folder of the submission's record, or None.
    """

    id: str
    key: dict[str, str]
    settings: Settings
    submission: Submission | None = None
    kept: Path | None = None

    @property
    def seconds(self) -> float:
        """After how many seconds its worker must be stuck: all clocks of all notebooks together, and some grace."""
        if self.submission is None:
            return JUDGE_SECONDS
        settings = self.settings
        full = FULL_NOTEBOOK_SECONDS if settings.timeout is None else settings.timeout
        again = full if settings.training == "quick" else 0.0
        each = 2 * START_SECONDS + settings.notebook_seconds + again + REPLAY_SECONDS
        return len(self.submission.notebooks) * each + JUDGE_SECONDS

    def request(self, staged: Path) -> bytes:
        """What the worker reads from its stdin."""
        return json.dumps(
            {
                "id": self.id,
                "key": self.key,
                "settings": settings_to_json(self.settings),
                "submission": None if self.submission is None else submission_to_json(self.submission),
                "kept": None if self.kept is None else str(self.kept.resolve()),
                "folder": str(staged.resolve()),
            }
        ).encode()


class WorkerProcess:
    """One process that does one job into the folder `staged`."""

    def __init__(self, job: Job, staged: Path) -> None:
        self._job = job
        self._staged = staged
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.run.worker"],
            cwd=PACKAGE.parent,
            env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the batch alone, which then ends its workers
        )

    def finish(self) -> str:
        """Wait for its end; an empty string when it wrote a record, else what went wrong in a few words."""
        try:
            _, said = self._process.communicate(self._job.request(self._staged), timeout=self._job.seconds)
        except subprocess.TimeoutExpired:
            return f"it was stuck for {self._job.seconds:g} seconds"
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
