"""What a started kernel is to the runner, and what it is started with; three makers lie beside: unboxed, boxed cold, boxed warm."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from autograder.records import RunStatus

# The sockets of a kernel that the runner speaks to; heartbeat, stdin and control are left alone.
Channel = Literal["shell", "iopub"]


@dataclass(frozen=True)
class KernelSpec:
    """What a kernel is started with. All folders exist, are empty or filled by the caller, and belong to this run alone.

    Attributes:
        work_dir: folder that holds the files handed in; writable.
        evidence_dir: where `events.jsonl` and `arrays/` are written, of what the recorder sends; no kernel sees it.
        ipc_dir: short-named folder for the connection file and the ipc sockets (paths under 104 bytes).
        data_dir: folder with the course's data sets, read only, or None when there is none.
        training: the training budget that the recorder is installed with.
        last_cell: number of the last cell that will be run, or None; nothing is recorded behind its end.
        env: further environment variables of the kernel.
        memory_mb: memory that the kernel and its children may use, in MiB.
        folder: the notebook's own folder below `work_dir`, where its kernel starts; empty for `work_dir` itself.
    """

    work_dir: Path
    evidence_dir: Path
    ipc_dir: Path
    data_dir: Path | None
    training: Literal["quick", "full"]
    last_cell: int | None = None
    env: dict[str, str] = field(default_factory=dict)
    memory_mb: int = 4096
    folder: str = ""


class KernelProcess(Protocol):
    """A started kernel, as the runner sees it: sockets to connect to, an end, and nothing that the kernel says.

    `sandbox` and `warm` say how it was started. `key` signs the messages of both sides.
    """

    key: bytes
    sandbox: Literal["bwrap", "none"]
    warm: bool

    def connect(self, channel: Channel) -> socket.socket:
        """A new connection to one of its sockets. Raises `OSError` when nothing listens, or what lies there is no socket."""

    def alive(self) -> int | None:
        """None while it runs, else its exit status (negative: the signal that ended it). Never blocks."""

    def kill(self) -> None:
        """End it and everything it started, at once; the evidence folder is complete afterwards. Idempotent."""

    def close_evidence(self, whole: bool) -> None:
        """Take in what was recorded until now, and nothing that comes later; only the first call says what `whole` is.

        `whole`: the last cell has ended, so the record must say so too. Raises `HarnessFault` when it cannot be written.
        """

    def usage(self) -> int:
        """Memory in use by the kernel and its children, in bytes; 0 when it has ended."""

    def cause(self) -> RunStatus | None:
        """The limit (`memory`, `processes`, `disk`) for which its keeper ended it, or None."""

    def flags(self) -> tuple[str, ...]:
        """Facts worth a person's eye about this process (`leftovers_killed`, ...); known after `kill`."""

    def last_words(self) -> bytes:
        """The end of what it wrote past Jupyter, for a start that failed."""


class Launcher(Protocol):
    """Starts kernels. Raises `BoxUnavailable` or `HarnessFault` when none can be started: never a student's fault."""

    def __call__(self, spec: KernelSpec) -> KernelProcess: ...
