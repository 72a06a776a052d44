"""The batch's side of its fork server: workers that start with everything imported, where the system can fork them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

from autograder.kernels.unboxed import PACKAGE

_END_SECONDS = 5.0


class ForkedWorker:
    """A worker of the fork server; the few methods of `subprocess.Popen` that a worker is handled by."""

    def __init__(self, server: WorkerForkServer, fate: int) -> None:
        self._server, self._fate = server, fate
        self._told = b""
        self._over = False
        self._lock = threading.Lock()

    @property
    def returncode(self) -> int | None:
        """Exit status (negative: a signal), None while it runs or when its end was never told."""
        lines = self._told.split(b"\n")
        return int(lines[1]) if len(lines) > 2 else None

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
            select.select([self._fate], [], [], left)
        return self._status()

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _status(self) -> int:
        return -signal.SIGKILL if self.returncode is None else self.returncode

    def _send(self, number: int) -> None:
        with self._lock:
            self._hear(5)  # its pid is told at once
        with contextlib.suppress(OSError, ValueError):
            self._server.send({"end": int(self._told.split(b"\n")[0]), "signal": int(number)})

    def _hear(self, seconds: float) -> None:
        """Take in what was told; waits only for the first word."""
        wait = 0 if b"\n" in self._told else seconds
        while not self._over and select.select([self._fate], [], [], wait)[0]:
            said = os.read(self._fate, 64)
            self._told += said
            self._over = not said or self.returncode is not None
            wait = 0

    def __del__(self) -> None:
        os.close(self._fate)


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
        told, fate = os.pipe()
        worker = ForkedWorker(self, told)
        try:
            self.send({}, [request, words, fate])
        finally:
            os.close(fate)
        return worker

    def send(self, order: dict, descriptors: list[int] | None = None) -> None:
        """One message to the server."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(order).encode()], descriptors or [])


def forking_workers(data: tuple[str, ...] = ()) -> contextlib.AbstractContextManager[WorkerForkServer | None]:
    """A fork server where forking a process that has loaded libraries is safe: on Linux. None elsewhere."""
    return WorkerForkServer(data) if sys.platform.startswith("linux") else contextlib.nullcontext()
