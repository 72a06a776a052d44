"""The batch's side of its fork server: workers that start with everything imported, where the system can fork them.

Why not `multiprocessing` with its fork server: tried on 24 submissions judged one a process, it took 0.61 to 0.69 CPU
seconds each instead of 0.53 to 0.58 and half as long again; it keeps one server for the life of a process, runs the
caller's main script once more in every worker, and its way to end a server is private.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

from autograder.kernels.unboxed import PACKAGE

from .messages import FATE_BYTES, EndWorker, ServerOrder, StartWorker, WorkerFate, encode

_PID_SECONDS = 5.0  # a pid is told as soon as the server has imported everything
_END_SECONDS = 5.0  # a server that is hung up on ends at once, unless it is still importing


class ForkedWorker:
    """A worker of the fork server; the few methods of `subprocess.Popen` that a worker is handled by."""

    def __init__(self, server: WorkerForkServer, fate_pipe: int) -> None:
        self._server, self._fate_pipe = server, fate_pipe
        self._said = b""
        self.fate = WorkerFate()
        self._over = False
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Like `Popen.poll`; a worker whose server is gone counts as killed."""
        with self._lock:
            self._hear(0)
        return self._status() if self._over else None

    def wait(self, timeout: float) -> int:
        """Like `Popen.wait`: raises `TimeoutExpired`."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            left = end - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("worker", timeout)
            select.select([self._fate_pipe], [], [], left)
        return self._status()

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _status(self) -> int:
        return -signal.SIGKILL if self.fate.status is None else self.fate.status

    def _send(self, number: int) -> None:
        with self._lock:
            self._hear(_PID_SECONDS)
        if self.fate.pid is not None:
            with contextlib.suppress(OSError):
                self._server.send(EndWorker(self.fate.pid, number))

    def _hear(self, seconds: float) -> None:
        """Take in what was told; waits, and only so long, when nothing was told yet."""
        wait = seconds if self.fate.pid is None else 0.0
        while not self._over and select.select([self._fate_pipe], [], [], wait)[0]:
            said = os.read(self._fate_pipe, FATE_BYTES)
            self._said += said
            self.fate = WorkerFate.from_lines(self._said)
            self._over = not said or self.fate.status is not None
            wait = 0.0

    def __del__(self) -> None:
        os.close(self._fate_pipe)


class WorkerForkServer:
    """The fork server of a batch, which imports while the batch goes on. Use as a context manager."""

    def __init__(self, data: tuple[str, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.batch.fork_server", *data],
            cwd=PACKAGE.parent,
            # one worker a processor: threads of the linear algebra would wait for each other, and must not be forked
            env=os.environ | {"PYTHONPATH": str(PACKAGE.parent), "OPENBLAS_NUM_THREADS": "1"},
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the batch alone
        )
        theirs.close()

    def __enter__(self) -> WorkerForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def fork(self, request: int, words: int) -> ForkedWorker:
        """A worker that reads the descriptor `request` and complains to `words`. Raises OSError when there is none."""
        fate_read, fate_write = os.pipe()
        worker = ForkedWorker(self, fate_read)
        try:
            self.send(StartWorker(), [request, words, fate_write])
        finally:
            os.close(fate_write)
        return worker

    def send(self, order: ServerOrder, descriptors: list[int] | None = None) -> None:
        """One message to the server."""
        with self._lock:
            socket.send_fds(self._socket, [encode(order)], descriptors or [])


def forking_workers(data: tuple[str, ...] = ()) -> contextlib.AbstractContextManager[WorkerForkServer | None]:
    """A fork server where forking a process that has loaded libraries is safe: on Linux. None elsewhere."""
    return WorkerForkServer(data) if sys.platform.startswith("linux") else contextlib.nullcontext()
