"""The files beside a notebook: all of a student's own folder, or those that a lone notebook's code names."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.files import UnsafeFile, read_regular

from .handed import HandedFile

MAX_FILES_BYTES = 50 * 2**20
MAX_FILES = 1_000
IGNORED_FOLDERS = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git", ".venv", "venv", "node_modules"}
_IMPORT = re.compile(r"^\s*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)
_LITERAL = re.compile(r"""['"]([^'"\n\\]{1,200})['"]""")


class Gathered:
    """Files within the limits for one submission; `left_out` when something was not plain or did not fit."""

    def __init__(self) -> None:
        self.left_out = False
        self._files: dict[str, HandedFile] = {}
        self._bytes = 0

    @property
    def files(self) -> tuple[HandedFile, ...]:
        """The files, by name."""
        return tuple(self._files[name] for name in sorted(self._files))

    def take(self, path: Path, name: str) -> bytes | None:
        """Add one file under its relative POSIX name; its bytes, or None when it is left out."""
        if name in self._files:
            return None
        try:
            content = read_regular(path, MAX_FILES_BYTES - self._bytes)
        except (OSError, UnsafeFile):
            self.left_out = True
            return None
        if len(self._files) >= MAX_FILES:
            self.left_out = True
            return None
        self._bytes += len(content)
        digest = hashlib.sha256(content).hexdigest()
        self._files[name] = HandedFile(name, digest, len(content), path=path.absolute())
        return content


def whole_folder(folder: Path) -> Gathered:
    """Every regular file below a student's own folder, but no notebooks, caches and hidden files."""
    gathered = Gathered()
    for path in walk(folder):
        if path.suffix.lower() != ".ipynb":
            gathered.take(path, path.relative_to(folder).as_posix())
    return gathered


def walk(folder: Path) -> Iterator[Path]:
    """All entries below `folder` that are no folders, sorted, following no link; unreadable folders are skipped."""
    for root, folders, files in os.walk(folder, followlinks=False):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        folders[:] = sorted(set(folders) - set(links) - IGNORED_FOLDERS)
        for name in sorted([*files, *links]):
            if not name.startswith((".", "~$")) and not name.endswith("~"):
                yield Path(root) / name


def named_in_code(sources: list[str], folder: Path, others: set[str]) -> Gathered:
    """The files in `folder` that a notebook's code imports or names, and those that these modules name in turn.

    `others` are the stems of other people's notebooks there: a file that starts with one is not taken.
    """
    gathered = Gathered()
    texts, looked_at = list(sources), set[str]()
    while texts and len(looked_at) < MAX_FILES:
        for name in sorted(_names(texts.pop()) - looked_at):
            looked_at.add(name)
            if any(_begins_with(name, stem) for stem in others):
                continue
            for path in _plain_files(folder, PurePosixPath(name)):
                content = gathered.take(path, path.relative_to(folder).as_posix())
                if content is not None and path.suffix == ".py":
                    texts.append(content.decode("utf-8", "replace"))
    return gathered


def _begins_with(name: str, stem: str) -> bool:
    return name.startswith(stem) and not name[len(stem) :][:1].isalnum()


def _names(text: str) -> set[str]:
    """Relative paths that the text may mean: imported modules and packages, and literals that look like files."""
    names = set()
    for module in _IMPORT.findall(text):
        names |= {f"{module}.py", module}
    for literal in _LITERAL.findall(text):
        name = PurePosixPath(literal.replace("\\", "/"))
        if not name.is_absolute() and ".." not in name.parts and name.parts:
            names.add(name.as_posix())
    return names


def _plain_files(folder: Path, name: PurePosixPath) -> list[Path]:
    """The file of that name, or all files of the folder of that name unless notebooks lie there; no links."""
    path = folder
    try:
        for part in name.parts:
            path = path / part
            if path.is_symlink():
                return []
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return []
    if stat.S_ISREG(mode):
        return [] if path.suffix.lower() in (".ipynb", ".zip") else [path]
    if not stat.S_ISDIR(mode) or path == folder or name.parts[0] in IGNORED_FOLDERS:
        return []
    inside = list(walk(path))
    return [] if any(each.suffix.lower() in (".ipynb", ".zip") for each in inside) else inside
