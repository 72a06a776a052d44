"""One connection to a ZeroMQ socket of a kernel, in plain Python: a message is counted while it comes, and kept only within its cap.

ZeroMQ itself bounds each part of a message and neither the number of parts nor what waits to be read. The protocol is
ZMTP 3.0 (rfc.zeromq.org/spec/23) without security; a kernel's own ZeroMQ speaks it with older peers.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

MESSAGE_CAP = 16 * 2**20  # bytes of one message with all its parts; a figure takes some 100 kB
MAX_PARTS = 1000  # of one message; a kernel sends 6, and one more for each binary buffer of a widget
_PIECE = 1 << 18  # bytes that are read at once
_ENOUGH = 1 << 20  # bytes after which whoever listens looks at what has come
_GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
_MORE, _LONG, _COMMAND = 1, 2, 4
_HEADER_BYTES = 9  # of the longest frame header: flags and a size of eight bytes


class NoPeer(Exception):
    """What answers on a socket does not speak the protocol, or sends a message of more parts than any kernel does."""


def _frame(flags: int, body: bytes) -> bytes:
    if len(body) < 256:
        return bytes((flags, len(body))) + body
    return struct.pack(">BQ", flags | _LONG, len(body)) + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + struct.pack(">I", len(value)) + value


class Peer:
    """A connected socket of the kernel: `kind` is ours, DEALER to ask or SUB to listen. Never waits for the other side.

    Attributes:
        open: whether the other side may still send.
        count: bytes that have come, all told.
        oversized: messages that were longer than the cap, and were thrown away as they came.
    """

    def __init__(self, connected: socket.socket, kind: bytes, identity: bytes) -> None:
        self.open = True
        self.count = 0
        self.oversized = 0
        self._socket = connected
        self._socket.setblocking(False)
        ready = b"\x05READY" + _property(b"Socket-Type", kind)
        if kind == b"DEALER":
            ready += _property(b"Identity", identity)
        self._out = bytearray(_GREETING)
        self._later = bytearray(_frame(_COMMAND, ready))  # sent when the other side has sent its greeting
        if kind == b"SUB":
            self._later += _frame(0, b"\x01")  # subscribes to everything
        self._in = bytearray()
        self._greeted = False
        self._parts: list[bytes] = []
        self._size = 0  # of the parts so far, in bytes
        self._count = 0
        self._left = 0  # bytes to come of a part that is thrown away
        self._last = True  # whether that part ends its message
        self.flush()

    def fileno(self) -> int:
        """The descriptor, for `select`."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up."""
        self.open = False
        self._socket.close()

    @property
    def waiting(self) -> bool:
        """Whether something is still to be sent."""
        return self.open and bool(self._out)

    def send(self, parts: list[bytes]) -> None:
        """Send one message, as far as the other side takes it now; the rest goes with a later `flush`."""
        waiting = self._out if self._greeted else self._later
        for at, part in enumerate(parts):
            waiting += _frame(_MORE if at < len(parts) - 1 else 0, part)
        self.flush()

    def flush(self) -> None:
        """Send what is waiting, as far as the other side takes it."""
        try:
            while self._out:
                del self._out[: self._socket.send(self._out[:_PIECE])]
        except BlockingIOError:
            pass
        except OSError:  # it has hung up; what it sent before may still be read
            self._out.clear()

    def messages(self) -> Iterator[tuple[list[bytes], int]]:
        """The messages that have come, each with its size in bytes; ends when no more is there, or enough for now.

        Raises `NoPeer` for bytes that are no ZMTP.
        """
        found, most = False, self.count + 2 * MESSAGE_CAP
        enough = self.count + _ENOUGH
        while self.count < (enough if found else most):
            try:
                piece = self._socket.recv(_PIECE)
            except BlockingIOError:
                return
            except OSError:
                piece = b""
            if not piece:
                self.open = False
                return
            self.count += len(piece)
            self._in += piece
            for message in self._complete():
                found = True
                yield message

    def _complete(self) -> Iterator[tuple[list[bytes], int]]:
        """The messages that end within what was read."""
        while self._greet() and (found := self._next_part()) is not None:
            flags, part = found
            if flags & _COMMAND:
                continue
            self._count += 1
            if self._count > MAX_PARTS:
                raise NoPeer
            if part is None:
                self._parts.clear()
                self._size = MESSAGE_CAP + 1  # the rest of its parts goes the same way
            else:
                self._size += len(part)
                self._parts.append(part)
            if flags & _MORE:
                continue
            parts, size = self._parts, self._size
            self._parts, self._size, self._count = [], 0, 0
            if size > MESSAGE_CAP:
                self.oversized += 1
            else:
                yield parts, size

    def _greet(self) -> bool:
        """Whether the other side's greeting has come; raises `NoPeer` when it is none."""
        if not self._greeted and len(self._in) >= len(_GREETING):
            if self._in[0] != 0xFF or self._in[9] != 0x7F or self._in[10] < 3 or self._in[12:17] != b"NULL\0":
                raise NoPeer
            del self._in[: len(_GREETING)]
            self._greeted = True
            self._out += self._later
            self.flush()
        return self._greeted

    def _next_part(self) -> tuple[int, bytes | None] | None:
        """Flags and bytes of the next part; None in place of bytes that were thrown away; None when more must come first."""
        if self._left:
            gone = min(self._left, len(self._in))
            del self._in[:gone]
            self._left -= gone
            return None if self._left else (0 if self._last else _MORE, None)
        if len(self._in) < 2:
            return None
        flags = self._in[0]
        if flags & ~(_MORE | _LONG | _COMMAND):
            raise NoPeer
        start = _HEADER_BYTES if flags & _LONG else 2
        if len(self._in) < start:
            return None
        size = struct.unpack_from(">Q", self._in, 1)[0] if flags & _LONG else self._in[1]
        if size + self._size > MESSAGE_CAP:
            if flags & _COMMAND:
                raise NoPeer
            del self._in[:start]
            self._left, self._last = size, not flags & _MORE
            return self._next_part()
        if len(self._in) < start + size:
            return None
        part = bytes(memoryview(self._in)[start : start + size])
        del self._in[: start + size]
        return flags, part
