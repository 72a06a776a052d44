"""The grader's side of warm kernels: the zygote that a grading keeps, and kernels asked of it."""

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

from ..boxed import environment
from ..kernel import KernelSpec

ADDRESS = "AUTOGRADER_ZYGOTE"  # environment variable: the socket of the zygote that this grading keeps
START_SECONDS = 120.0


class Zygote:
    """A process with TensorFlow imported, and the socket by which kernels are asked of it. Close it at the end."""

    def __init__(
        self,
        data_dirs: tuple[Path, ...] = (),
        imports: tuple[str, ...] = ("tensorflow", "keras", "matplotlib"),
        own_modules: tuple[str, ...] = (),
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="z", dir="/tmp"))
        self.address = str(self.folder / "s")
        self._lifeline, theirs = socket.socketpair()
        listeners = {"kernels": _listen(self.address), "own": _listen(own_address(self.address))}
        user = box_user()
        state = self.folder / "m"
        state.mkdir(mode=0o700)
        if user is not None:
            self.folder.chmod(0o711)
            os.chown(state, user, user)
        numbers = {name: listener.fileno() for name, listener in listeners.items()}
        self.process = _execute(
            _config(imports, own_modules, state) | numbers, user, data_dirs, theirs, (*numbers.values(),)
        )
        for end in (theirs, *listeners.values()):
            end.close()
        self.state: dict = {}

    def await_ready(self) -> None:
        """Wait until it has imported everything. Raises `BoxUnavailable` with its words when it cannot."""
        readable = select.select([self.process.stdout], [], [], START_SECONDS)[0]
        line = self.process.stdout.readline() if readable else b""
        if not line:
            said = self._words()
            self.close()
            raise BoxUnavailable(
                f"No warm kernels can be had: {said}", "`autograder doctor` looks for the cause."
            )
        self.state = json.loads(line)

    def close(self) -> None:
        """End it, with every box that it keeps; while it still imports, it has none and would not listen."""
        if not self.state:
            self.process.kill()
        self._lifeline.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _words(self) -> str:
        self.process.kill()
        lines = self.process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"


def own_address(address: str) -> str:
    """Where modules of our own are asked for, beside the zygote that kernels are asked of at `address`."""
    return f"{address}-own"


def _listen(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen(128)
    return listener


def _config(imports: tuple[str, ...], own_modules: tuple[str, ...], state: Path) -> dict:
    spec = KernelSpec(Path("/"), Path("/"), Path("/"), None, "quick")
    load = {
        "recorder": str(mounts.PACKAGE / "recorder"),
        "helpers": str(mounts.PACKAGE.parent / "helpers"),
        "standin": str(mounts.PACKAGE / "kernels" / "standin.py"),
        "imports": list(imports),
        "preload": "tensorflow" in imports,
    }
    machine = namespaces.machine()
    return {
        "environment": environment(spec) | {"MPLCONFIGDIR": str(state)},
        "load": load,
        "own_modules": list(own_modules),
        "root": str(mounts.PACKAGE.parent),
        "filter": seccomp.program(machine).hex() if seccomp.supported(machine) else "",
    }


def _execute(
    config: dict,
    user: int | None,
    data_dirs: tuple[Path, ...],
    lifeline: socket.socket,
    listeners: tuple[int, ...],
) -> subprocess.Popen:
    reach = [mounts.PACKAGE, mounts.PACKAGE.parent / "helpers"]
    reach += [
        place for data in (None, *data_dirs) for place in mounts.folders_shown(mounts.View(data_dir=data))
    ]
    options = {
        "user": user,
        "reach": [str(place) for place in reach if place.exists()],
        "environment": {"PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"},  # as in cold kernels
    }
    script, stage = (
        mounts.PACKAGE / "kernels" / "zygote" / "process.py",
        mounts.PACKAGE / "sandbox" / "drop_root.py",
    )
    program = [sys.executable, "-s", "-B", str(script), json.dumps(config)]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", str(stage), json.dumps(options), "--", *program],
        stdin=lifeline,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=listeners,
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
