"""A kernel started the plain way: a new interpreter, no box. For trusted notebooks, and where no box can be had."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.errors import HarnessFault
from autograder.records import RunStatus

from .kernel import KernelSpec

PACKAGE = Path(__file__).resolve().parent.parent
WATCH_SECONDS = 0.25
KEPT_STDERR_LINES = 20


@dataclass(frozen=True)
class Places:
    """Where the code that a kernel may see lies: the recorder, the course's helpers, the stand-in, the script."""

    recorder: Path = PACKAGE / "recorder"
    helpers: Path = PACKAGE.parent / "helpers"
    standin: Path = PACKAGE / "kernels" / "standin.py"
    bootstrap: Path = PACKAGE / "kernels" / "bootstrap.py"
    imports: tuple[str, ...] = ("tensorflow", "keras", "matplotlib")


def kernel_environment(spec: KernelSpec) -> dict[str, str]:
    """The whole environment of a kernel: nothing of the grader's own but the system's PATH."""
    home = str(spec.work_dir)
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": str(spec.work_dir / ".ipython"),
        "MPLCONFIGDIR": str(spec.work_dir / ".matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "KERAS_HOME": str(spec.work_dir / ".keras"),
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_ENABLE_ONEDNN_OPTS": "1",  # convolutions of few channels in a third of the time, also without AVX-512
        "PYTHONHASHSEED": "0",
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    if "SYSTEMROOT" in os.environ:  # Windows starts no interpreter without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    if spec.data_dir is not None:
        environment["AUTOENCODERS_DATA"] = str(spec.data_dir)
    return environment | spec.env


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


def bootstrap_config(spec: KernelSpec, connection_file: Path, places: Places) -> dict:
    """What `bootstrap.py` reads: paths as the kernel sees them."""
    return {
        "connection_file": str(connection_file),
        "evidence_dir": str(spec.evidence_dir),
        "training": spec.training,
        "recorder": str(places.recorder),
        "helpers": str(places.helpers),
        "standin": str(places.standin),
        "imports": list(places.imports),
    }


def launch(spec: KernelSpec, places: Places | None = None) -> ColdKernel:
    """Start a kernel without a box. Raises `HarnessFault` when no process can be started."""
    places = places or Places()
    connection_file = write_connection(spec.ipc_dir)
    config = spec.ipc_dir / "b.json"
    config.write_text(json.dumps(bootstrap_config(spec, connection_file, places)), encoding="utf-8")
    try:
        process = subprocess.Popen(
            [sys.executable, "-s", str(places.bootstrap), str(config)],
            cwd=spec.work_dir,
            env=kernel_environment(spec),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise HarnessFault(f"No kernel could be started: {error}.") from error
    return ColdKernel(process, connection_file, spec.memory_mb * 2**20)


class ColdKernel:
    """A plain process with a keeper thread for its memory; see `kernel.KernelProcess`."""

    sandbox = "none"
    warm = False

    def __init__(self, process: subprocess.Popen, connection_file: Path, memory_bytes: int) -> None:
        self.connection_file = connection_file
        self._process = process
        self._memory_bytes = memory_bytes
        self._cause: RunStatus | None = None
        self._leftovers = 0
        self._ended = threading.Event()
        self._stderr: deque[bytes] = deque(maxlen=KEPT_STDERR_LINES)
        threading.Thread(target=self._drain, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

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
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._cause = self._cause or "crash"

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
        """`leftovers_killed` when processes of the notebook outlived its last cell."""
        return ("leftovers_killed",) if self._leftovers > 0 else ()

    def last_words(self) -> str:
        """The end of what it wrote to stderr, for a start that failed."""
        return b"".join(self._stderr).decode("utf-8", "replace")

    def _family(self) -> list[psutil.Process]:
        try:
            kernel = psutil.Process(self._process.pid)
            return [kernel, *kernel.children(recursive=True)] if self._process.poll() is None else []
        except psutil.Error:
            return []

    def _drain(self) -> None:
        while chunk := self._process.stderr.readline(4096):
            self._stderr.append(chunk)

    def _watch(self) -> None:
        while not self._ended.wait(WATCH_SECONDS):
            if self._process.poll() is not None:
                return
            if self.usage() > self._memory_bytes:
                self._cause = "memory"
                self.kill()
