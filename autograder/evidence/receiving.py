"""Taking in what a recorder sends: frames are checked as they come, and become the files of an evidence folder.

The stream comes out of a process that a submission runs in. Each frame must be the next one, must agree with all before it
(`recorder.stream` describes the format, and the key keeps others from making frames) and must stay within bounds. At the
first that does not, receiving ends: what came before counts. A frame that was cut short by a kernel's end is no fault.
"""

from __future__ import annotations

import hmac
import re
import struct
from hashlib import blake2b
from io import BufferedWriter
from pathlib import Path

EVENT, ARRAY, DROP = 1, 2, 3
HEAD = struct.Struct(">BII")  # kind, number, bytes of the body
DIGEST_BYTES = 16
KEY_BYTES = 32
FILE_NAME = "evidence.stream"

MAX_LINE_BYTES = 16 << 20  # of one event; the history of 100,000 batches takes some megabytes
MAX_LINES_BYTES = 128 << 20  # of all events
MAX_ARRAYS = 20_000
MAX_ONE_ARRAY_BYTES = 64 << 20
MAX_KEPT_BYTES = 768 << 20  # of all arrays that were not dropped again; the recorder stops at 512 MiB
MAX_RECEIVED_BYTES = 5 << 30  # of all arrays together; the recorder stops at 4 GiB
_BODY_BYTES = {EVENT: MAX_LINE_BYTES, ARRAY: MAX_ONE_ARRAY_BYTES, DROP: 5 * MAX_ARRAYS}
_CELL_END = re.compile(rb'\{"kind": "cell_end", "cell": ([0-9]{1,9}),')


class BadFrame(Exception):
    """A frame that no recorder sends; the text says what is wrong with it."""


class Receiver:
    """Writes `events.jsonl` and `arrays/NNNNN.npy` of the bytes that it is fed.

    Args:
        folder: where the files go; made when missing. Nobody else writes into it.
        key: what was sent to the recorder beforehand.
        last_cell: number of the last cell that is run; nothing counts behind its end.

    Attributes:
        fault: what broke the format, empty while nothing did.
        ended: whether the last cell has ended.

    Raises OSError where the files cannot be written.
    """

    def __init__(self, folder: Path, key: bytes = b"", last_cell: int | None = None) -> None:
        self.fault = ""
        self.ended = False
        self._arrays = folder / "arrays"
        self._arrays.mkdir(parents=True, exist_ok=True)
        self._events: BufferedWriter = (folder / "events.jsonl").open("xb")
        self._chain = blake2b(key=key, digest_size=DIGEST_BYTES)
        self._last_cell = last_cell
        self._waiting = bytearray()
        self._number = self._numbered = self._line_bytes = self._kept_bytes = self._received_bytes = 0
        self._sizes: dict[str, int] = {}

    @property
    def done(self) -> bool:
        """Whether nothing that comes counts any more."""
        return self.ended or bool(self.fault)

    def feed(self, data: bytes) -> None:
        """Take in what comes next, in pieces of any size."""
        if self.done:
            return
        self._waiting += data
        used = 0
        try:
            while not self.done and (size := self._take(used)):
                used += size
        except BadFrame as error:
            self.fault = str(error)
        del self._waiting[:used]
        if self.done:
            self._waiting.clear()

    def flush(self) -> None:
        """See that the files hold all that came."""
        self._events.flush()

    def close(self) -> None:
        """Write what is left, and close the files. Idempotent."""
        self._events.close()

    def _take(self, at: int) -> int:
        """Take in the frame that begins at `at`, if it is there whole; its bytes, 0 when it is not."""
        if len(self._waiting) - at < HEAD.size:
            return 0
        kind: int
        number: int
        length: int
        kind, number, length = HEAD.unpack_from(self._waiting, at)
        if kind not in _BODY_BYTES or length > _BODY_BYTES[kind]:
            raise BadFrame(f"a frame of kind {kind} with {length} bytes")
        if number != self._number:
            raise BadFrame(f"frame {number} in place of frame {self._number}")
        begin = at + HEAD.size
        end = begin + length
        if len(self._waiting) < end + DIGEST_BYTES:
            return 0
        head, body = bytes(self._waiting[at:begin]), bytes(self._waiting[begin:end])
        self._chain.update(head)
        self._chain.update(blake2b(body, digest_size=DIGEST_BYTES).digest() if kind == ARRAY else body)
        if not hmac.compare_digest(self._chain.digest(), bytes(self._waiting[end : end + DIGEST_BYTES])):
            raise BadFrame(f"frame {number} does not go with those before it")
        self._number += 1
        self._keep(kind, body)
        return HEAD.size + length + DIGEST_BYTES

    def _keep(self, kind: int, body: bytes) -> None:
        if kind == EVENT:
            self._keep_event(body)
        elif kind == ARRAY:
            self._keep_array(body)
        else:
            self._drop(body)

    def _keep_event(self, line: bytes) -> None:
        self._line_bytes += len(line) + 1
        if self._line_bytes > MAX_LINES_BYTES or b"\n" in line:
            raise BadFrame("more events than there may be, or one of more than a line")
        self._events.write(line + b"\n")
        cell = _CELL_END.match(line)
        self.ended = cell is not None and int(cell.group(1)) == self._last_cell

    def _keep_array(self, content: bytes) -> None:
        self._received_bytes += len(content)
        self._kept_bytes += len(content)
        if (
            self._numbered >= MAX_ARRAYS
            or self._kept_bytes > MAX_KEPT_BYTES
            or self._received_bytes > MAX_RECEIVED_BYTES
        ):
            raise BadFrame("more arrays than there may be")
        ref = f"{self._numbered:05d}"
        self._numbered += 1
        self._sizes[ref] = len(content)
        with (self._arrays / f"{ref}.npy").open("xb") as file:
            file.write(content)

    def _drop(self, body: bytes) -> None:
        for at in range(0, len(body), 5):
            ref = body[at : at + 5].decode("ascii", "replace")
            if ref not in self._sizes:
                raise BadFrame("an array is dropped that there is not")
            self._kept_bytes -= self._sizes.pop(ref)
            (self._arrays / f"{ref}.npy").unlink()


def unpack(stream: Path, folder: Path, last_cell: int | None = None) -> Receiver:
    """Take in a stream that was written into a file, as far as it goes; what is missing says nothing. Closed already."""
    receiver = Receiver(folder, b"", last_cell)
    try:
        with stream.open("rb") as file:
            while not receiver.done and (data := file.read(1 << 20)):
                receiver.feed(data)
    except FileNotFoundError:
        pass
    finally:
        receiver.close()
    return receiver
