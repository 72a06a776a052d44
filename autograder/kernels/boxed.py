"""A kernel in a box as the runner sees it, however it was started: its limits kept, its evidence taken in."""

from __future__ import annotations

import errno
import json
import os
import secrets
import socket
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.errors import HarnessFault
from autograder.records import RunStatus
from autograder.sandbox import mounts, transfer
from autograder.sandbox.arrive import EVIDENCE
from autograder.sandbox.cgroup import Group
from autograder.sandbox.limits import BoxLimits
from autograder.sandbox.watchdog import Sight, Watchdog

from .bootstrap import IMPORTS, KernelCode, KernelConfig
from .environment import kernel_environment
from .incoming import EvidenceChannel
from .kernel import Channel, KernelSpec

_PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
# of what was written to the standard descriptors: enough for the last lines of a traceback
_KEPT_BYTES = 8192
# a killed process tree is torn down in milliseconds; a few seconds when memory is swapped
_GONE_SECONDS = 5.0
CONNECT_SECONDS = 5.0  # for a place among those that wait at a socket; a kernel takes them in at once


def environment(spec: KernelSpec) -> dict[str, str]:
    """The whole environment of a boxed kernel: nothing of the grader's, the same in every run."""
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), "/usr/local/bin", "/usr/bin", "/bin"])
    data = None if spec.data_dir is None else mounts.DATA
    return kernel_environment(path, mounts.HOME, "/tmp", data) | spec.env


def kernel_code(imports: tuple[str, ...] = IMPORTS) -> KernelCode:
    """Our code as a box shows it."""
    return KernelCode(
        recorder=str(mounts.PACKAGE / "recorder"),
        helpers=str(mounts.PACKAGE.parent / "helpers"),
        standin=f"{mounts.CODE}/standin.py",
        imports=imports,
    )


def pack_for(spec: KernelSpec, imports: tuple[str, ...], key: str) -> int:
    """A descriptor of everything that goes into the box: the files handed in, the connection, the configuration."""
    config = KernelConfig(kernel_code(imports), f"{mounts.IPC}/c.json", EVIDENCE, spec.training, spec.folder)
    files = {
        "box/ipc/c.json": json.dumps(_connection(f"{mounts.IPC}/k", key)).encode(),
        "box/ipc/b.json": config.to_json().encode(),
    }
    return transfer.pack(files, {"box/work": spec.work_dir})


def new_key() -> str:
    """A secret for the messages of one kernel."""
    return secrets.token_hex(32)


def _connection(place: str, key: str) -> dict[str, str | int]:
    """The content of Jupyter's connection file for sockets whose paths begin with `place`."""
    return {
        "transport": "ipc",
        "ip": place,
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "",
        **_PORTS,
    }


@dataclass(frozen=True)
class StartedProcess:
    """A process in a box, however it was started, and how it is asked about and ended.

    Attributes:
        status: None while it runs, else its exit status (negative: a signal). Raises `HarnessFault` when unknowable.
        end: end the box and everything in it, and return when it has ended.
        pids: processes inside the box that belong to us: its first one, what holds it, the one that was asked for.
        folders: open folders of the box, by the names of `mounts.folders`.
        group: its control group, or None.
        output: where its standard descriptors can be read.
        warm: whether it was forked from a zygote.
    """

    status: Callable[[], int | None]
    end: Callable[[], None]
    pids: int
    folders: Mapping[str, int]
    group: Group | None
    output: int
    warm: bool


class BoxedProcess:
    """One process in its box, whose limits are kept."""

    sandbox: Literal["bwrap", "none"] = "bwrap"

    def __init__(self, started: StartedProcess, limits: BoxLimits) -> None:
        self.warm = started.warm
        self._started, self._limits = started, limits
        self._folders = dict(started.folders)
        self._sight = Sight(self._folders, started.group)
        self._watchdog = Watchdog(self._sight, started.group, limits, started.end)
        self._killed, self._lock = False, threading.Lock()
        self._flags: set[str] = set()
        self._said: deque[bytes] = deque(maxlen=4)
        self._status: int | None = None
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        self._watchdog.start()

    def alive(self) -> int | None:
        """None while it runs, else its exit status. Raises `HarnessFault` when the process it came from is gone."""
        if self._status is None:
            self._status = self._started.status()
        return self._status

    def kill(self) -> None:
        """End everything in the box, see that nothing is left, take in what it left."""
        with self._lock:
            if self._killed:
                return
            self._killed = True
            self._watchdog.stop()
            # After a broken limit the box is being ended already, and what is still there is chance.
            if self.cause() is None and len(self._sight.processes()) > self._started.pids:
                self._flags.add("leftovers_killed")
            try:
                self._started.end()
                self._await_gone()
                self._bring_out()
            finally:
                self._let_go()

    def usage(self) -> int:
        """Memory in use in the box, in bytes."""
        if self._killed or self.alive() is not None:
            return 0
        return self._sight.memory()

    def cause(self) -> RunStatus | None:
        """The limit for which it was ended, looked at once more in case the system itself ended it."""
        if self._started.group is not None and self._started.group.out_of_memory():
            self._watchdog.blame("memory")
        return self._watchdog.cause

    def flags(self) -> tuple[str, ...]:
        """Facts for a person: `leftovers_killed`, the notebook had started processes that outlived it."""
        return tuple(sorted(self._flags))

    def last_words(self) -> bytes:
        """The end of what was written to its standard descriptors, for a start that failed."""
        return b"".join(self._said)[-_KEPT_BYTES:]

    def _await_gone(self) -> None:
        end = time.monotonic() + _GONE_SECONDS
        while self._sight.processes():
            if time.monotonic() > end:
                raise HarnessFault("Processes of a notebook could not be ended.")
            time.sleep(0.002)

    def _bring_out(self) -> None:
        """Called when nothing of the box is left, while its folders are open still."""

    def _let_go(self) -> None:
        """Close what was open."""
        self._reader.join(timeout=1)
        for descriptor in self._folders.values():
            os.close(descriptor)
        if self._started.group is not None:
            self._started.group.remove()

    def _drain(self) -> None:
        """Keep the end of what comes past Jupyter, and no more than is allowed of it."""
        left = self._limits.raw_output_bytes
        with os.fdopen(self._started.output, "rb", buffering=0) as stream:
            while chunk := stream.read(65536):
                left -= len(chunk)
                self._said.append(chunk[-_KEPT_BYTES:])
                if left < 0:
                    self._watchdog.blame("output_cap")
                    self._started.end()
                    return


class BoxedKernel(BoxedProcess):
    """See `kernel.KernelProcess`. Its sockets lie in the box; this side reaches them through an open folder."""

    def __init__(
        self, spec: KernelSpec, started: StartedProcess, limits: BoxLimits, key: str, channel: EvidenceChannel
    ) -> None:
        super().__init__(started, limits)
        channel.hand_over()
        self._channel, self._closed = channel, False
        self.key = key.encode()

    def connect(self, channel: Channel) -> socket.socket:
        """See `kernel.KernelProcess`."""
        return connect_inside(self._folders["ipc"], f"k-{_PORTS[channel + '_port']}")

    def close_evidence(self, whole: bool) -> None:
        """See `kernel.KernelProcess`. `evidence_changed`: something that is no recorder wrote into the stream."""
        self._channel.close()
        if self._channel.fault() or (whole and not self._closed and not self._channel.ended()):
            self._flags.add("evidence_changed")
        self._closed = True

    def _bring_out(self) -> None:
        self.close_evidence(whole=False)

    def await_sockets(self, seconds: float) -> None:
        """Return when the kernel listens, when it has ended, or after `seconds`."""
        end, pause = time.monotonic() + seconds, 0.002
        while time.monotonic() < end and self.alive() is None:
            names = os.listdir(self._folders["ipc"])  # noqa: PTH208
            if all(f"k-{port}" in names for port in _PORTS.values()):
                return
            time.sleep(pause)
            pause = min(pause * 1.2, 0.05)


def connect_inside(folder: int, name: str) -> socket.socket:
    """A connection to the socket `name` in the open folder of a box, and to nothing else that may lie there.

    The socket is opened first, without following a link, looked at, and connected to by its descriptor: what takes its
    place meanwhile is not reached. Raises `OSError`.
    """
    place = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        facts = os.fstat(place)
        if not stat.S_ISSOCK(facts.st_mode) or facts.st_dev != os.fstat(folder).st_dev:
            raise OSError(errno.ENOTSOCK, os.strerror(errno.ENOTSOCK))
        connected = socket.socket(socket.AF_UNIX)
        try:
            connected.settimeout(CONNECT_SECONDS)
            connected.connect(f"/proc/self/fd/{place}")
        except OSError:
            connected.close()
            raise
        return connected
    finally:
        os.close(place)
