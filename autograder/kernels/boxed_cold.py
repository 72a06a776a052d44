"""Kernels in a box: forked from a warm process where one is kept and namespaces can be entered, else started cold."""

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
from autograder.sandbox.limits import Limits, box_user

from .boxed import BoxedKernel, Started, environment, new_key, pack_for
from .kernel import KernelSpec

START_SECONDS = 120.0
NO_BOX = "No box can be made: "
IMPORTS = ("tensorflow", "keras", "matplotlib")


def launch(spec: KernelSpec, limits: Limits, imports: tuple[str, ...] = IMPORTS) -> BoxedKernel:
    """A new interpreter in a new box. Raises `BoxUnavailable` with bubblewrap's words when there can be no box."""
    key = new_key()
    view = mounts.View(spec.data_dir, limits.disk_bytes, limits.evidence_bytes)
    started = start_cold([], environment(spec), view, limits, pack_for(spec, imports, key))
    kernel = BoxedKernel(spec, started, limits, key)
    kernel.await_sockets(START_SECONDS)
    return kernel


def start_cold(
    target: list[str], variables: dict[str, str], view: mounts.View, limits: Limits, parcel: int
) -> Started:
    """A new interpreter in a new box, which unpacks `parcel` and becomes `target` (see `arrive.main`).

    Raises `BoxUnavailable` with bubblewrap's words when there can be no box.
    """
    group = cgroup.make(limits)
    try:
        if mounts.bwrap_program() is None:
            raise BoxFailed("bubblewrap is not installed")
        box = _stand(target, view, variables, group)
    except BoxFailed as error:
        os.close(parcel)
        if group is not None:
            group.remove()
        raise BoxUnavailable(f"{NO_BOX}{error}.", "`autograder doctor` looks for the cause.") from error
    folders = {name: box.open(path) for name, path in mounts.FOLDERS.items()}
    keeper = _Keeper(box)
    output = os.dup(box.monitor.stdout.fileno())
    keeper.hand_over(parcel)
    return Started(keeper.status, keeper.end, 2, folders, group, output, warm=False)


def _stand(
    target: list[str], view: mounts.View, variables: dict[str, str], group: cgroup.Group | None
) -> Box:
    """A box that runs `arrive.py`, entered through `stage.py` so that group and user are set before bubblewrap runs."""
    doors = group.doors() if group is not None else []
    stage = {
        "groups": doors,
        "user": box_user(),
        "reach": [str(place) for place in mounts.folders_shown(view)],
    }
    machine = namespaces.machine()
    script = str(mounts.PACKAGE / "sandbox" / "drop_root.py")
    try:
        return stand(
            view,
            [sys.executable, "-s", f"{mounts.CODE}/arrive.py", *target],
            filter_program=seccomp.program(machine) if seccomp.supported(machine) else b"",
            environment=variables,
            before=[sys.executable, "-I", "-S", "-B", script, json.dumps(stage), "--"],
            keep=doors,
            echo=False,
        )
    finally:
        for door in doors:
            os.close(door)


class _Keeper:
    """Holds the bubblewrap process of a cold kernel."""

    def __init__(self, box: Box) -> None:
        self._box, self._monitor = box, box.monitor
        self._first = os.pidfd_open(box.first)
        self._lock = threading.Lock()

    def hand_over(self, parcel: int) -> None:
        """Send the parcel to the box's stdin, where it is awaited; what is then said on stderr is thrown away."""
        try:
            with os.fdopen(parcel, "rb") as source:
                while block := source.read(1 << 20):
                    self._monitor.stdin.write(block)
            self._monitor.stdin.close()
        except OSError as error:
            self.end()
            raise HarnessFault(f"A box ended before its notebook was in it: {error}.") from error
        self._monitor.stderr.close()
        self._monitor.stdout.close()

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
            self._monitor.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._monitor.kill()
            self._monitor.wait()
