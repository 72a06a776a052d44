"""From solutions to student notebooks: the only way that `notebooks/` is made."""

from __future__ import annotations

import difflib
from pathlib import Path

from autograder.errors import UsageError

from .notebook import read, student_notebook, to_bytes

__all__ = ["differences", "release", "released", "student_notebook"]


def released(solutions: Path) -> dict[str, bytes]:
    """File name -> bytes of the student notebook, for every solution in a folder.

    Raises `UsageError` when there is none, or when a solution cannot be released (it says which cell and why).
    """
    paths = sorted(solutions.glob("*.ipynb"))
    if not paths:
        raise UsageError(f"There is no solution in {solutions}.", "Name the folder with --solutions.")
    return {path.name: to_bytes(student_notebook(read(path), path.name)) for path in paths}


def release(solutions: Path, notebooks: Path) -> list[Path]:
    """Write the student notebooks of all solutions; returns the paths that changed. Nothing is deleted."""
    notebooks.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, data in released(solutions).items():
        path = notebooks / name
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
            changed.append(path)
    return changed


def differences(solutions: Path, notebooks: Path) -> list[str]:
    """What a release would change, as lines for a person; empty when the student notebooks are up to date."""
    wanted = released(solutions)
    present = {path.name: path.read_bytes() for path in sorted(notebooks.glob("*.ipynb"))}
    lines = []
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            lines.append(f"{name}: not released yet")
        elif name not in wanted:
            lines.append(f"{name}: has no solution")
        elif present[name] != wanted[name]:
            lines += [f"{name}: differs from its solution", *_first_lines(present[name], wanted[name])]
    return lines


def _first_lines(present: bytes, wanted: bytes, most: int = 8) -> list[str]:
    """The first lines that differ (`-` as it is, `+` as it should be)."""
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (present, wanted))
    changed = [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line[0] in "+-"]
    return [f"    {line[:160]}" for line in changed if not line.startswith(("+++", "---"))][:most]
