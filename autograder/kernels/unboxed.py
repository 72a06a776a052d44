"""A kernel started the plain way: a new interpreter, no box. For trusted notebooks, and where no box can be had."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from autograder.errors import HarnessFault
from autograder.evidence.receiving import FILE_NAME, Receiver, unpack
from autograder.records import RunStatus

from .bootstrap import IMPORTS, KernelCode, KernelConfig
from .environment import kernel_environment
from .kernel import Channel, KernelSpec

PACKAGE = Path(__file__).resolve().parent.parent
WATCH_SECONDS = 0.25  # between two looks at the memory, each of which asks for every process of the notebook
KEPT_STDERR_LINES = 20
CONNECT_SECONDS = 5.0
_END_SECONDS = 10.0  # a killed interpreter is gone in milliseconds, unless its memory was swapped out


@dataclass(frozen=True)
class Places:
    """Where the code that a kernel may see lies: the recorder, the course's helpers, the stand-in, the script."""

    recorder: Path = PACKAGE / "recorder"
    helpers: Path = PACKAGE.parent / "helpers"
    standin: Path = PACKAGE / "kernels" / "standin.py"
    bootstrap: Path = PACKAGE / "kernels" / "bootstrap.py"
    imports: tuple[str, ...] = IMPORTS


def environment(spec: KernelSpec) -> dict[str, str]:
    """The whole environment of a kernel without a box: of the grader's own it has only the system's PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    home = str(spec.work_dir)
    values = kernel_environment(path, home, home, None if spec.data_dir is None else str(spec.data_dir))
    values["USERPROFILE"] = home  # what Windows calls HOME
    if "SYSTEMROOT" in os.environ:  # Windows starts no interpreter without it
        values["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return values | spec.env


def write_connection(ipc_dir: Path) -> Path:
    """A new connection file in `ipc_dir`; sockets lie beside it, or on loopback ports where Windows has no ipc."""
    from jupyter_client.connect import write_connection_file

    path = str(ipc_dir / "c.json")
    key = secrets.token_hex(32).encode()
    if os.name == "posix":
        write_connection_file(path, ip=str(ipc_dir / "k"), transport="ipc", key=key)
    else:
        write_connection_file(path, key=key)
    return Path(path)


def kernel_config(spec: KernelSpec, connection_file: Path, places: Places) -> KernelConfig:
    """What `bootstrap.py` reads: paths as the kernel sees them."""
    code = KernelCode(str(places.recorder), str(places.helpers), str(places.standin), places.imports)
    return KernelConfig(code, str(connection_file), str(spec.ipc_dir), spec.training, spec.folder)


def start_unboxed_kernel(spec: KernelSpec, places: Places | None = None) -> UnboxedKernel:
    """Start a kernel without a box. Raises `HarnessFault` when no process can be started."""
    places = places or Places()
    connection_file = write_connection(spec.ipc_dir)
    config = spec.ipc_dir / "b.json"
    config.write_text(kernel_config(spec, connection_file, places).to_json(), encoding="utf-8")
    try:
        process = subprocess.Popen(
            [sys.executable, "-s", str(places.bootstrap), str(config)],
            cwd=spec.work_dir,
            env=environment(spec),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise HarnessFault(f"No kernel could be started: {error}.") from error
    return UnboxedKernel(process, connection_file, spec)


def _connected(place: dict[str, Any], channel: Channel) -> socket.socket:
    """A connection to a socket of the connection file `place`."""
    port = place[f"{channel}_port"]
    if place["transport"] == "tcp":
        return socket.create_connection((place["ip"], port), CONNECT_SECONDS)
    connected = socket.socket(socket.AF_UNIX)
    try:
        connected.settimeout(CONNECT_SECONDS)
        connected.connect(f"{place['ip']}-{port}")
    except OSError:
        connected.close()
        raise
    return connected


class UnboxedKernel:
    """A plain process with a keeper thread for its memory; see `kernel.KernelProcess`."""

    sandbox: Literal["bwrap", "none"] = "none"
    warm = False

    def __init__(self, process: subprocess.Popen[bytes], connection_file: Path, spec: KernelSpec) -> None:
        self._place = json.loads(connection_file.read_text(encoding="utf-8"))
        self.key = self._place["key"].encode()
        self._process = process
        self._spec, self._memory_bytes = spec, spec.memory_mb * 2**20
        self._received: Receiver | None = None
        self._changed = False
        self._lock = threading.Lock()
        self._cause: RunStatus | None = None
        self._leftovers = 0
        self._ended = threading.Event()
        self._stderr: deque[bytes] = deque(maxlen=KEPT_STDERR_LINES)
        threading.Thread(target=self._drain, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    def connect(self, channel: Channel) -> socket.socket:
        """See `kernel.KernelProcess`."""
        return _connected(self._place, channel)

    def alive(self) -> int | None:
        """None while it runs, else its exit status."""
        return self._process.poll()

    def kill(self) -> None:
        """End the kernel and its descendants."""
        self._ended.set()
        family = self._family()
        for process in family:
            try:
                process.kill()
            except psutil.Error:
                pass
        if os.name == "posix":  # what outlived the kernel itself is still in its process group
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        psutil.wait_procs(family, timeout=5)
        self._leftovers = max(self._leftovers, len(family) - 1)
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._cause = self._cause or "crash"
        self.close_evidence(whole=False)

    def close_evidence(self, whole: bool) -> None:
        """See `kernel.KernelProcess`: read what the kernel wrote into a file until now."""
        with self._lock:
            if self._received is not None:
                return
            spec = self._spec
            try:
                self._received = unpack(spec.ipc_dir / FILE_NAME, spec.evidence_dir, spec.last_cell)
            except OSError as error:
                raise HarnessFault(
                    f"The record of a run could not be written: {error}.", "Make room and grade again."
                ) from error
            self._changed = bool(self._received.fault) or (whole and not self._received.ended)

    def usage(self) -> int:
        """Resident memory of the kernel and its descendants, in bytes."""
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.Error:
                pass
        return total

    def cause(self) -> RunStatus | None:
        """`memory` when the keeper ended it for that."""
        return self._cause

    def flags(self) -> tuple[str, ...]:
        """`leftovers_killed`: processes of the notebook outlived its last cell. `evidence_changed`: no recorder wrote that."""
        changed = ("evidence_changed",) if self._changed else ()
        return (*changed, "leftovers_killed") if self._leftovers > 0 else changed

    def last_words(self) -> bytes:
        """The end of what it wrote to stderr, for a start that failed."""
        return b"".join(self._stderr)

    def _family(self) -> list[psutil.Process]:
        try:
            kernel = psutil.Process(self._process.pid)
            return [kernel, *kernel.children(recursive=True)] if self._process.poll() is None else []
        except psutil.Error:
            return []

    def _drain(self) -> None:
        assert self._process.stderr is not None  # asked for as a pipe
        while line := self._process.stderr.readline(4096):
            self._stderr.append(line)

    def _watch(self) -> None:
        while not self._ended.wait(WATCH_SECONDS):
            if self._process.poll() is not None:
                return
            if self.usage() > self._memory_bytes:
                self._cause = "memory"
                self.kill()
