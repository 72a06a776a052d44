"""The journal: events as lines of JSON, arrays as .npy files, written so that a crash costs nothing already seen."""

from __future__ import annotations

import atexit
import hashlib
import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np

from .places import Place

KEPT_DTYPES = frozenset({"float16", "float32", "float64", "uint8", "int32", "int64", "bool"})
MAX_ARRAYS = 20_000
MAX_ARRAY_BYTES = 1 << 29
MAX_EVENT_BYTES = 1 << 26
MAX_FAULTS = 50
FLUSH_AT_BYTES = 1 << 16
MAX_TEXT = 2000  # characters; what `evidence.facts` reads


class Journal:
    """Writes `events.jsonl` and `arrays/NNNNN.npy` below one folder.

    Attributes:
        out: the folder; created when missing.
        cell: 1-based number of the running cell among the non-silent ones; 0 before the first.
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(out)
        self.cell = 0
        self._arrays = self.out / "arrays"
        self._arrays.mkdir(parents=True, exist_ok=True)
        self._refs: dict[tuple[str, bytes], str] = {}
        self._sizes: dict[str, tuple[tuple[str, bytes], int]] = {}
        self._lines: list[str] = []
        self._buffered = self._written = self._array_bytes = self._numbered = self._faults = 0
        self._noted: set[str] = set()
        self._text = bytearray()  # all of events.jsonl, to put it back when a notebook edits it
        self._marks: dict[str, tuple[int, ...]] = {}  # file name -> what it looked like when it was written
        self._lock = threading.RLock()
        atexit.register(self.flush)

    def event(self, kind: str, **fields: Any) -> None:
        """Append one event of `kind`; numbers that are not finite become null, arrays and tuples become lists."""
        line = json.dumps(plain({"kind": kind, "cell": self.cell, **fields}), allow_nan=False)
        with self._lock:
            if self._written + len(line) > MAX_EVENT_BYTES and kind not in ("note", "cell_end"):
                self.note("events_cap", "more was recorded than the evidence may hold; the rest was dropped")
                return
            self._lines.append(line)
            self._buffered += len(line)
            self._written += len(line)
            if self._buffered > FLUSH_AT_BYTES:
                self.flush()

    def array(self, value: Any, space: str = "") -> str | None:
        """Save an array once and return its five-digit reference.

        Args:
            value: anything that numpy can view as numbers; object arrays are refused.
            space: arrays are shared only within a space, so that one space's files can be dropped alone.

        Returns:
            The reference, or None when the caps on number or bytes are reached or it holds no numbers.
        """
        array = _storable(value)
        if array is None:
            return None
        head = f"{array.dtype.str}{array.shape}".encode()
        key = (space, hashlib.blake2b(head + array.tobytes(), digest_size=16).digest())
        with self._lock:
            if key in self._refs:
                return self._refs[key]
            full = self._numbered >= MAX_ARRAYS or self._array_bytes + array.nbytes > MAX_ARRAY_BYTES
            if full:
                self.note("arrays_cap", "more arrays were recorded than the evidence may hold")
                return None
            ref = f"{self._numbered:05d}"
            np.save(self._arrays / f"{ref}.npy", array, allow_pickle=False)
            self._marks[ref] = _mark(self._arrays / f"{ref}.npy")
            self._numbered += 1
            self._array_bytes += array.nbytes
            self._refs[key] = ref
            self._sizes[ref] = (key, array.nbytes)
            return ref

    def drop(self, refs: set[str]) -> None:
        """Delete saved arrays that no event needs any more; their numbers are not used again."""
        with self._lock:
            for ref in refs & self._sizes.keys():
                key, size = self._sizes.pop(ref)
                self._refs.pop(key, None)
                self._marks.pop(ref, None)
                self._array_bytes -= size
                (self._arrays / f"{ref}.npy").unlink(missing_ok=True)

    def size_of(self, ref: str) -> int:
        """Bytes of a saved array, 0 when it is gone."""
        return self._sizes.get(ref, (None, 0))[1]

    def flush(self) -> None:
        """Write buffered lines to disk; called after every cell and at exit. Files that others edited are mended first."""
        with self._lock:
            self._mend()
            if not self._lines:
                return
            lines, self._lines, self._buffered = self._lines, [], 0
            text = ("\n".join(lines) + "\n").encode()
            self._text += text
            with (self.out / "events.jsonl").open("ab") as file:
                file.write(text)
            self._marks["events"] = _mark(self.out / "events.jsonl")

    def _mend(self) -> None:
        """Write edited events anew from memory, and delete edited arrays: what is missing counts for nothing."""
        for name, mark in list(self._marks.items()):
            path = self.out / "events.jsonl" if name == "events" else self._arrays / f"{name}.npy"
            if _mark(path) == mark:
                continue
            self.note("evidence_changed", "recorded files were edited; they were written anew or deleted")
            path.unlink(missing_ok=True)
            if name == "events":
                path.write_bytes(self._text)
                self._marks[name] = _mark(path)
            else:
                self._refs.pop(self._sizes[name][0], None)
                self._marks.pop(name, None)

    def fault(self, place: Place, error: BaseException, doing: str = "") -> None:
        """Write down that the recorder itself failed while it was `doing` something; the first fifty are kept."""
        self._faults += 1
        if self._faults <= MAX_FAULTS:
            words = f"{doing}: " if doing else ""
            message = f"{words}{type(error).__name__}: {error}"
            self.event("fault", where=place, message=message[:MAX_TEXT])

    def note(self, id: str, message: str) -> None:
        """Write a note once a run (by `id`) that a person may want to read."""
        if id not in self._noted:
            self._noted.add(id)
            self.event("note", id=id[:200], message=message[:MAX_TEXT])


def _mark(path: Path) -> tuple[int, ...]:
    """What a file looks like that nobody touched: another content, or the same written again, changes it."""
    try:
        found = path.lstat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


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
