"""The stream by which evidence leaves: frames, each numbered and signed together with all before it, written at once.

A frame is its kind, its running number and the length of its body (`HEAD`), the body, and a digest over all frames so far,
keyed by what whoever reads the stream sent into it before. Bodies: an event is one line of JSON without its end; an array
is the bytes of a .npy file, whose reference is its place among the arrays; a drop is the five digits of arrays, one after
the other, that no event needs any more.
"""

from __future__ import annotations

import io
import os
import select
import struct
from collections import deque
from collections.abc import Container, Sequence
from hashlib import blake2b
from pathlib import Path
from sys import _getframe  # a name of its own, which the recorder guards

EVENT, ARRAY, DROP = 1, 2, 3
HEAD = struct.Struct(">BII")  # kind, number, bytes of the body
DIGEST_BYTES = 16
KEY_BYTES = 32
FILE_NAME = "evidence.stream"
Piece = bytes | memoryview


class FrameStream:
    """Writes frames; whoever calls it lets only one thread in at a time.

    Args:
        out: a folder, in which the file `FILE_NAME` is made; or the number of a descriptor that gives the key and then
            takes the frames; or an object with `write`.

    A reader that is gone, or a full disk, ends the stream without a word. Forks of this process write nothing: they have
    the same descriptor.
    """

    def __init__(self, out: Path | int | io.RawIOBase) -> None:
        key, self._file = b"", _opened(out)
        if isinstance(out, int):
            key = os.read(out, KEY_BYTES)
        self._chain = blake2b(key=key, digest_size=DIGEST_BYTES)
        self._number = 0
        self._process = os.getpid()
        self._descriptor = self._file.fileno() if not isinstance(out, io.RawIOBase) else -1
        self._place = self._where()
        self._unwritten: deque[memoryview] = deque()
        self._writing = self._gone = False
        self._senders: Container[int] | None = None

    def only_for(self, senders: Container[int]) -> None:
        """From now on, `send` serves only callers whose code has one of these identities."""
        self._senders = senders

    def send(self, kind: int, body: Sequence[Piece], digest: bytes = b"") -> None:
        """Write one frame whole.

        Args:
            kind: `EVENT`, `ARRAY` or `DROP`.
            body: its pieces.
            digest: of the body, where there is one already; the chain then goes over it instead of over the body.
        """
        if self._gone or os.getpid() != self._process:
            return
        if self._senders is not None and id(_getframe(1).f_code) not in self._senders:
            return
        length = sum(len(piece) for piece in body)
        head = HEAD.pack(kind, self._number, length)
        self._number += 1
        self._chain.update(head)
        for piece in (digest,) if digest else body:
            self._chain.update(piece)
        pieces = (head, *body, self._chain.digest())
        if length < io.DEFAULT_BUFFER_SIZE:
            pieces = (b"".join(pieces),)
        self._unwritten.extend(map(memoryview, pieces))
        if (
            not self._writing
        ):  # else a signal's handler came while a frame was being written, which goes first
            self._write()

    def _write(self) -> None:
        """Write all that waits. What an exception out of a signal's handler leaves goes before the next frame."""
        self._writing = True
        try:
            while self._unwritten:
                if self._where() != self._place:
                    raise OSError("the descriptor is another one")
                piece = self._unwritten[0]
                written = self._file.write(piece)
                if written is None:
                    select.select([], [self._descriptor], [])
                elif written < len(piece):
                    self._unwritten[0] = piece[written:]
                else:
                    self._unwritten.popleft()
        except (OSError, ValueError):
            self._gone = True
            self._unwritten.clear()
        finally:
            self._writing = False

    def _where(self) -> tuple[int, int] | None:
        """What the descriptor leads to; a notebook can put another thing in its place."""
        if self._descriptor < 0:
            return None
        facts = os.fstat(self._descriptor)
        return facts.st_dev, facts.st_ino


def _opened(out: Path | int | io.RawIOBase) -> io.RawIOBase:
    if isinstance(out, io.RawIOBase):
        return out
    if isinstance(out, int):
        return io.FileIO(out, "w", closefd=False)
    out.mkdir(parents=True, exist_ok=True)
    return io.FileIO(out / FILE_NAME, "x")
