"""A process with all that a worker imports and the index of the known images, which forks a worker for every request.

    python -m autograder.batch.fork_server DATASET...   (descriptor 0: a socket of the batch, see `fork_client`)

It has one thread, runs nothing of a submission, and ends when the batch does; its workers then get SIGTERM.
"""

from __future__ import annotations

import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import traceback

import numpy as np

from .messages import ORDER_BYTES, StartWorker, decode

# All that a worker of a boxed grading imports on its way; without them every submission costs half a second of CPU more.
PRELOADED = (
    "autograder.batch.apart",
    "autograder.batch.worker",
    "autograder.gradebook.records_json",
    "autograder.kernels.boxed_warm",
    "autograder.pipeline",
    "autograder.replay.boxed",
    "scipy.special",
)


def preload(names: list[str]) -> None:
    """Import what grading needs, and build the indexes of these data sets; a worker that lacks one says so itself."""
    from autograder.errors import AutograderError
    from autograder.recognition import known_images

    for module in PRELOADED:
        importlib.import_module(module)
    os.environ.pop("OPENBLAS_NUM_THREADS", None)  # read by now; a notebook's own kernel decides for itself
    for name in names:
        try:
            images = known_images.load(name)
            images.find(images.images(np.array([0])))
        except AutograderError:
            continue
    gc.collect()
    gc.freeze()


class ForkServer:
    """Starts workers, ends them when asked, and tells how each ended on a pipe of its own."""

    def __init__(self, batch: socket.socket) -> None:
        self._batch = batch
        self._fates: dict[int, int] = {}  # pid of a worker -> the pipe that tells of it
        self._selector = selectors.DefaultSelector()
        self._selector.register(batch, selectors.EVENT_READ, self._hear)
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Until the batch hangs up."""
        while True:
            for key, _ in self._selector.select():
                key.data()

    def _hear(self) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._batch, ORDER_BYTES, 3)
        except OSError:
            message, descriptors = b"", []
        if not message:
            os._exit(0)
        order = decode(message)
        if isinstance(order, StartWorker):
            self._start(*descriptors)
        elif order.pid in self._fates:  # not reaped yet, so the number is still this worker's
            os.kill(order.pid, order.signal)

    def _start(self, request: int, words: int, fate: int) -> None:
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # the closed pipe says that there is no worker
            pid = -1
        if pid == 0:
            self._become_worker(server, request, words, fate)
        if pid > 0:
            self._fates[pid] = fate
            os.write(fate, f"{pid}\n".encode())
        for descriptor in (request, words, *([] if pid > 0 else [fate])):
            os.close(descriptor)

    def _become_worker(self, parent: int, request: int, words: int, fate: int) -> None:
        """In the fork: let go of all that is the server's, do the job, end."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDWR)
            for source, target in ((request, 0), (null, 1), (words, 2)):
                os.dup2(source, target)
            self._selector.close()
            self._batch.close()  # or a batch whose server has died would go on writing to it
            for descriptor in (request, words, fate, null, self._woken, self._wake, *self._fates.values()):
                os.close(descriptor)
            os.setsid()
            from . import worker

            status = worker.main(parent)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        try:
            os.read(self._woken, 4096)
        except BlockingIOError:
            pass
        while self._fates:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            fate = self._fates.pop(pid, None)
            if fate is not None:
                try:
                    os.write(fate, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                except BrokenPipeError:
                    pass
                os.close(fate)


def main() -> None:
    """Load everything, serve."""
    batch = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    preload(sys.argv[1:])
    ForkServer(batch).serve()


if __name__ == "__main__":
    main()
