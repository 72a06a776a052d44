"""The zygote's side of its connections: a box and a fork for every order, and word of how they ended."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass, field

from autograder.sandbox.mounts import FOLDERS

_MESSAGE = 1 << 20


@dataclass
class Run:
    """One box with one kernel, on behalf of one connection."""

    connection: socket.socket
    box: object = None
    kernel: int = 0
    waiting: set[int] = field(default_factory=set)


class Server:
    """Answers the grader's workers one message at a time; everything it waits for is an event."""

    def __init__(self, listener: socket.socket, tools, become) -> None:
        self._tools, self._become, self._listener = tools, become, listener
        self._runs: dict[int, Run] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(0, selectors.EVENT_READ, self._end)
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Until the lifeline breaks."""
        while True:
            for key, _ in self._selector.select():
                key.data(key.fileobj)

    def _end(self, _: object) -> None:
        for run in self._runs.values():
            self._kill(run)
        with contextlib.suppress(ChildProcessError):
            while True:  # until nothing that came from this process is left
                os.wait()
        os._exit(0)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        run = Run(connection)
        self._runs[connection.fileno()] = run
        self._selector.register(connection, selectors.EVENT_READ, lambda _: self._hear(run))

    def _hear(self, run: Run) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(run.connection, _MESSAGE, 16)
        except OSError:
            message, descriptors = b"", []
        if not message:
            self._kill(run)
            self._forget(run)
        elif message == b"kill":
            self._kill(run)
            self._tell_when_gone(run)
        else:
            self._start(run, json.loads(message), descriptors)

    def _start(self, run: Run, order: dict, descriptors: list[int]) -> None:
        """Make a box and send a kernel into it; the answer carries open folders of the box, or says what failed."""
        folders: list[int] = []
        try:
            run.box = self._tools.stand(order)
            run.waiting.add(run.box.monitor.pid)
            folders = [run.box.open(path) for path in FOLDERS.values()]
            parcel, output, *doors = descriptors
            passage = self._tools.passage(run.box, order, doors, parcel, output)
            run.kernel = self._tools.send_inside(passage, lambda parcel: self._become(parcel, order))
            run.waiting.add(run.kernel)
            answer = {"kernel": run.kernel, **state()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
            self._kill(run)
        self._answer(run, answer, folders if "error" not in answer else [])
        for descriptor in (*folders, *descriptors):
            os.close(descriptor)

    def _reap(self, _: object) -> None:
        os.read(self._woken, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for run in list(self._runs.values()):
                if pid in run.waiting:
                    self._ended(run, pid, os.waitstatus_to_exitcode(status))

    def _ended(self, run: Run, pid: int, status: int) -> None:
        run.waiting.discard(pid)
        if pid == run.kernel:
            self._answer(run, {"exit": status})
        elif run.box is not None and pid == run.box.monitor.pid:
            run.box.monitor.returncode = status
        self._tell_when_gone(run)

    def _tell_when_gone(self, run: Run) -> None:
        if not run.waiting:
            self._answer(run, {"gone": True})

    def _kill(self, run: Run) -> None:
        """End the box's first process, and with it every other; then the monitor outside."""
        if run.box is None or run.box.monitor.pid not in run.waiting:
            return
        for pid in (run.box.first, run.box.monitor.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _answer(self, run: Run, answer: dict, descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(run.connection, [json.dumps(answer).encode()], descriptors or [])
        except OSError:
            pass

    def _forget(self, run: Run) -> None:
        self._selector.unregister(run.connection)
        self._runs.pop(run.connection.fileno(), None)
        run.connection.close()
        if run.box is not None:
            for pipe in (run.box.monitor.stdin, run.box.monitor.stdout, run.box.monitor.stderr):
                pipe.close()


def state() -> dict:
    """What must stay small, for whoever looks: the threads, and whether TensorFlow has begun to compute."""
    context = sys.modules.get("tensorflow.python.eager.context")
    started = getattr(getattr(context, "_context", None), "_context_handle", None) is not None
    return {"threads": len(os.listdir("/proc/self/task")), "context": started}  # noqa: PTH208
