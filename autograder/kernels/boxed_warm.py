"""Kernels asked of a zygote: one connection for each, which tells how it ends and ends it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import threading
import time

from autograder.errors import HarnessFault
from autograder.sandbox import cgroup, mounts
from autograder.sandbox.limits import Limits

from .boxed import BoxedKernel, Started, environment, new_key, pack_for
from .kernel import KernelSpec

ANSWER_SECONDS = 30.0
END_SECONDS = 10.0
SOCKET_SECONDS = 60.0


class Line:
    """One connection to the zygote, for one run: asks, and hears what became of it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.connect(address)
        self._status: int | None = None
        self._gone = False
        self._lock = threading.Lock()

    def ask(self, order: dict, descriptors: list[int]) -> tuple[dict, list[int]]:
        """Send an order with descriptors; the answer, and the descriptors that came with it."""
        socket.send_fds(self._socket, [json.dumps(order).encode()], descriptors)
        self._socket.settimeout(ANSWER_SECONDS)
        try:
            message, received, _, _ = socket.recv_fds(self._socket, 65536, 16)
        except TimeoutError as error:
            raise HarnessFault("The process that keeps kernels warm does not answer.") from error
        if not message:
            raise HarnessFault("The process that keeps kernels warm has ended.")
        return json.loads(message), received

    def status(self) -> int | None:
        """The kernel's exit status, or None while it runs."""
        with self._lock:
            self._hear(0)
        if self._gone and self._status is None:
            raise HarnessFault("The process that keeps kernels warm has ended.")
        return self._status

    def end(self) -> None:
        """Have the box ended, and wait until it is."""
        with contextlib.suppress(OSError):
            self._socket.send(b"kill")
        end = time.monotonic() + END_SECONDS
        with self._lock:
            while not self._gone and time.monotonic() < end:
                self._hear(0.5)

    def close(self) -> None:
        """Hang up; the zygote then ends what is left."""
        self._gone = True
        self._socket.close()

    def _hear(self, seconds: float) -> None:
        while not self._gone and select.select([self._socket], [], [], seconds)[0]:
            try:
                message = self._socket.recv(65536)
            except OSError:
                message = b""
            if not message:
                self._gone = True
                return
            fact = json.loads(message)
            self._status = fact.get("exit", self._status)
            self._gone = self._gone or fact.get("gone", False)
            seconds = 0


def launch(
    spec: KernelSpec,
    address: str,
    limits: Limits,
    imports: tuple[str, ...] = ("tensorflow", "keras", "matplotlib"),
) -> BoxedKernel:
    """A kernel forked from the zygote at `address`, in a new box. Raises `HarnessFault` when it cannot be had."""
    key = new_key()
    view = mounts.View(spec.data_dir, limits.disk_bytes, limits.evidence_bytes)
    order = {"environment": environment(spec)}
    kernel = BoxedKernel(spec, fork(address, order, view, limits, pack_for(spec, imports, key)), limits, key)
    kernel.await_sockets(SOCKET_SECONDS)
    return kernel


def fork(address: str, order: dict, view: mounts.View, limits: Limits, parcel: int) -> Started:
    """Whatever `order` asks of the zygote at `address`, begun in a new box; `parcel` is closed.

    Raises `HarnessFault` when it cannot be had.
    """
    group = cgroup.make(limits)
    output_read, output_write = os.pipe()
    sent = [parcel, output_write]
    line: Line | None = None
    try:
        sent += group.doors() if group is not None else []
        line = Line(address)
        answer, received = line.ask(order | {"view": view.as_json(), "limits": limits.as_json()}, sent)
        if "error" in answer:
            raise HarnessFault(f"No warm kernel could be started: {answer['error']}.")
    except (OSError, HarnessFault) as error:
        os.close(output_read)
        if line is not None:
            line.close()
        if group is not None:
            group.remove()
        raise (
            error if isinstance(error, HarnessFault) else HarnessFault(f"No warm kernels here: {error}.")
        ) from error
    finally:
        for descriptor in sent:
            os.close(descriptor)
    folders = dict(zip(mounts.FOLDERS, received, strict=True))
    return Started(line.status, line.end, 3, folders, group, output_read, warm=True)
