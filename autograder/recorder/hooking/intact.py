"""What the recorder stands on, put back when a notebook replaced it.

Python hides nothing from code in the same process, so this stops the plain ways only: a function, a method, a default
or a name of the recorder that is another one than when recording began, and functions of libraries that the recorder
asks and no notebook has a reason to replace (`asked`), are restored before the next training, prediction or figure is
written down, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import attrgetter, is_, methodcaller
from sys import getprofile, gettrace
from types import FunctionType, MethodType, ModuleType
from typing import Any

from .bound import modules_of, plain_functions

MISSING = object()
# Python itself adds these to a module or a class when they are first needed.
_ADDED = frozenset({"__annotations__", "__annotations_cache__", "__warningregistry__", "__protocol_attrs__"})
_code, _defaults, _content = attrgetter("__code__"), attrgetter("__defaults__"), attrgetter("cell_contents")
_all_values = methodcaller("values")


class Space:
    """All names of one module or class of the recorder, or the keyword defaults of a function."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self.view = owner if isinstance(owner, dict) else vars(owner)
        self._kept: dict[str, Any] = dict(self.view)
        self.values = list(self._kept.values())

    def restore(self) -> bool:
        """Put back what was replaced or removed, and take away what was added; whether anything was."""
        changed = False
        for name, value in list(self._kept.items()):
            if self.view.get(name, MISSING) is not value:
                self._set(name, value)
                changed = True
        for name in [name for name in self.view if name not in self._kept]:
            if not self._may_come(name):
                self._set(name, MISSING)
                changed = True
        self.accept()
        return changed

    def accept(self) -> None:
        """Keep the names as they are now."""
        self._kept = dict(self.view)
        self.values = list(self._kept.values())

    def _may_come(self, name: str) -> bool:
        """Whether a new name is Python's own doing: a module of the package that was imported later, for one."""
        value, whole = self.view[name], f"{getattr(self._owner, '__name__', '')}.{name}"
        return name in _ADDED or (type(value) is ModuleType and value.__name__ == whole)

    def _set(self, name: str, value: Any) -> None:
        put_back(self._owner, name, value)


class Asked:
    """Single names of a class or module of a library."""

    def __init__(self, owner: Any) -> None:
        self.owner, self.get = owner, vars(owner).get
        self.names: list[str] = []
        self.values: list[Any] = []

    def add(self, name: str) -> None:
        """Keep what the owner itself has of this name now, or that it has nothing."""
        if name not in self.names:
            self.names.append(name)
            self.values.append(self.get(name))

    def restore(self) -> bool:
        """Put back what was replaced; whether anything was."""
        changed = False
        for name, value in zip(self.names, self.values, strict=True):
            if self.get(name) is not value:
                put_back(self.owner, name, MISSING if value is None else value)
                changed = True
        return changed


class Intact:
    """Remembers the names of a package's modules and classes, and what its functions are made of."""

    def __init__(self, package: str) -> None:
        self._spaces: list[Space] = []
        self._asked: dict[int, Asked] = {}
        self._functions: dict[int, tuple[FunctionType, Any, Any]] = {}
        self._cells: dict[int, tuple[Any, Any]] = {}
        self._home = package.partition(".")[0]
        for module in modules_of(package):
            self._keep_space(module, module.__name__)
        self._count()

    def _keep_space(self, owner: Any, module: str) -> None:
        for value in list(vars(owner).values()):
            if isinstance(value, type):
                if value.__module__ == module and not isinstance(owner, type):
                    self._keep_space(value, module)
            elif isinstance(value, property):
                self._keep_functions(value.fget)
            else:
                self._keep_functions(value)
        self._spaces.append(Space(owner))

    def keep(self, function: Any) -> None:
        """Remember what a function is made of: its code, its defaults, and what it encloses."""
        self._keep_functions(function)
        self._count()

    def accept(self, module: ModuleType) -> None:
        """A module of the package has just changed its own names: they are what is kept from now on."""
        for space in self._spaces:
            if space.view is vars(module):
                space.accept()
        self._count()

    def keep_asked(self, owners: Iterable[tuple[Any, str]]) -> None:
        """Remember names of classes and modules of a library: pairs of an owner and a name, which it may not have."""
        for owner, name in owners:
            self._asked.setdefault(id(owner), Asked(owner)).add(name)

    def _keep_functions(self, value: Any) -> None:
        for function in plain_functions(value):
            if id(function) in self._functions:
                continue
            self._functions[id(function)] = (function, function.__code__, function.__defaults__)
            if function.__kwdefaults__:
                self._spaces.append(Space(function.__kwdefaults__))
            if function.__globals__.get("__name__", "").partition(".")[0] != self._home:
                continue  # what functions of libraries enclose is their own to change
            for cell in function.__closure__ or ():
                content = _content_of(cell)
                if content is not MISSING:
                    self._cells[id(cell)] = (cell, content)
                    self._keep_functions(content)

    def _count(self) -> None:
        """Flat lists, as `untouched` goes through them."""
        self._views = [space.view for space in self._spaces]
        self._lengths = [len(space.values) for space in self._spaces]
        self._values = [value for space in self._spaces for value in space.values]
        functions = list(self._functions.values())
        self._made_of = [function for function, _, _ in functions], [code for _, code, _ in functions]
        given = [(function, defaults) for function, _, defaults in functions if defaults is not None]
        self._given = [function for function, _ in given], [defaults for _, defaults in given]
        cells = list(self._cells.values())
        self._enclosed = [cell for cell, _ in cells], [content for _, content in cells]

    def restore(self) -> bool:
        """Put back what was replaced; whether anything was."""
        if self.untouched():
            return False
        changed = [space.restore() for space in self._spaces]
        changed += [asked.restore() for asked in self._asked.values()]
        for function, code, defaults in self._functions.values():
            if function.__code__ is not code or function.__defaults__ is not defaults:
                function.__code__, function.__defaults__ = code, defaults
                changed.append(True)
        for cell, content in self._cells.values():
            if _content_of(cell) is not content:
                cell.cell_contents = content
                changed.append(True)
        self._count()  # names that Python itself added are known from now on
        return any(changed)

    def untouched(self) -> bool:
        """Whether everything is still the very object that it was: asked a hundred thousand times in some loops."""
        if list(map(len, self._views)) != self._lengths:
            return False
        if not all(map(is_, chain.from_iterable(map(_all_values, self._views)), self._values)):
            return False
        for asked in self._asked.values():
            if not all(map(is_, map(asked.get, asked.names), asked.values)):
                return False
        try:
            return (
                all(map(is_, map(_code, self._made_of[0]), self._made_of[1]))
                and all(map(is_, map(_defaults, self._given[0]), self._given[1]))
                and all(map(is_, map(_content, self._enclosed[0]), self._enclosed[1]))
            )
        except ValueError:  # a cell was emptied
            return False


def put_back(owner: Any, name: str, value: Any) -> None:
    """Give a module, a class or a dictionary this value of a name; `MISSING` takes the name away."""
    if isinstance(owner, ModuleType):
        owner = vars(owner)
    if isinstance(owner, dict):
        if value is MISSING:
            owner.pop(name, None)
        else:
            owner[name] = value
    elif value is not MISSING:
        type.__setattr__(owner, name, value)
    elif name in vars(owner):
        type.__delattr__(owner, name)


def watched_from_python() -> bool:
    """Whether a trace or profile function written in Python sees, and may change, what the recorder computes."""
    return isinstance(gettrace(), (FunctionType, MethodType)) or isinstance(
        getprofile(), (FunctionType, MethodType)
    )


def _content_of(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING
