"""Gives the recorder's modules libraries and builtins of their own, as they are before any code of a student runs.

`np.asarray`, `json.dumps` or `len` are looked up anew at each use. Whoever swaps one in its library would decide what
the recorder writes down; undoing the swap would change what a student's own code does. So each module of the recorder
gets copies instead: nothing is undone, and nothing is asked at run time.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

# What is read or written through these is meant to be the process' own: its streams, modules and warnings.
LIVE = frozenset({"sys", "warnings", "builtins", "importlib"})

# What NumPy imports only when it is first asked for, of what the recorder uses.
_LAZY = ("numpy.ma", "numpy.random")


def modules_of(package: str) -> list[ModuleType]:
    """The imported modules of a package, itself included."""
    inside = f"{package}."
    named = [(name, module) for name, module in list(sys.modules.items()) if module is not None]
    return [module for name, module in named if name == package or name.startswith(inside)]


def bind(package: str) -> None:
    """Let the imported modules of `package` keep what they name of libraries and builtins as it is now."""
    copies: dict[int, ModuleType] = {}
    for name in _LAZY:
        importlib.import_module(name)
    for module in modules_of(package):
        space = vars(module)
        for name, value in list(space.items()):
            if type(value) is ModuleType and _foreign(value, package):
                space[name] = _copy(value, copies)
        for name in _names_used(module):
            if name not in space and hasattr(builtins, name):
                space[name] = getattr(builtins, name)


def _foreign(module: ModuleType, package: str) -> bool:
    name = module.__name__
    return name != package and not name.startswith(f"{package}.") and name.partition(".")[0] not in LIVE


def _copy(module: ModuleType, copies: dict[int, ModuleType]) -> ModuleType:
    """The same names with the same values; modules of the same library among them are copied too."""
    known = copies.get(id(module))
    if known is not None:
        return known
    made = copies[id(module)] = ModuleType(module.__name__)
    space, inside = vars(made), f"{module.__name__}."
    space.update(vars(module))
    for name, value in list(space.items()):
        if type(value) is ModuleType and value.__name__.startswith(inside):
            space[name] = _copy(value, copies)
    return made


def functions_in(owner: Any, module: str) -> Iterator[FunctionType]:
    """The functions that a module, and the classes defined in it, hold; also what wraps or is wrapped by another one."""
    for value in list(vars(owner).values()):
        if isinstance(value, type):
            if value.__module__ == module and value is not owner and not isinstance(owner, type):
                yield from functions_in(value, module)
            continue
        parts = (value.fget, value.fset) if isinstance(value, property) else (value,)
        for part in parts:
            yield from plain_functions(part)


def plain_functions(value: Any) -> Iterator[FunctionType]:
    """`value` as functions written in Python: itself, what a method or a decorator holds; none where it is none."""
    for _ in range(10):
        value = getattr(value, "__func__", value)
        if isinstance(value, FunctionType):
            yield value
        if not hasattr(value, "__wrapped__"):
            return
        value = value.__wrapped__


def _names_used(module: ModuleType) -> set[str]:
    """The names in the code of a module's functions: globals, builtins and attributes alike."""
    codes = [function.__code__ for function in functions_in(module, module.__name__)]
    names: set[str] = set()
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    return names
