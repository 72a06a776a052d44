"""A new interpreter in a new box: the way that needs no zygote, and takes TensorFlow's import of some seconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

from autograder.errors import BoxUnavailable, HarnessFault
from autograder.sandbox import cgroup, mounts, namespaces, seccomp
from autograder.sandbox.bwrap import Box, BoxFailed, stand
from autograder.sandbox.limits import BoxLimits, box_user

from .bootstrap import IMPORTS
from .boxed import BoxedKernel, StartedProcess, environment, new_key, pack_for
from .incoming import EvidenceChannel
from .kernel import KernelSpec

START_SECONDS = 120.0  # TensorFlow's import takes 3 s on an idle machine
NO_BOX = "No box can be made: "
_END_SECONDS = 10.0  # a killed box is torn down in milliseconds, unless its memory was swapped out


def start_cold_kernel(spec: KernelSpec, limits: BoxLimits, imports: tuple[str, ...] = IMPORTS) -> BoxedKernel:
    """A new interpreter in a new box. Raises `BoxUnavailable` with bubblewrap's words when there can be no box."""
    key = new_key()
    view = mounts.BoxView(spec.data_dir, limits.disk_bytes)
    channel = EvidenceChannel(spec.evidence_dir, spec.last_cell)
    try:
        payload = pack_for(spec, imports, key)
        started = start_in_box([], environment(spec), view, limits, payload, channel.theirs)
    except BaseException:
        channel.close()
        raise
    kernel = BoxedKernel(spec, started, limits, key, channel)
    kernel.await_sockets(START_SECONDS)
    return kernel


def start_in_box(
    target: list[str],
    variables: dict[str, str],
    view: mounts.BoxView,
    limits: BoxLimits,
    payload: int,
    evidence: int | None = None,
) -> StartedProcess:
    """A new interpreter in a new box, which unpacks `payload` and becomes `target` (see `arrive.main`).

    `evidence` is the descriptor that a kernel sends its evidence into; it stays open here.
    Raises `BoxUnavailable` with bubblewrap's words when there can be no box.
    """
    group = cgroup.make(limits)
    try:
        if mounts.bwrap_program() is None:
            raise BoxFailed("bubblewrap is not installed")
        box = _stand(target, view, variables, group, evidence)
    except BoxFailed as error:
        os.close(payload)
        if group is not None:
            group.remove()
        raise BoxUnavailable(f"{NO_BOX}{error}.", "`autograder doctor` looks for the cause.") from error
    folders = {name: box.open(path) for name, path in mounts.folders(view).items()}
    keeper = _Keeper(box)
    output = os.dup(box.stdout.fileno())
    keeper.hand_over(payload)
    return StartedProcess(keeper.status, keeper.end, 2, folders, group, output, warm=False)


def _stand(
    target: list[str],
    view: mounts.BoxView,
    variables: dict[str, str],
    group: cgroup.Group | None,
    evidence: int | None,
) -> Box:
    """A box that runs `arrive.py`, entered through `drop_root.py` so that group and user are set before bubblewrap runs."""
    cgroup_fds = group.cgroup_fds() if group is not None else []
    options = {
        "groups": cgroup_fds,
        "user": box_user(),
        "reach": [str(place) for place in mounts.folders_shown(view)],
    }
    machine = namespaces.machine()
    kept = "none" if evidence is None else str(evidence)
    script = str(mounts.PACKAGE / "sandbox" / "drop_root.py")
    try:
        return stand(
            view,
            [sys.executable, "-s", f"{mounts.CODE}/arrive.py", kept, *target],
            filter_program=seccomp.program(machine) if seccomp.supported(machine) else b"",
            environment=variables,
            before=[sys.executable, "-I", "-S", "-B", script, json.dumps(options), "--"],
            keep=[*cgroup_fds, *([] if evidence is None else [evidence])],
            echo=False,
        )
    finally:
        for descriptor in cgroup_fds:
            os.close(descriptor)


class _Keeper:
    """Holds the bubblewrap process of a cold kernel."""

    def __init__(self, box: Box) -> None:
        self._box, self._monitor = box, box.monitor
        self._first = os.pidfd_open(box.first)
        self._lock = threading.Lock()

    def hand_over(self, payload: int) -> None:
        """Send the payload to the box's stdin, where it is awaited; what is then said on stderr is thrown away."""
        try:
            with os.fdopen(payload, "rb") as source:
                while block := source.read(1 << 20):
                    self._box.stdin.write(block)
            self._box.stdin.close()
        except OSError as error:
            self.end()
            raise HarnessFault(f"A box ended before its notebook was in it: {error}.") from error
        self._box.stderr.close()
        self._box.stdout.close()

    def status(self) -> int | None:
        """The kernel's status as bubblewrap passes it on: 128 and more stand for signals."""
        status = self._monitor.poll()
        return status if status is None or status <= 128 else 128 - status

    def end(self) -> None:
        """End the box's first process and with it all others, then the monitor."""
        with self._lock:
            if self._first >= 0:
                try:
                    signal.pidfd_send_signal(self._first, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                os.close(self._first)
                self._first = -1
        try:
            self._monitor.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._monitor.kill()
            self._monitor.wait()
