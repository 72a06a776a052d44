"""What goes into a box and what comes out: a tar in memory on the way in, regular files copied by descriptor out."""

from __future__ import annotations

import errno
import io
import os
import stat
import tarfile
from pathlib import Path

from autograder.errors import raise_if_ours

MAX_FILES, MAX_DEPTH = 50_000, 4  # the recorder makes 20,000 at most, in two folders
_PIECE = 1 << 20  # bytes that are copied at once
_CANNOT_SEND = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)  # a folder shared with a virtual machine, say


def pack(files: dict[str, bytes], folders: dict[str, Path]) -> int:
    """A descriptor of a tar in memory, at its start: `files` by name, and whole host folders by the name inside.

    Names are relative to the box's root. Only regular files and folders travel.
    """
    descriptor = os.memfd_create("payload", os.MFD_CLOEXEC)
    with (
        os.fdopen(os.dup(descriptor), "wb") as file,
        tarfile.TarFile(fileobj=file, mode="w", format=tarfile.GNU_FORMAT, copybufsize=_PIECE) as archive,
    ):
        for name, folder in folders.items():
            _add_below(archive, folder, name)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _add_below(archive: tarfile.TarFile, folder: Path, inside: str) -> None:
    """Names and contents alone: times, owners and rights would take longer than both, and nobody asks for them."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        info = tarfile.TarInfo(f"{inside}/{entry.name}")
        if entry.is_dir(follow_symlinks=False):
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
            _add_below(archive, Path(entry.path), info.name)
        elif entry.is_file(follow_symlinks=False):
            with open(entry.path, "rb") as content:  # noqa: PTH123
                info.size = os.fstat(content.fileno()).st_size
                archive.addfile(info, content)


def collect(source: int, target: Path, max_bytes: int, leave: tuple[str, ...] = ()) -> bool:
    """Copy the regular files below the open folder `source` into `target`; False when something was left out.

    Raises `MachineFault` when this side cannot write. Nothing is followed: links, pipes, devices and hard links stay behind, and so does, unmissed, what `leave` names
    directly below `source`. Call it when nobody writes any more.
    """
    return _Collector(max_bytes, leave).copy(source, target, 0)


class _Collector:
    """Counts files and bytes over the whole tree."""

    def __init__(self, max_bytes: int, leave: tuple[str, ...]) -> None:
        self._bytes, self._files, self._leave = max_bytes, MAX_FILES, leave

    def copy(self, source: int, target: Path, depth: int) -> bool:
        whole = True
        for entry in sorted(os.listdir(source)):
            if depth == 0 and entry in self._leave:
                continue
            self._files -= 1
            if self._files < 0:
                return False
            try:
                whole &= self._one(source, entry, target, depth)
            except OSError as error:
                raise_if_ours(error, "What a box recorded could not be written")
                whole = False
        return whole

    def _one(self, folder: int, name: str, target: Path, depth: int) -> bool:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        try:
            facts = os.fstat(descriptor)
            if stat.S_ISDIR(facts.st_mode):
                if depth >= MAX_DEPTH:
                    return False
                (target / name).mkdir(exist_ok=True)
                return self.copy(descriptor, target / name, depth + 1)
            if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1 or facts.st_size > self._bytes:
                return False
            self._bytes -= facts.st_size
            _send(descriptor, target / name, facts.st_size)
            return True
        finally:
            os.close(descriptor)


def _send(source: int, target: Path, size: int) -> None:
    """Copy a file of `size` bytes, and no more than were counted: by the system itself, where the file systems can do that."""
    copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        try:
            while size > 0 and (sent := os.sendfile(copy, source, None, size)):
                size -= sent
        except OSError as error:
            if error.errno not in _CANNOT_SEND:
                raise
            with os.fdopen(os.dup(copy), "wb") as file:  # both stand where sending ended
                while size > 0 and (chunk := os.read(source, min(size, _PIECE))):
                    file.write(chunk)
                    size -= len(chunk)
    finally:
        os.close(copy)
