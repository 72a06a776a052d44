"""Kernels asked of a zygote: one connection for each, which tells how it ends and ends it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time

from autograder.errors import HarnessFault
from autograder.sandbox import cgroup, mounts
from autograder.sandbox.limits import BoxLimits

from .bootstrap import IMPORTS
from .boxed import BoxedKernel, StartedProcess, environment, new_key, pack_for
from .incoming import EvidenceChannel
from .kernel import KernelSpec
from .zygote.messages import (
    ANSWER_BYTES,
    DESCRIPTORS,
    KILL,
    Answer,
    Exited,
    Forked,
    Gone,
    Order,
    Refused,
    decode,
)

# A box stands after 0.02 s and a kernel listens after 0.4 s; these are for machines whose memory is being swapped.
ANSWER_SECONDS = 30.0
END_SECONDS = 10.0
SOCKET_SECONDS = 60.0

NO_ANSWER = "The process that keeps kernels warm does not answer."
HAS_ENDED = "The process that keeps kernels warm has ended."


class ZygoteConnection:
    """One connection to the zygote, for one process in a box: asks for it, and hears what became of it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.connect(address)
        self._status: int | None = None
        self._gone = False
        self._lock = threading.Lock()

    def ask(self, order: Order, descriptors: list[int]) -> tuple[Answer, list[int]]:
        """Send an order with descriptors; the answer, and the descriptors that came with it."""
        socket.send_fds(self._socket, [order.to_json()], descriptors)
        self._socket.settimeout(ANSWER_SECONDS)
        try:
            message, received, _, _ = socket.recv_fds(self._socket, ANSWER_BYTES, DESCRIPTORS)
        except TimeoutError as error:
            raise HarnessFault(NO_ANSWER) from error
        if not message:
            raise HarnessFault(HAS_ENDED)
        return decode(message), received

    def status(self) -> int | None:
        """The process's exit status, or None while it runs."""
        with self._lock:
            self._hear(0)
        if self._gone and self._status is None:
            raise HarnessFault(HAS_ENDED)
        return self._status

    def end(self) -> None:
        """Have the box ended, and wait until it is."""
        with contextlib.suppress(OSError):
            self._socket.send(KILL)
        end = time.monotonic() + END_SECONDS
        with self._lock:
            while not self._gone and time.monotonic() < end:
                self._hear(0.5)

    def close(self) -> None:
        """Hang up; the zygote then ends what is left."""
        self._gone = True
        self._socket.close()

    def _hear(self, seconds: float) -> None:
        """Take in what the zygote has said, waiting at most `seconds` for the first message."""
        while not self._gone and select.select([self._socket], [], [], seconds)[0]:
            try:
                message = self._socket.recv(ANSWER_BYTES)
            except OSError:
                message = b""
            if not message:
                self._gone = True
                return
            answer = decode(message)
            if isinstance(answer, Exited):
                self._status = answer.status
            self._gone = isinstance(answer, Gone)
            seconds = 0


def start_warm_kernel(
    spec: KernelSpec, address: str, limits: BoxLimits, imports: tuple[str, ...] = IMPORTS
) -> BoxedKernel:
    """A kernel forked from the zygote at `address`, in a new box. Raises `HarnessFault` when it cannot be had."""
    key = new_key()
    order = Order(environment(spec), mounts.BoxView(spec.data_dir, limits.disk_bytes), limits)
    channel = EvidenceChannel(spec.evidence_dir, spec.last_cell)
    try:
        started = fork_into_box(address, order, pack_for(spec, imports, key), channel.theirs)
    except BaseException:
        channel.close()
        raise
    kernel = BoxedKernel(spec, started, limits, key, channel)
    kernel.await_sockets(SOCKET_SECONDS)
    return kernel


def fork_into_box(address: str, order: Order, payload: int, evidence: int | None = None) -> StartedProcess:
    """What `order` asks of the zygote at `address`, begun in a new box; the descriptor `payload` is closed.

    `evidence` is the descriptor that a kernel sends its evidence into; it stays open here.
    Raises `HarnessFault` when it cannot be had.
    """
    group = cgroup.make(order.limits)
    output_read, output_write = os.pipe()
    sent = [payload, output_write]
    connection: ZygoteConnection | None = None
    try:
        sent += [os.dup(evidence)] if evidence is not None else []
        sent += group.cgroup_fds() if group is not None else []
        connection = ZygoteConnection(address)
        answer, received = connection.ask(order, sent)
        if not isinstance(answer, Forked):
            said = answer.error if isinstance(answer, Refused) else f"it answered {answer}"
            raise HarnessFault(f"No warm kernel could be started: {said}.")
    except (OSError, HarnessFault) as error:
        os.close(output_read)
        if connection is not None:
            connection.close()
        if group is not None:
            group.remove()
        if isinstance(error, HarnessFault):
            raise
        raise HarnessFault(f"No warm kernels here: {error}.") from error
    finally:
        for descriptor in sent:
            os.close(descriptor)
    folders = dict(zip(mounts.folders(order.view), received, strict=True))
    return StartedProcess(connection.status, connection.end, 3, folders, group, output_read, warm=True)
