"""Attaching hooks to libraries, and telling which of them found nothing to attach to."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ..places import Place
from ..recording import Recording
from .imports import ImportWatcher, imported
from .patching import Wrapper, patch


@dataclass(frozen=True)
class Hook:
    """One function of a library that a wrapper of the recorder stands in for.

    Attributes:
        module: full name of the module that defines the function; it is never imported by the recorder.
        owner: class (or module) in it that holds the function; "" for the module itself.
        function: name of the function.
        wrapper: called as `wrapper(original, *args, **kwargs)` in its place.
        place: what the record lacks when there is nothing to attach to.
        why: what is learnt or done there.
        after: whoever imported this must have got `module` with it; by default the library itself.
        often: called so often that its wrapper decides when it is looked for changes of the recorder.
        copied: public modules hold copies of the function, which are replaced too.
    """

    module: str
    owner: str
    function: str
    wrapper: Wrapper = field(repr=False, compare=False)
    place: Place
    why: str
    after: str = ""
    often: bool = False
    copied: bool = False

    @property
    def name(self) -> str:
        """The function by its full name."""
        return ".".join(part for part in (self.module, self.owner, self.function) if part)

    @property
    def awaited_with(self) -> str:
        """The import after which the function must be there."""
        return self.after or self.module.partition(".")[0]


class MissingHook(Exception):
    """A library has no function of the names that the table of hooks gives."""


class Contract:
    """The hooks of one recording: attached as their libraries are imported, and those that found nothing.

    Args:
        rec: gets a fault for each place of which hooks are missing, and one note that names them.
        hooks: attached in this order where their modules are there already.
        before: called before each call of a wrapper that is not called often.
        keep: told of each function that stands in for one of a library.
    """

    def __init__(
        self,
        rec: Recording,
        hooks: Iterable[Hook],
        before: Callable[[], None] | None = None,
        keep: Callable[[Any], None] = lambda function: None,
    ) -> None:
        self._rec, self._before, self._keep = rec, before, keep
        self._open: list[Hook] = list(hooks)  # neither attached nor told as missing
        self._broken: set[Hook] = set()
        self._watcher = ImportWatcher()

    def attach(self) -> None:
        """Attach each hook now, or right after its module is imported."""
        for hook in list(self._open):
            with self._rec.guard(hook.place, hook.name):
                self._watcher.when_imported(hook.module, functools.partial(self._attach, hook))

    def _attach(self, hook: Hook, module: ModuleType) -> None:
        with self._rec.guard(hook.place, hook.name):
            owner = getattr(module, hook.owner, None) if hook.owner else module
            if not callable(getattr(owner, hook.function, None)):
                self._broken.add(hook)
                return
            self._open.remove(hook)
            original = getattr(owner, hook.function)
            self._keep(patch(owner, hook.function, hook.wrapper, None if hook.often else self._before))
            if hook.copied:
                _replace_copies(hook, original, getattr(owner, hook.function))

    def tell_missing(self) -> None:
        """Write a fault for each place that lacks a hook of a library which is there, once a hook."""
        missing = [
            hook
            for hook in self._open
            if hook in self._broken or (imported(hook.awaited_with) and not imported(hook.module))
        ]
        if not missing:
            return
        for hook in missing:
            self._open.remove(hook)
        for place in dict.fromkeys(hook.place for hook in missing):
            names = ", ".join(hook.name for hook in missing if hook.place == place)
            self._rec.journal.fault(place, MissingHook(f"nothing to attach to: {names}"))
        words = ", ".join(f"{hook.name} ({hook.place})" for hook in missing)
        self._rec.journal.note(
            "recorder_incomplete", f"hooks of the recorder found nothing to attach to: {words}"
        )


def _replace_copies(hook: Hook, before: object, after: object) -> None:
    """Public modules of the library took the function over when they were imported: they get the new one too."""
    library = hook.module.partition(".")[0]
    for name, module in list(sys.modules.items()):
        if module is not None and library in name:
            namespace = getattr(module, "__dict__", {})
            if namespace.get(hook.function) is before:
                setattr(module, hook.function, after)
