"""The grader's side of warm kernels: the zygote that a grading keeps, started, shared with its workers and ended."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from autograder.errors import BoxUnavailable
from autograder.sandbox import mounts, namespaces, seccomp
from autograder.sandbox.limits import box_user
from autograder.text import last_line

from ..bootstrap import IMPORTS, KernelCode
from ..boxed import environment
from ..kernel import KernelSpec
from .messages import ZygoteConfig, ZygoteState

ADDRESS = "AUTOGRADER_ZYGOTE"  # environment variable: the socket of the zygote that this grading keeps
START_SECONDS = 120.0  # its imports take 3 s on an idle machine
_END_SECONDS = 5.0  # for the zygote to end its boxes by itself, which takes milliseconds


class Zygote:
    """A process with TensorFlow imported, and the socket by which kernels are asked of it. Close it at the end."""

    def __init__(
        self,
        data_dirs: tuple[Path, ...] = (),
        imports: tuple[str, ...] = IMPORTS,
        own_modules: tuple[str, ...] = (),
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="z", dir="/tmp"))
        self.address = str(self.folder / "s")
        self._lifeline, theirs = socket.socketpair()
        kernels, own = _listen(self.address), _listen(own_address(self.address))
        user = box_user()
        settings = self.folder / "m"
        settings.mkdir(mode=0o700)
        if user is not None:
            self.folder.chmod(0o711)
            os.chown(settings, user, user)
        config = _config(imports, own_modules, settings, (kernels.fileno(), own.fileno()))
        self.process = _execute(config, user, data_dirs, theirs)
        for end in (theirs, kernels, own):
            end.close()
        self.state: ZygoteState | None = None

    def await_ready(self) -> None:
        """Wait until it has imported everything. Raises `BoxUnavailable` with its words when it cannot."""
        stdout = self.process.stdout
        assert stdout is not None  # asked for as a pipe
        readable = select.select([stdout], [], [], START_SECONDS)[0]
        line = stdout.readline() if readable else b""
        if not line:
            said = self._words()
            self.close()
            raise BoxUnavailable(
                f"No warm kernels can be had: {said}", "`autograder doctor` looks for the cause."
            )
        self.state = ZygoteState(**json.loads(line))

    def close(self) -> None:
        """End it, with every box that it keeps; while it still imports, it has none and would not listen."""
        if not self.state:
            self.process.kill()
        self._lifeline.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=_END_SECONDS)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _words(self) -> str:
        self.process.kill()
        assert self.process.stderr is not None  # asked for as a pipe
        return last_line(self.process.stderr.read()) or "it said nothing"


def own_address(address: str) -> str:
    """Where modules of our own are asked for, beside the zygote that kernels are asked of at `address`."""
    return f"{address}-own"


def _listen(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen(128)
    return listener


def _config(
    imports: tuple[str, ...], own_modules: tuple[str, ...], settings: Path, listeners: tuple[int, int]
) -> ZygoteConfig:
    spec = KernelSpec(Path("/"), Path("/"), Path("/"), None, "quick")
    code = KernelCode(
        recorder=str(mounts.PACKAGE / "recorder"),
        helpers=str(mounts.PACKAGE.parent / "helpers"),
        standin=str(mounts.PACKAGE / "kernels" / "standin.py"),
        imports=imports,
    )
    machine = namespaces.machine()
    return ZygoteConfig(
        environment=environment(spec) | {"MPLCONFIGDIR": str(settings)},
        code=code,
        preload="tensorflow" in imports,
        own_modules=own_modules,
        root=str(mounts.PACKAGE.parent),
        filter_program=seccomp.program(machine) if seccomp.supported(machine) else b"",
        kernels=listeners[0],
        own=listeners[1],
    )


def _execute(
    config: ZygoteConfig, user: int | None, data_dirs: tuple[Path, ...], lifeline: socket.socket
) -> subprocess.Popen[bytes]:
    reach = [mounts.PACKAGE, mounts.PACKAGE.parent / "helpers"]
    for data_dir in (None, *data_dirs):
        reach += mounts.folders_shown(mounts.BoxView(data_dir=data_dir))
    options = {
        "user": user,
        "reach": [str(place) for place in reach if place.exists()],
        "environment": {"PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"},  # as in cold kernels
    }
    script = mounts.PACKAGE / "kernels" / "zygote" / "process.py"
    drop_root = mounts.PACKAGE / "sandbox" / "drop_root.py"
    program = [sys.executable, "-s", "-B", str(script), config.to_json()]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", str(drop_root), json.dumps(options), "--", *program],
        stdin=lifeline.fileno(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(config.kernels, config.own),
        env={},
        cwd="/",
        start_new_session=True,
    )


_shared: Zygote | None = None
_lock = threading.Lock()


def begin(data_dirs: tuple[Path, ...] = (), own_modules: tuple[str, ...] = ()) -> Zygote:
    """The zygote of this process, started on first use; it imports while the caller goes on.

    `own_modules` are those of the grader itself that a second process like it has imported, for replay.
    """
    global _shared
    with _lock:
        if _shared is None or _shared.process.poll() is not None:
            _shared = Zygote(data_dirs, own_modules=own_modules)
            atexit.register(stop_sharing)
        return _shared


def share(data_dirs: tuple[Path, ...] = (), own_modules: tuple[str, ...] = ()) -> Zygote:
    """The zygote of this process when it is ready, known to its children by an environment variable."""
    zygote = begin(data_dirs, own_modules)
    with _lock:
        if not zygote.state:
            zygote.await_ready()
            os.environ[ADDRESS] = zygote.address
        return zygote


def stop_sharing() -> None:
    """End the zygote of this process, if there is one."""
    global _shared
    with _lock:
        if _shared is not None:
            os.environ.pop(ADDRESS, None)
            _shared.close()
            _shared = None
