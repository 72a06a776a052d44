"""Doing something to a library at the moment it is imported, without importing it ourselves."""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Action = Callable[[ModuleType], None]


def imported(name: str) -> ModuleType | None:
    """The module of this name when its import has come to its end; else None."""
    module = sys.modules.get(name)
    return None if getattr(getattr(module, "__spec__", None), "_initializing", False) else module


class ImportWatcher(importlib.abc.MetaPathFinder):
    """Finds only modules that are waited for, through the other finders, and watches them being executed."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Action]] = {}
        self._finding: set[str] = set()

    def when_imported(self, name: str, action: Action) -> None:
        """Run `action(module)` once: at once when the module is already imported, else right after its import."""
        module = imported(name)
        if module is not None:
            action(module)
            return
        self._waiting.setdefault(name, []).append(action)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The spec that the other finders give, its loader followed by the actions that wait; None for any other module."""
        if fullname not in self._waiting or fullname in self._finding:
            return None
        self._finding.add(fullname)  # another watcher among the finders asks this one in its turn
        try:
            spec = self._found_by_others(fullname, path, target)
        finally:
            self._finding.discard(fullname)
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _WatchedLoader(spec.loader, self._waiting)
        return spec

    def _found_by_others(self, fullname: str, path: Any, target: Any) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None


class _WatchedLoader(importlib.abc.Loader):
    """A module's own loader, followed by what waits for the module."""

    def __init__(self, loader: importlib.abc.Loader, waiting: dict[str, list[Action]]) -> None:
        self._loader, self._waiting = loader, waiting

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The library gets its own loader back first, so that it cannot see that it was watched.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for action in self._waiting.pop(module.__name__, []):
            action(module)
