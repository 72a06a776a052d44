"""Which code of the recorder writes into its journal: whatever else calls it is a notebook's own doing."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType

from .bound import functions_in, modules_of

Codes = dict[int, CodeType]  # by identity: equal code is no proof, and hashing code takes long


def writers(package: str, names: tuple[str, ...]) -> dict[str, Codes]:
    """Name of a method of the journal -> the code in all imported modules of `package` that names it.

    Code that calls whatever it is given names none, so it writes nothing for others.
    """
    functions = [each for module in modules_of(package) for each in functions_in(module, module.__name__)]
    codes = [code for function in functions for code in _with_inner(function.__code__)]
    return {name: {id(code): code for code in codes if name in code.co_names} for name in names}


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of all functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)
