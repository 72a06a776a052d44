"""The files beside a notebook: all of a student's own folder, or those of a lone notebook that its code names."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.files import UnsafeFile, read_regular
from autograder.text import one_line

from . import mentions
from .handed import HandedFile
from .names import IGNORED_FOLDERS, counts, is_gradable, is_notebook

MAX_FILES_BYTES = 50 * 2**20
MAX_FILES = 1_000
MOST_NOTES = 5  # files left out that are named one by one


class Gathered:
    """Files within the limits for one submission, and a sentence for each that was not plain or did not fit."""

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}
        self._files: dict[str, HandedFile] = {}
        self._bytes = 0

    @property
    def files(self) -> tuple[HandedFile, ...]:
        """The files, by name."""
        return tuple(self._files[name] for name in sorted(self._files))

    @property
    def notes(self) -> tuple[str, ...]:
        """Why files were left out, one sentence each, the first few of them."""
        notes = [self.left_out[name] for name in sorted(self.left_out)]
        more = len(notes) - MOST_NOTES
        return (*notes[:MOST_NOTES], *([f"{more} more files were left out."] if more > 0 else []))

    def take(self, path: Path, name: str) -> bytes | None:
        """Add one file under its relative POSIX name; its bytes, or None when it is left out."""
        if name in self._files:
            return None
        shown = one_line(name, 100)
        try:
            if len(self._files) >= MAX_FILES:
                raise UnsafeFile(f"of a submission at most {MAX_FILES:,} files are taken")
            if path.is_file() and path.lstat().st_size > MAX_FILES_BYTES - self._bytes:
                size, most = path.lstat().st_size / 10**6, MAX_FILES_BYTES // 2**20
                raise UnsafeFile(
                    f"it has {size:.0f} MB, and the files of a submission may have {most} MB together"
                )
            content = read_regular(path, MAX_FILES_BYTES - self._bytes)
        except UnsafeFile as why:
            self.left_out[name] = f"The file `{shown}` was left out: {why}."
            return None
        except OSError as error:
            self.left_out[name] = f"The file `{shown}` was left out: {error.strerror or 'it cannot be read'}."
            return None
        self._bytes += len(content)
        digest = hashlib.sha256(content).hexdigest()
        self._files[name] = HandedFile(name, digest, len(content), path=path.absolute())
        return content


def whole_folder(folder: Path, sources: list[str]) -> Gathered:
    """Every regular file below a student's own folder but caches and hidden ones; notebooks that code runs or names, too."""
    gathered = Gathered()
    named = {
        part.casefold() for text in sources for path in mentions.paths(text) for part in mentions.parts(path)
    }
    named |= {f"{module}.ipynb".casefold() for text in sources for module in mentions.modules(text)}
    for path in walk(folder):
        run = path.name.casefold() in named or path.stem.casefold() in named
        if not is_notebook(path) or (run and path.is_file()):
            gathered.take(path, path.relative_to(folder).as_posix())
    return gathered


def walk(folder: Path) -> Iterator[Path]:
    """All entries below `folder` that are no folders, sorted, following no link; unreadable folders are skipped."""
    for root, folders, files in os.walk(folder, followlinks=False):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        folders[:] = sorted(set(folders) - set(links) - IGNORED_FOLDERS)
        for name in sorted([*files, *links]):
            path = Path(root) / name
            if counts(path):
                yield path


def named_in_code(
    sources: list[str], folder: Path, may_take: Callable[[str], bool]
) -> tuple[Gathered, set[str]]:
    """The files in `folder` that a notebook's code imports or names, and those that these modules name in turn.

    `may_take` says of the first name of a path whether it is the notebook's own. Also returned: names of what lies
    there and was named, but is not its own.
    """
    gathered, others = Gathered(), set[str]()
    texts, looked_at, entries = list(sources), set[tuple[str, ...]](), _Entries()
    while texts and len(looked_at) < MAX_FILES:
        for name in sorted(_names(texts.pop()) - looked_at):
            looked_at.add(name)
            found = _plain_files(folder, name, entries)
            if found and not may_take(found[0].relative_to(folder).parts[0]):
                others.add(found[0].relative_to(folder).parts[0])
                continue
            for path in found:
                content = gathered.take(path, path.relative_to(folder).as_posix())
                if content is not None and path.suffix == ".py":
                    texts.append(content.decode("utf-8", "replace"))
    return gathered, others


def begins_with(name: str, stem: str) -> bool:
    """Whether a name is a stem with something of its own behind: `ann_w.npz` for `ann`, but not `anna.npz`."""
    return name.startswith(stem) and not name[len(stem) :][:1].isalnum()


def _names(text: str) -> set[tuple[str, ...]]:
    """Relative paths, as their parts, that the text may mean: imported modules and packages, literals, magic words."""
    names = set[tuple[str, ...]]()
    for module in mentions.modules(text):
        names |= {(f"{module}.py",), (module,)}
    for path in mentions.paths(text):
        inside = mentions.parts(path)
        if inside and ".." not in inside and not mentions.is_elsewhere(path):
            names.add(inside)
    return names


def _plain_files(folder: Path, name: tuple[str, ...], entries: _Entries) -> list[Path]:
    """The file of that name, or all files of the folder of that name unless notebooks lie there; no links.

    Capitals make no difference where nothing has the very name: on the machines of most students they make none.
    """
    path = folder
    try:
        for part in name:
            path = entries.one(path, part)
            if path.is_symlink():
                return []
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return []
    if stat.S_ISREG(mode):
        return [] if is_gradable(path) else [path]
    if not stat.S_ISDIR(mode) or path == folder or name[0] in IGNORED_FOLDERS:
        return []
    inside = list(walk(path))
    return [] if any(map(is_gradable, inside)) else inside


class _Entries:
    """Entries of folders by name, each folder listed once."""

    def __init__(self) -> None:
        self._small: dict[Path, dict[str, Path]] = {}

    def one(self, folder: Path, name: str) -> Path:
        """The entry of that name; where there is none, the first that differs in nothing but capitals."""
        path = folder / name
        if path.is_symlink() or path.exists():
            return path
        if folder not in self._small:
            names = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
            self._small[folder] = {entry.name.casefold(): entry for entry in names}
        return self._small[folder].get(name.casefold(), path)
