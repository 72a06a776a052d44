"""Weights of models in versions: what a model knew at the moments that matter.

A version is written only when a value changed. Which changed is told by a fingerprint (a sum over all words and a
checksum over a few), 0.1 ms a megabyte, so that a loop of a thousand predictions stays cheap; arrays are hashed and
written only when a fingerprint is new, once for all models that share a variable.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..ids import Ids
from ..journal import Journal
from ..variables import value_of

MAX_VERSIONS = 6
MAX_BYTES = 64 << 20
Print = tuple[int, int, int]


@dataclass
class Versions:
    """Versions of one model.

    Attributes:
        prints: fingerprints of the newest.
        kept: version -> (reason, references).
        pinned: the version that replay checks the model's rebuilding with.
    """

    latest: int = -1
    pinned: int = 0
    prints: dict[str, Print] = field(default_factory=dict)
    kept: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)


class WeightBook:
    """Versions of all models of a run, at most six a model and 64 MB in all.

    Where room is wanted, the oldest version that was merely `asked` for goes first, then the oldest `trained`
    one; version 0 and the newest stay. A version that went is written again with no values.
    """

    def __init__(self, journal: Journal, variables: Ids) -> None:
        self._journal, self._variables = journal, variables
        self._versions: dict[str, Versions] = {}
        self._stored: dict[str, tuple[Print, str]] = {}
        self._users: dict[str, int] = {}
        self._bytes = 0

    def now(self, model: str, variables: list[Any], reason: str) -> int | None:
        """The version in force of `model`, written down first when its `variables` changed since the last.

        None while no version was written and a variable has no value yet.
        """
        values = {self._variables.of(variable): value_of(variable) for variable in variables}
        if any(value.shape != tuple(v.shape) for value, v in zip(values.values(), variables, strict=False)):
            return self.latest(model)  # TensorFlow fills variables made inside a function after tracing it
        prints = {name: fingerprint(value) for name, value in values.items()}
        book = self._versions.setdefault(model, Versions())
        if book.latest >= 0 and prints == book.prints:
            return book.latest
        book.latest += 1
        book.prints = prints
        refs = self._store(values, prints)
        book.kept[book.latest] = (reason, frozenset(refs.values()))
        for ref in set(refs.values()):
            self._users[ref] = self._users.get(ref, 0) + 1
        self._journal.event("weights", model=model, version=book.latest, reason=reason, values=refs)
        if len(book.kept) > MAX_VERSIONS:
            self._drop_one(model)
        return book.latest

    def prints_of(self, variables: list[Any]) -> dict[str, Print]:
        """Fingerprints of variables as they are now."""
        return {self._variables.of(variable): fingerprint(value_of(variable)) for variable in variables}

    def version_with(self, model: str, prints: dict[str, Print]) -> int | None:
        """The newest version of `model` if these are its fingerprints."""
        book = self._versions.get(model)
        return book.latest if book is not None and book.latest >= 0 and book.prints == prints else None

    def pin(self, model: str, version: int) -> None:
        """Keep this version of `model`, whatever else goes."""
        self._versions.setdefault(model, Versions()).pinned = version

    def latest(self, model: str) -> int | None:
        """The newest version of `model`, None before the first."""
        book = self._versions.get(model)
        return book.latest if book is not None and book.latest >= 0 else None

    def in_force(self) -> dict[str, int]:
        """The newest version of every model that has one."""
        return {model: book.latest for model, book in self._versions.items() if book.latest >= 0}

    def _store(self, values: dict[str, np.ndarray], prints: dict[str, Print]) -> dict[str, str]:
        """References of all arrays; none at all when they do not fit."""
        wanted = sum(v.nbytes for name, v in values.items() if self._stored_ref(name, prints[name]) is None)
        while self._bytes + wanted > MAX_BYTES and self._drop_one():
            pass
        if self._bytes + wanted > MAX_BYTES:
            self._journal.note("weights_cap", "weights of a model were too large to keep")
            return {}
        refs: dict[str, str] = {}
        for name, value in values.items():
            ref = self._stored_ref(name, prints[name]) or self._journal.array(value, "weights")
            if ref is None:
                return {}
            if ref not in self._users:
                self._users[ref] = 0
                self._bytes += self._journal.size_of(ref)
            self._stored[name] = (prints[name], ref)
            refs[name] = ref
        return refs

    def _stored_ref(self, variable: str, wanted: Print) -> str | None:
        """Reference of a variable's value when the one last stored has this fingerprint and still lies there."""
        known, ref = self._stored.get(variable, (None, ""))
        return ref if known == wanted and ref in self._users else None

    def _drop_one(self, model: str | None = None) -> bool:
        """Let one middle version go, of `model` or of any; False when there is none."""
        middle = [
            (reason != "asked", version, name)
            for name, book in self._versions.items()
            if model in (None, name)
            for version, (reason, refs) in book.kept.items()
            if version not in (0, book.pinned, book.latest) and refs
        ]
        if not middle:
            return False
        _, version, name = min(middle)
        _, refs = self._versions[name].kept.pop(version)
        for ref in refs:
            self._users[ref] -= 1
        gone = {ref for ref in refs if self._users[ref] == 0}
        for ref in gone:
            del self._users[ref]
            self._bytes -= self._journal.size_of(ref)
        self._journal.event("weights", model=name, version=version, reason="dropped", values={})
        self._journal.drop(gone)
        return True


def fingerprint(value: np.ndarray) -> Print:
    """Bytes, sum of all 64-bit words, and a checksum over at most 512 of them: changes with the value."""
    data = np.ascontiguousarray(value).reshape(-1).view(np.uint8)
    whole = data.size // 8 * 8
    words = data[:whole].view(np.uint64)
    total = int(np.add.reduce(words, dtype=np.uint64)) if words.size else 0
    sample = words[:: max(1, words.size // 512)].tobytes() + data[whole:].tobytes()
    return data.size, total, zlib.crc32(sample)
