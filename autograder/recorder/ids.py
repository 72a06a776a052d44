"""Ids of objects for one run: weak, by identity, never reused (`id()` is, after garbage collection)."""

from __future__ import annotations

import weakref
from typing import Any


class Ids:
    """Numbers objects of one kind: `w1`, `w2`, ... An object that dies takes its id with it.

    A plain WeakKeyDictionary will not do: Keras variables compare elementwise.
    """

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._count = 0
        self._known: dict[int, tuple[weakref.ref[Any], str]] = {}

    def of(self, thing: Any) -> str:
        """The id of `thing`; the same for as long as it lives."""
        known = self._known.get(id(thing))
        if known is not None and known[0]() is thing:
            return known[1]
        self._count += 1
        name = f"{self._letter}{self._count}"
        key = id(thing)
        self._known[key] = (weakref.ref(thing, lambda ref: self._forget(key, ref)), name)
        return name

    def _forget(self, key: int, ref: weakref.ref[Any]) -> None:
        if self._known.get(key, (None,))[0] is ref:
            del self._known[key]
