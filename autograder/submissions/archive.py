"""Unpacking a stranger's zip into a spool folder: every name and size checked while streaming, links refused."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.files import kept_for_devices
from autograder.text import one_line

_IGNORED = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".git"}
_CHUNK_BYTES = 2**20
_DIRECTORY_ENTRY_BYTES = (
    400  # of an entry in a zip's list: 46, its name of at most 255, and some extra fields
)
_END_RECORD_BYTES = 22 + 65_535  # the record that ends a zip, with the longest comment
_MAX_NAME_BYTES = 255  # what file systems take as one name
_MAX_DEPTH = 30  # folders one inside the other


class BadArchive(Exception):
    """One sentence: why an archive is not unpacked."""


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold.

    Attributes:
        total_bytes: of all its files, unpacked.
        entries: files and folders in its list.
        growth: how many times its packed size an entry may become; a zip of nothing but zeros reaches 1,000.
        growth_counts_from: bytes below which an entry may grow at will.
    """

    total_bytes: int
    entries: int
    growth: int = 200
    growth_counts_from: int = 10 * 2**20


CLASS_LIMITS = ArchiveLimits(4 * 2**30, 50_000)
STUDENT_LIMITS = ArchiveLimits(200 * 2**20, 2_000)


def unpack(path: Path, target: Path, limits: ArchiveLimits) -> None:
    """Unpack the zip at `path` into the new folder `target`. Raises `BadArchive`, naming the entry at fault."""
    target.mkdir(parents=True)
    try:
        _refuse_large_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            entries = _checked_entries(archive, limits)
            left = limits.total_bytes
            for name, info in entries:
                left -= _extract(archive, info, target.joinpath(*name.parts), left, limits)
    except zipfile.BadZipFile as error:
        raise BadArchive("The zip file is damaged or is no zip file.") from error
    except (OSError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadArchive(f"The zip file cannot be unpacked: {one_line(error, 120)}.") from error


def _refuse_large_directory(path: Path, limits: ArchiveLimits) -> None:
    """Look at the end record before the library reads the whole list of entries into memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_RECORD_BYTES))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        return
    directory_bytes = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory_bytes > limits.entries * _DIRECTORY_ENTRY_BYTES:
        raise BadArchive(f"The zip file lists more than {limits.entries:,} entries.")


def _checked_entries(
    archive: zipfile.ZipFile, limits: ArchiveLimits
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The files to unpack under their safe names; the first unsafe, doubled or encrypted one refuses all."""
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise BadArchive(
            f"The zip file holds {len(infos):,} entries; at most {limits.entries:,} are unpacked."
        )
    seen: set[str] = set()
    files = []
    for info in infos:
        name = _safe_name(info.orig_filename)
        if info.is_dir() or info.orig_filename.endswith("\\") or _IGNORED & set(name.parts):
            continue
        shown = one_line(name, 100)
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BadArchive(f"The zip entry `{shown}` is a link or a device, not a file.")
        if info.flag_bits & 1:
            raise BadArchive(f"The zip entry `{shown}` is encrypted; hand it in without a password.")
        key = unicodedata.normalize("NFC", str(name)).casefold()
        if key in seen:
            raise BadArchive(f"The zip file holds `{shown}` twice (capitals and accents make no difference).")
        seen.add(key)
        files.append((name, info))
    return files


def _safe_name(raw: str) -> PurePosixPath:
    """The entry's relative name. Refused, not mended: absolute names, drives, `..`, controls, over-long parts."""
    shown = one_line(raw, 100)
    name = PurePosixPath(raw.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", raw):
        raise BadArchive(f"The zip entry `{shown}` points outside of the archive.")
    for part in name.parts:
        if len(part.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES or len(name.parts) > _MAX_DEPTH:
            raise BadArchive(f"The zip entry `{shown}` has a name that is too long.")
        if kept_for_devices(part) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in part):
            raise BadArchive(f"The zip entry `{shown}` has a name that not every system can store.")
    return name


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, limits: ArchiveLimits
) -> int:
    """Stream one entry to a new file, counting what really comes out; the number of bytes."""
    shown = one_line(info.filename, 100)
    most_by_growth = max(limits.growth_counts_from, info.compress_size * limits.growth)
    written = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > most_by_growth:
                raise BadArchive(f"The zip entry `{shown}` expands more than {limits.growth}-fold.")
            if written > left:
                raise BadArchive(f"The zip file expands past {limits.total_bytes // 2**20} MB.")
            file.write(chunk)
    return written
