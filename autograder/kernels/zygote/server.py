"""The zygote's side of its connections: a box and a fork for every order, and word of how they ended (see `messages`)."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from autograder.sandbox.mounts import folders as folders_of

from .messages import (
    DESCRIPTORS,
    KILL,
    ORDER_BYTES,
    Answer,
    Exited,
    Forked,
    Gone,
    Order,
    Refused,
    ZygoteState,
    encode,
)

if TYPE_CHECKING:
    from autograder.sandbox.bwrap import Box


class BoxMaker(Protocol):
    """What makes boxes and sends forks into them: `process.Tools`."""

    def stand(self, order: Order) -> Box:
        """A standing box without a process of ours."""

    def send_inside(
        self, box: Box, order: Order, descriptors: list[int], become: Callable[[int], None]
    ) -> int:
        """The pid of a fork that calls `become(payload)` inside; `descriptors` came with the order."""


@dataclass
class BoxRun:
    """One box with one process of ours in it, on behalf of one connection.

    Attributes:
        process: pid of the fork in the box, 0 while there is none.
        waiting: pids of this run that have not ended: the fork's and the box's monitor's.
    """

    connection: socket.socket
    box: Box | None = None
    process: int = 0
    waiting: set[int] = field(default_factory=set)


class ZygoteServer:
    """Answers the grader's workers one message at a time; everything it waits for is an event."""

    def __init__(
        self, listener: socket.socket, boxes: BoxMaker, become: Callable[[int, Order], None]
    ) -> None:
        self._boxes, self._become = boxes, become
        self._runs: dict[int, BoxRun] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, lambda: self._accept(listener))
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
                key.data()

    def _end(self) -> None:
        for run in self._runs.values():
            self._kill(run)
        with contextlib.suppress(ChildProcessError):
            while True:  # until nothing that came from this process is left
                os.wait()
        os._exit(0)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        run = BoxRun(connection)
        self._runs[connection.fileno()] = run
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._hear(run))

    def _hear(self, run: BoxRun) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(run.connection, ORDER_BYTES, DESCRIPTORS)
        except OSError:
            message, descriptors = b"", []
        if not message:
            self._kill(run)
            self._forget(run)
        elif message == KILL:
            self._kill(run)
            self._tell_when_gone(run)
        else:
            self._start(run, Order.from_json(message), descriptors)

    def _start(self, run: BoxRun, order: Order, descriptors: list[int]) -> None:
        """Make a box and send a fork into it; the answer carries open folders of the box, or says what failed."""
        folders: list[int] = []
        answer: Answer
        try:
            run.box = self._boxes.stand(order)
            run.waiting.add(run.box.monitor.pid)
            folders = [run.box.open(path) for path in folders_of(order.view).values()]
            run.process = self._boxes.send_inside(
                run.box, order, descriptors, lambda payload: self._become(payload, order)
            )
            run.waiting.add(run.process)
            state = zygote_state()
            answer = Forked(state.threads, state.context, run.process)
        except Exception as error:
            answer = Refused(f"{type(error).__name__}: {error}")
            self._kill(run)
        self._answer(run, answer, folders if isinstance(answer, Forked) else [])
        for descriptor in (*folders, *descriptors):
            os.close(descriptor)

    def _reap(self) -> None:
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

    def _ended(self, run: BoxRun, pid: int, status: int) -> None:
        run.waiting.discard(pid)
        if pid == run.process:
            self._answer(run, Exited(status))
        elif run.box is not None and pid == run.box.monitor.pid:
            run.box.monitor.returncode = status
        self._tell_when_gone(run)

    def _tell_when_gone(self, run: BoxRun) -> None:
        if not run.waiting:
            self._answer(run, Gone())

    def _kill(self, run: BoxRun) -> None:
        """End the box's first process, and with it every other; then the monitor outside."""
        if run.box is None or run.box.monitor.pid not in run.waiting:
            return
        for pid in (run.box.first, run.box.monitor.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _answer(self, run: BoxRun, answer: Answer, descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(run.connection, [encode(answer)], descriptors or [])
        except OSError:
            pass

    def _forget(self, run: BoxRun) -> None:
        self._selector.unregister(run.connection)
        self._runs.pop(run.connection.fileno(), None)
        run.connection.close()
        if run.box is not None:
            run.box.close_pipes()


def zygote_state() -> ZygoteState:
    """Threads of this process, and whether TensorFlow has a context."""
    context = sys.modules.get("tensorflow.python.eager.context")
    started = getattr(getattr(context, "_context", None), "_context_handle", None) is not None
    return ZygoteState(len(os.listdir("/proc/self/task")), started)  # noqa: PTH208
