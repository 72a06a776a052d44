"""The journal: events as lines of JSON and arrays as .npy files, sent away as they are made, so that a crash costs nothing already seen."""

from __future__ import annotations

import io
import json
import math
import threading
from collections.abc import Container, Mapping
from hashlib import blake2b
from sys import _getframe
from types import FrameType
from typing import Any

import numpy as np
from numpy.lib import format as npy

from .places import Place
from .stream import ARRAY, DIGEST_BYTES, DROP, EVENT, FrameStream

KEPT_DTYPES = frozenset({"float16", "float32", "float64", "uint8", "int32", "int64", "bool"})
MAX_ARRAYS = 20_000
MAX_ARRAY_BYTES = 1 << 29
MAX_ONE_ARRAY_BYTES = (1 << 26) - (1 << 12)  # with its header, what `evidence.arrays` reads
MAX_SENT_BYTES = 1 << 32  # of arrays, those that were dropped again included
MAX_EVENT_BYTES = 1 << 26
MAX_LINE_BYTES = 1 << 24
MAX_FAULTS = 50
GUARDED = (
    "event",
    "fault",
    "note",
    "_event",
    "send",
)  # what only the recorder may call, of journal and stream
MAX_TEXT = 2000  # characters; what `evidence.facts` reads


class Journal:
    """Sends events and arrays into a stream.

    Attributes:
        cell: 1-based number of the running cell among the non-silent ones; 0 before the first.
    """

    def __init__(self, stream: FrameStream) -> None:
        self.cell = 0
        self._stream = stream
        self._refs: dict[tuple[str, bytes], str] = {}
        self._sizes: dict[str, tuple[tuple[str, bytes], int]] = {}
        self._heads: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._event_bytes = self._array_bytes = self._sent_bytes = self._numbered = self._faults = 0
        self._noted: set[str] = set()
        self._writers: Mapping[str, Container[int]] | None = None
        self._lock = threading.RLock()

    def only_for(self, writers: Mapping[str, Container[int]]) -> None:
        """From now on, the methods named in `writers` serve only callers whose code has one of these identities.

        Args:
            writers: for `event`, `fault` and `note`, and for what these call themselves.
        """
        self._writers = writers
        self._stream.only_for(writers["send"])

    def _serves(self, method: str, caller: FrameType) -> bool:
        """Whether `caller` may call `method`; what may not is refused, and a note says so."""
        if self._writers is None or id(caller.f_code) in self._writers[method]:
            return True
        self._note(
            "evidence_changed", "something other than the recorder wrote into the record; it was refused"
        )
        return False

    def event(self, kind: str, **fields: Any) -> None:
        """Send one event of `kind`; numbers that are not finite become null, arrays and tuples become lists."""
        if self._serves("event", _getframe(1)):
            self._event(kind, fields)

    def _event(self, kind: str, fields: dict[str, Any]) -> None:
        if not self._serves("_event", _getframe(1)):
            return
        line = json.dumps(plain({"kind": kind, "cell": self.cell, **fields}), allow_nan=False).encode()
        with self._lock:
            full = self._event_bytes + len(line) > MAX_EVENT_BYTES or len(line) > MAX_LINE_BYTES
            if full and kind not in ("note", "cell_end"):
                self._note("events_cap", "more was recorded than the evidence may hold; the rest was dropped")
                return
            self._event_bytes += len(line) + 1
            self._stream.send(EVENT, (line,))

    def array(self, value: Any, space: str = "") -> str | None:
        """Send an array once and return its five-digit reference.

        Args:
            value: anything that numpy can view as numbers; object arrays are refused.
            space: arrays are shared only within a space, so that one space's files can be dropped alone.

        Returns:
            The reference, or None when the caps on number or bytes are reached or it holds no numbers.
        """
        array = _storable(value)
        if array is None:
            return None
        head, data = self._head(array), array.reshape(-1).view(np.uint8).data
        digest = blake2b(head, digest_size=DIGEST_BYTES)
        digest.update(data)
        key = (space, digest.digest())
        with self._lock:
            if key in self._refs:
                return self._refs[key]
            if self._full(array.nbytes):
                self._note("arrays_cap", "more arrays were recorded than the evidence may hold")
                return None
            ref = f"{self._numbered:05d}"
            self._stream.send(ARRAY, (head, data), key[1])
            self._numbered += 1
            self._array_bytes += array.nbytes
            self._sent_bytes += array.nbytes
            self._refs[key] = ref
            self._sizes[ref] = (key, array.nbytes)
            return ref

    def _head(self, array: np.ndarray) -> bytes:
        """What stands before the numbers of `array` in a .npy file."""
        kind = (array.dtype.str, array.shape)
        if kind not in self._heads:
            file = io.BytesIO()
            npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
            self._heads[kind] = file.getvalue()
        return self._heads[kind]

    def _full(self, size: int) -> bool:
        return (
            self._numbered >= MAX_ARRAYS
            or size > MAX_ONE_ARRAY_BYTES
            or self._array_bytes + size > MAX_ARRAY_BYTES
            or self._sent_bytes + size > MAX_SENT_BYTES
        )

    def drop(self, refs: set[str]) -> None:
        """Let go of sent arrays that no event needs any more; their numbers are not used again."""
        with self._lock:
            gone = sorted(refs & self._sizes.keys())
            for ref in gone:
                key, size = self._sizes.pop(ref)
                self._refs.pop(key, None)
                self._array_bytes -= size
            if gone:
                self._stream.send(DROP, ("".join(gone).encode(),))

    def size_of(self, ref: str) -> int:
        """Bytes of a sent array, 0 when it is gone."""
        return self._sizes.get(ref, (None, 0))[1]

    def fault(self, place: Place, error: BaseException, doing: str = "") -> None:
        """Write down that the recorder itself failed while it was `doing` something; the first fifty are kept."""
        if not self._serves("fault", _getframe(1)):
            return
        self._faults += 1
        if self._faults <= MAX_FAULTS:
            words = f"{doing}: " if doing else ""
            message = f"{words}{type(error).__name__}: {error}"
            self._event("fault", {"where": place, "message": message[:MAX_TEXT]})

    def note(self, id: str, message: str) -> None:
        """Write a note once a run (by `id`) that a person may want to read."""
        if self._serves("note", _getframe(1)):
            self._note(id, message)

    def _note(self, id: str, message: str) -> None:
        if id not in self._noted:
            self._noted.add(id)
            self._event("note", {"id": id[:200], "message": message[:MAX_TEXT]})


def plain(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON types: numpy scalars unwrapped, not-finite numbers null, anything else its text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > 40:
        return None
    if isinstance(value, dict):
        return {str(key)[:200]: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist(), depth + 1)
    if isinstance(value, np.generic):
        return plain(value.item(), depth + 1)
    return str(value)[:MAX_TEXT]


def _storable(value: Any) -> np.ndarray | None:
    """`value` as a plain C-ordered array of a dtype that the evidence format knows, or None."""
    array = np.asarray(value)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    if type(array) is not np.ndarray:
        array = np.asarray(array).view(np.ndarray)
    if array.dtype.name not in KEPT_DTYPES:
        numeric = array.dtype.kind in "iufb" or array.dtype.name == "bfloat16"
        if not numeric:
            return None
        array = array.astype(np.float32)
    return np.ascontiguousarray(array) if array.ndim else array
