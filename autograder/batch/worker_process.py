"""The batch's side of one disposable worker process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.kernels.unboxed import PACKAGE
from autograder.kernels.zygote.client import ADDRESS
from autograder.replay.unboxed import REPLAY_SECONDS
from autograder.run.execute import START_SECONDS
from autograder.run.slots import Slots
from autograder.settings import FULL_NOTEBOOK_SECONDS, Settings
from autograder.submissions import Submission
from autograder.text import last_line

from .fork_client import ForkedWorker, WorkerForkServer
from .messages import WorkerRequest

# judging takes half a second, start included; this is for evidence that was made to be slow
JUDGE_SECONDS = 300.0
_END_SECONDS = 10.0  # for a worker to end its kernel by itself
_WORDS_BYTES = 8192  # of its stderr that are looked at for the last line


@dataclass(frozen=True)
class Job:
    """What one worker is to do: grade a submission, or judge again what is kept of it.

    Attributes:
        id: of the submission.
        key: digests to be written into the record.
        settings: how it is graded.
        submission: what was handed in, or None to judge the evidence in `kept` again.
        kept: folder of the submission's record, or None.
        slots: places that the notebooks of the whole grading run in, or None.
    """

    id: str
    key: dict[str, str]
    settings: Settings
    submission: Submission | None = None
    kept: Path | None = None
    slots: Slots | None = None

    @property
    def seconds(self) -> float:
        """After how many seconds its worker must be stuck: all clocks of all notebooks together, and some grace.

        Before each run it may wait for another notebook, which may just have begun its run in full.
        """
        if self.submission is None:
            return JUDGE_SECONDS
        settings = self.settings
        full = FULL_NOTEBOOK_SECONDS if settings.timeout is None else settings.timeout
        again = full if settings.training == "quick" else 0.0
        waits = 0.0 if self.slots is None else (2 if again else 1) * max(settings.notebook_seconds, again)
        each = 2 * START_SECONDS + waits + settings.notebook_seconds + again + REPLAY_SECONDS
        return len(self.submission.notebooks) * each + JUDGE_SECONDS

    def request(self, staged: Path) -> WorkerRequest:
        """What the worker is told; it writes its record into `staged`."""
        return WorkerRequest(
            submission_id=self.id,
            key=self.key,
            settings=self.settings,
            submission=self.submission,
            kept=None if self.kept is None else self.kept.resolve(),
            folder=staged.resolve(),
            slots=self.slots,
            zygote=os.environ.get(ADDRESS, ""),
        )


class WorkerProcess:
    """One process that does jobs, each into its folder of `staged`: forked by `fork_server`, or a new interpreter without one."""

    def __init__(
        self, jobs: tuple[Job, ...], staged: list[Path], fork_server: WorkerForkServer | None = None
    ) -> None:
        self._seconds = max(job.seconds for job in jobs)  # several are only judged, which takes no time
        self._staged = staged
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as this object
        with tempfile.TemporaryFile() as request:
            for job, folder in zip(jobs, staged, strict=True):
                request.write(job.request(folder).to_line())
            request.seek(0)
            self._process = _started(fork_server, request, self._words)

    def finish(self) -> str:
        """Wait for its end; an empty string when it wrote a record, else what went wrong in a few words."""
        try:
            status = self._process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            return f"it was stuck for {self._seconds:g} seconds"
        if status == 0 and all((folder / "grade.json").is_file() for folder in self._staged):
            return ""
        return f"it ended with status {status}{self._last_words()}"

    def end(self) -> None:
        """End it and its kernel; it gets some seconds to end the kernel itself."""
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_END_SECONDS)

    def _last_words(self) -> str:
        size = self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, size - _WORDS_BYTES))
        words = last_line(self._words.read())
        return f", saying: {words}" if words else ""


def _started(
    fork_server: WorkerForkServer | None, request: BinaryIO, words: BinaryIO
) -> ForkedWorker | subprocess.Popen[bytes]:
    """The process that reads `request`; a fork server that has died is done without."""
    if fork_server is not None:
        try:
            return fork_server.fork(request.fileno(), words.fileno())
        except OSError:
            pass
    return subprocess.Popen(
        [sys.executable, "-m", "autograder.batch.worker"],
        cwd=PACKAGE.parent,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        stdin=request,
        stdout=subprocess.DEVNULL,
        stderr=words,
        start_new_session=True,  # Ctrl-C reaches the batch alone, which then ends its workers
    )
