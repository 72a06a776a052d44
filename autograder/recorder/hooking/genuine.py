"""Classes of libraries by identity, remembered when their library was imported: a class name or a module proves nothing.

A notebook may call a class of its own `Dense`, let it claim Keras' module, and put it there. The table is a name of this
module, so that it is put back like every other one (`intact`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

# Parts of libraries whose classes are known: the layers of Keras.
PARTS: Mapping[str, tuple[str, ...]] = {"keras": ("keras.src.layers.",)}
Names = tuple[str, str]  # module, and name in it

_known: Mapping[type, Names] = MappingProxyType({})
_libraries: frozenset[str] = frozenset()


def remember(library: str) -> None:
    """Know the classes that the imported modules of a library define now."""
    global _known, _libraries
    found: dict[type, Names] = {}
    for module_name, module in list(sys.modules.items()):
        if module is not None and module_name.startswith(PARTS[library]):
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == module_name:
                    found[value] = (module_name, value.__name__)
    _known, _libraries = MappingProxyType({**_known, **found}), _libraries | {library}


def name_of(cls: type, library: str) -> Names | None:
    """Module and name that a class had when the library was imported; None for a class that is not the library's."""
    if library not in _libraries:
        remember(library)
    return _known.get(cls)


def names_in(library: str) -> frozenset[str]:
    """What the known classes of a library are called."""
    return frozenset(name for module, name in _known.values() if module.partition(".")[0] == library)
