"""Which of our own files a module needs, read from its source without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def needed_files(start: list[str], root: Path, packages: tuple[str, ...]) -> list[Path]:
    """Files below `root` that the modules `start` import from `packages`, directly or not, sorted.

    Imports inside functions count; so do the `__init__.py` of every package on the way.
    """
    files: set[Path] = set()
    open_names = list(start)
    seen: set[str] = set()
    while open_names:
        name = open_names.pop()
        if name in seen or name.split(".")[0] not in packages:
            continue
        seen.add(name)
        path = module_file(name, root)
        if path is None:
            continue
        files.add(path)
        parent = name.rpartition(".")[0]
        open_names += [parent] if parent else []
        open_names += imported_names(path, name)
    return sorted(files)


def module_file(name: str, root: Path) -> Path | None:
    """The file of a module or package, or None when it is neither (a function, say)."""
    base = root.joinpath(*name.split("."))
    candidates = (base / "__init__.py", base.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)


def imported_names(path: Path, name: str) -> Iterator[str]:
    """Dotted names that a module imports: of modules, and of whatever is taken from them."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            levels = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*levels, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
