"""The recorder's own functions, put back when a notebook replaced them.

Python hides nothing from code in the same process, so this stops the plain ways only: a function or a method of
the recorder that is another one than when recording began is restored before the next training, prediction or
figure is written down, and a note says so.
"""

from __future__ import annotations

import sys
import types
from operator import attrgetter, is_
from typing import Any

_MISSING = object()


class Intact:
    """Remembers every function of a package's modules and classes, with its code."""

    def __init__(self, package: str) -> None:
        self._kept: list[tuple[Any, str, Any, Any, Any]] = []
        for name, module in list(sys.modules.items()):
            if module is not None and (name == package or name.startswith(f"{package}.")):
                self._keep_all(module, name)
        by_owner: dict[int, tuple[Any, list[str], list[Any]]] = {}
        for owner, name, value, _, _ in self._kept:
            _, names, values = by_owner.setdefault(id(owner), (vars(owner).get, [], []))
            names.append(name)
            values.append(value)
        self._owned = list(by_owner.values())
        coded = [(function, code) for *_, function, code in self._kept if code is not None]
        self._functions, self._codes = [each for each, _ in coded], [code for _, code in coded]

    def _keep_all(self, owner: Any, module: str) -> None:
        for name, value in list(vars(owner).items()):
            if isinstance(value, type):
                if value.__module__ == module and not isinstance(owner, type):
                    self._keep(owner, name, value)
                    self._keep_all(value, module)
            elif isinstance(value, (types.FunctionType, staticmethod, classmethod, property)):
                self._keep(owner, name, value)

    def _keep(self, owner: Any, name: str, value: Any) -> None:
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        code = getattr(function, "__code__", None)
        self._kept.append((owner, name, value, function, code))

    def restore(self) -> bool:
        """Put back what was replaced; whether anything was."""
        if self._untouched():
            return False
        changed = False
        for owner, name, value, function, code in self._kept:
            if vars(owner).get(name, _MISSING) is not value:
                setattr(owner, name, value)
                changed = True
            if code is not None and function.__code__ is not code:
                function.__code__ = code
                changed = True
        return changed

    def _untouched(self) -> bool:
        """Whether everything is still the very object that it was: asked a hundred thousand times in some loops."""
        return all(all(map(is_, map(get, names), kept)) for get, names, kept in self._owned) and all(
            map(is_, map(attrgetter("__code__"), self._functions), self._codes)
        )
