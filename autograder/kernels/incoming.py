"""The grader's end of the stream that a boxed kernel's evidence leaves by."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

from autograder.errors import HarnessFault
from autograder.evidence.receiving import KEY_BYTES, Receiver

_PIECE_BYTES = 1 << 20  # what is taken out of the socket at once, at most


class EvidenceChannel:
    """A pair of sockets, and the thread that writes into `folder` what comes out of one of them.

    Sockets, because nobody can open one anew through /proc to read what others wrote into it.

    Attributes:
        theirs: descriptor of the end that goes into the box; `hand_over` when it is there, or will never be.
    """

    def __init__(self, folder: Path, last_cell: int | None) -> None:
        self._ours, theirs = socket.socketpair()
        self.theirs = theirs.detach()
        key = os.urandom(KEY_BYTES)
        self._ours.sendall(key)
        self._receiver = Receiver(folder, key, last_cell)
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._receive, name="evidence", daemon=True)
        self._thread.start()

    def hand_over(self) -> None:
        """Let go of the end for the box: it is there."""
        if self.theirs >= 0:
            os.close(self.theirs)
            self.theirs = -1

    def close(self) -> None:
        """Take in what was sent until now, and nothing that comes later. Idempotent.

        Raises `HarnessFault` when the evidence could not be written.
        """
        self.hand_over()
        with contextlib.suppress(OSError):  # closed already, or the other end is
            self._ours.shutdown(socket.SHUT_RD)  # what was sent before can still be read
        self._thread.join()
        self._ours.close()
        if self._error is not None:
            raise HarnessFault(
                f"The record of a run could not be written: {self._error}.", "Make room and grade again."
            )

    def fault(self) -> str:
        """What broke the stream, empty where nothing did; known after `close`."""
        return self._receiver.fault

    def ended(self) -> bool:
        """Whether the recorder told that the last cell has ended; known after `close`."""
        return self._receiver.ended

    def _receive(self) -> None:
        try:
            while not self._receiver.done and (data := self._next()):
                self._receiver.feed(data)
        except OSError as error:
            self._error = error
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)  # whoever still writes is not kept waiting
        try:
            self._receiver.close()
        except OSError as error:
            self._error = self._error or error

    def _next(self) -> bytes:
        try:
            return self._ours.recv(_PIECE_BYTES)
        except ConnectionError:  # ended before it took its key
            return b""
