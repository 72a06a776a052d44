"""One headless run of one notebook: folders made, kernel started, cells run, everything ended and cleared away."""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from autograder.errors import HarnessFault
from autograder.files import remove_tree, write_new
from autograder.kernels.kernel import KernelProcess, KernelSpec, Launcher
from autograder.kernels.start import launcher_for
from autograder.records import CellState, RunRecord
from autograder.text import last_line

from .channels import Conversation, Flood, Garbage
from .clock import Clock
from .notebook import Prepared, prepare
from .session import NotebookSession
from .slots import Slots

START_SECONDS = 180.0  # for a kernel without a zygote; TensorFlow's import takes 3 s on an idle machine
SHORT_TEMP = 60  # characters; a socket's path may have 104 on macOS, and ours add some 20


@dataclass(frozen=True)
class RunJob:
    """One notebook to run, with everything that decides how.

    Attributes:
        notebook: nbformat 4 JSON.
        files: relative POSIX names and bytes of the files handed in with it.
        folder: relative POSIX name of the notebook's own folder among them; empty for the top.
        training: the training budget.
        cell_timeout, notebook_timeout: seconds; the kernel's start is not counted.
        memory_mb: memory of the kernel and its children, in MiB.
        sandbox: `bwrap` or `none`.
        warm: whether a kernel forked from a warm process may be used (boxed runs only).
        data_dir: folder with the course's data sets, or None.
        flags: facts about the notebook to carry into the record.
        left_out: sentences about files that were handed in and are not among `files`.
        slots: places of which one is held while cells run, or None.
    """

    notebook: bytes
    files: tuple[tuple[str, bytes], ...] = ()
    folder: str = ""
    training: Literal["quick", "full"] = "quick"
    cell_timeout: float = 300.0
    notebook_timeout: float = 900.0
    memory_mb: int = 4096
    sandbox: Literal["bwrap", "none"] = "bwrap"
    warm: bool = True
    data_dir: Path | None = None
    flags: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    slots: Slots | None = None


def run_notebook(
    job: RunJob, evidence_dir: Path, executed: Path | None = None, launcher: Launcher | None = None
) -> RunRecord:
    """Run the notebook once and record how every cell ended; what the recorder saw lies in `evidence_dir`.

    `executed` is where the notebook with its outputs is written. Whatever a student's code does is a result.
    Raises `HarnessFault` when no kernel can be started, `BoxUnavailable` when no box can be had, and
    `SubmissionRejected` when the bytes are no notebook.
    """
    notebook = prepare(job.notebook)
    launch = launcher or launcher_for(job.sandbox, job.warm)
    evidence_dir.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="r", dir=_short_temp()))
    try:
        spec = _spec(job, root, evidence_dir, notebook.last_cell)
        record = _run(job, notebook, launch(spec))
    finally:
        remove_tree(root)
    if executed is not None:
        # without indentation, which grows with the depth of what a cell showed
        write_new(executed, json.dumps(notebook.document).encode())
    return record


def _run(job: RunJob, notebook: Prepared, process: KernelProcess) -> RunRecord:
    """Talk to the started kernel, and end it whatever happens."""
    talk: Conversation | None = None
    clock: Clock | None = None
    try:
        talk = Conversation(process)
        _await_start(talk, process)
        with job.slots.one() if job.slots is not None else nullcontext():
            _still_there(process)
            began = time.monotonic()
            clock = Clock(job.cell_timeout, job.notebook_timeout, process.kill)
            session = NotebookSession(talk, process, clock, job.left_out)
            states = session.run(notebook)
            process.close_evidence(_ended(notebook.last_cell, states))
            seconds = time.monotonic() - began
    finally:
        if clock is not None:
            clock.stop()
        process.kill()
        if talk is not None:
            talk.close()
    ending = session.ending
    return RunRecord(
        status=ending.status,
        cell=ending.cell,
        cells=states,
        training=job.training,
        sandbox=process.sandbox,
        warm=process.warm,
        seconds=seconds,
        detail=ending.detail,
        flags=tuple(sorted({*job.flags, *ending.flags, *process.flags()})),
    )


def _ended(cell: int | None, states: tuple[CellState, ...]) -> bool:
    """Whether this cell ended by itself."""
    return any(state.cell == cell and state.outcome in ("ran", "raised") for state in states)


def _await_start(talk: Conversation, process: KernelProcess) -> None:
    """Wait until the kernel answers; no student's code has run yet, so what fails here is ours."""
    try:
        if talk.wait_ready(START_SECONDS):
            return
    except (Garbage, Flood):
        pass
    raise _not_started(process)


def _still_there(process: KernelProcess) -> None:
    """A kernel may have waited for a place; one that ended meanwhile did so without any student's doing."""
    if process.alive() is not None:
        raise _not_started(process)


def _not_started(process: KernelProcess) -> HarnessFault:
    status = process.alive()
    how = "did not answer" if status is None else f"ended with status {status}"
    words = last_line(process.last_words())
    said = f" Its last words: {words}" if words else ""
    return HarnessFault(
        f"The kernel {how} before the first cell.{said}", "`autograder doctor` looks for the cause."
    )


def _spec(job: RunJob, root: Path, evidence_dir: Path, last_cell: int | None) -> KernelSpec:
    work, ipc = root / "work", root / "i"
    work.mkdir()
    ipc.mkdir(mode=0o700)
    for name, content in job.files:
        relative = PurePosixPath(name)
        if relative.is_absolute() or ".." in relative.parts or not relative.parts:
            raise HarnessFault(
                f"A file handed in has the unsafe name {name!r}; intake should have refused it."
            )
        target = work.joinpath(*relative.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (work / job.folder).mkdir(parents=True, exist_ok=True)
    return KernelSpec(
        work_dir=work,
        evidence_dir=evidence_dir.resolve(),
        ipc_dir=ipc,
        data_dir=job.data_dir,
        training=job.training,
        last_cell=last_cell,
        memory_mb=job.memory_mb,
        folder=job.folder,
    )


def _short_temp() -> str | None:
    """A folder whose names leave room for a socket path (104 bytes on macOS)."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= SHORT_TEMP or not Path("/tmp").is_dir() else "/tmp"
