"""Which code of the recorder writes into its journal: whatever else calls it is a notebook's own doing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType

from .bound import functions_in, modules_of
from .patching import COPIES


class Codes:
    """Some code of the recorder, also where it stands under another file name (see `patching`).

    Known by identity: equal code is no proof, and hashing code takes long.
    """

    def __init__(self, codes: Iterable[CodeType]) -> None:
        self._codes = {id(code): code for code in codes}

    def __contains__(self, identity: object) -> bool:
        if identity in self._codes:
            return True
        copied = COPIES.get(identity) if isinstance(identity, int) else None
        return copied is not None and id(copied[1]) in self._codes


def writers(package: str, names: tuple[str, ...]) -> dict[str, Codes]:
    """Name of a method of the journal -> the code in all imported modules of `package` that names it.

    Code that calls whatever it is given names none, so it writes nothing for others.
    """
    functions = [each for module in modules_of(package) for each in functions_in(module, module.__name__)]
    codes = [code for function in functions for code in _with_inner(function.__code__)]
    return {name: Codes(code for code in codes if name in code.co_names) for name in names}


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of all functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)
