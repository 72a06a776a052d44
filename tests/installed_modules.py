"""Which modules the installed packages bring, on every Python (3.10's own function misses packages without `top_level.txt`)."""

from __future__ import annotations

import functools
from importlib.metadata import distributions

from packaging.utils import canonicalize_name


@functools.cache
def owners_by_module() -> dict[str, frozenset[str]]:
    """Top-level module -> the packages that install files into it, by their canonical names."""
    found: dict[str, set[str]] = {}
    for package in distributions():
        for path in package.files or ():
            top = path.parts[0]
            if len(path.parts) > 1 and path.suffix in (".py", ".so", ".pyd"):
                module = top
            elif len(path.parts) == 1 and path.suffix in (".py", ".so", ".pyd"):
                module = top.partition(".")[0]
            else:
                continue
            if module.isidentifier():
                found.setdefault(module, set()).add(canonicalize_name(package.metadata["Name"]))
    return {module: frozenset(names) for module, names in found.items()}
