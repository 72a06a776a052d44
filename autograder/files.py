"""Files on disk: written whole or not at all, read only where they are what they seem, deleted without following links."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from pathlib import Path


def remove_tree(root: Path) -> None:
    """Delete a folder that a stranger wrote, never following links, even where its modes forbid it."""
    shutil.rmtree(root, ignore_errors=True)
    if not root.is_dir():
        return
    root.chmod(stat.S_IRWXU)
    for folder, names, _ in os.walk(root):  # looks into each folder only after it was opened up here
        for path in (Path(folder, name) for name in names):
            if not path.is_symlink():
                path.chmod(stat.S_IRWXU)
    shutil.rmtree(root, ignore_errors=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file atomically: whole or not at all, replacing what was there and following no link."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(temporary, flags, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def free_bytes(folder: Path) -> int:
    """Bytes that can still be written below a folder."""
    return shutil.disk_usage(folder).free


class UnsafeFile(Exception):
    """Something that is not one regular file of a bearable size."""


def read_regular(path: Path | str, max_bytes: int) -> bytes:
    """Return the bytes of one regular file.

    Raises:
        FileNotFoundError: nothing lies there.
        UnsafeFile: a link, a pipe, a device, a file with several names, or one larger than `max_bytes`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    name = str(path).rpartition("/")[2]
    if not hasattr(os, "O_NOFOLLOW") and Path(path).is_symlink():
        raise UnsafeFile(f"{name} is a link")
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnsafeFile(f"{name} cannot be opened") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise UnsafeFile(f"{name} is not one regular file")
        if status.st_size > max_bytes:
            raise UnsafeFile(f"{name} is larger than {max_bytes} bytes")
        return file.read(status.st_size)  # room is made for what is asked, so no more is


def opened_unfollowed(path: str, flags: int) -> int:
    """An `opener` for `open` that follows no link and waits for no pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
# Windows keeps these names for devices, whatever follows the first dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def kept_for_devices(name: str) -> bool:
    """Whether Windows takes a file's name for a device's, such as `con` or `aux.txt`."""
    return _RESERVED.fullmatch(name) is not None


def folder_name(submission_id: str) -> str:
    """The folder of a submission: its id where that is a plain name, else a readable start and a digest."""
    plain = _SAFE.fullmatch(submission_id) and not kept_for_devices(submission_id)
    if plain and not submission_id.endswith((".", " ")):
        return submission_id
    start = re.sub(r"[^A-Za-z0-9-]+", "_", submission_id).strip("_")[:40]
    digest = hashlib.sha256(submission_id.encode("utf-8", errors="surrogatepass")).hexdigest()[:12]
    return f"_{start}~{digest}"
