"""Unpacking a stranger's zip into a spool folder: every name and size checked while streaming, bad entries left out."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import raise_if_ours
from autograder.files import kept_for_devices
from autograder.text import one_line

from .names import IGNORED_FILES, IGNORED_FOLDERS

_IGNORED = IGNORED_FOLDERS | IGNORED_FILES
_CHUNK_BYTES = 2**20
_DIRECTORY_ENTRY_BYTES = (
    400  # of an entry in a zip's list: 46, its name of at most 255, and some extra fields
)
_END_RECORD_BYTES = 22 + 65_535  # the record that ends a zip, with the longest comment
_MAX_NAME_BYTES = 255  # what file systems take as one name
_MAX_DEPTH = 30  # folders one inside the other
_UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class BadArchive(Exception):
    """One sentence: why an archive is not unpacked at all."""


class BadEntry(Exception):
    """One sentence: why an entry of an archive is left out."""


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold.

    Attributes:
        total_bytes: of all its files, unpacked; what comes beyond is left out.
        entry_bytes: of one of its files, unpacked.
        entries: files and folders in its list.
        growth: how many times its packed size an entry may become; a zip of nothing but zeros reaches 1,000.
        growth_counts_from: bytes below which an entry may grow at will.
    """

    total_bytes: int
    entries: int
    entry_bytes: int = 200 * 2**20
    growth: int = 200
    growth_counts_from: int = 10 * 2**20


CLASS_LIMITS = ArchiveLimits(4 * 2**30, 50_000)
STUDENT_LIMITS = ArchiveLimits(200 * 2**20, 2_000)


def unpack(path: Path, target: Path, limits: ArchiveLimits) -> dict[Path, str]:
    """Unpack the zip at `path` into the new folder `target`: place there of an entry that is off -> one sentence.

    What may not be unpacked is left out, and what an archive holds twice is there twice. Files of caches and of
    environments go without a word. Raises `BadArchive` when nothing can be unpacked.
    """
    target.mkdir(parents=True)
    told: dict[Path, str] = {}
    try:
        _refuse_large_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            seen, left = set[str](), limits.total_bytes
            for info in _entries(archive, limits):
                place = target.joinpath(*_place(info.orig_filename))
                try:
                    name = _checked_name(info)
                    place = _free(target.joinpath(*name.parts))
                    if _is_again(name, seen):
                        told[place] = (
                            f"The zip file holds `{one_line(name, 100)}` twice (capitals and accents make no difference); both were read."
                        )
                    left -= _extract(archive, info, place, left, limits)
                except BadEntry as why:
                    told[place] = str(why)
                except _UNREADABLE as error:
                    raise_if_ours(error, "A zip file could not be unpacked")
                    shown = one_line(info.filename, 100)
                    told[place] = f"The zip entry `{shown}` cannot be unpacked: {one_line(error, 120)}."
    except zipfile.BadZipFile as error:
        raise BadArchive("The zip file is damaged or is no zip file.") from error
    except _UNREADABLE as error:
        raise_if_ours(error, "A zip file could not be unpacked")
        raise BadArchive(f"The zip file cannot be unpacked: {one_line(error, 120)}.") from error
    return told


def names_in(path: Path, limits: ArchiveLimits) -> list[PurePosixPath]:
    """The names of the files that would be unpacked. Raises `BadArchive`."""
    try:
        _refuse_large_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            return [PurePosixPath(*_place(info.orig_filename)) for info in _entries(archive, limits)]
    except (zipfile.BadZipFile, *_UNREADABLE) as error:
        raise BadArchive("The zip file is damaged or is no zip file.") from error


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


def _entries(archive: zipfile.ZipFile, limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    """The files of the archive, without those that nobody hands in on purpose."""
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise BadArchive(
            f"The zip file holds {len(infos):,} entries; at most {limits.entries:,} are unpacked."
        )
    return [
        info
        for info in infos
        if not info.is_dir()
        and not info.orig_filename.endswith("\\")
        and not _IGNORED & set(info.orig_filename.replace("\\", "/").split("/"))
    ]


def _place(raw: str) -> list[str]:
    """The parts of an entry's name that can stand in a folder of ours, to say whose entry it is when it is refused."""
    parts = (one_line(part, 80) for part in raw.replace("\\", "/").split("/"))
    return [part for part in parts if part not in ("", ".", "..")][:_MAX_DEPTH] or ["unnamed"]


def _is_again(name: PurePosixPath, seen: set[str]) -> bool:
    """Whether this name was there before, as systems see it that tell neither capitals nor accents apart."""
    key = unicodedata.normalize("NFC", str(name)).casefold()
    again = key in seen
    seen.add(key)
    return again


def _free(place: Path) -> Path:
    """The place itself, or one beside it where something lies there already."""
    tries = (place.with_name(f"{place.stem}~{number}{place.suffix}") for number in range(2, 100))
    return place if not place.exists() else next((each for each in tries if not each.exists()), place)


def _checked_name(info: zipfile.ZipInfo) -> PurePosixPath:
    """The safe name of an entry that is a plain file. Raises `BadEntry`."""
    name = _safe_name(info.orig_filename)
    shown = one_line(name, 100)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise BadEntry(f"The zip entry `{shown}` is a link or a device, not a file.")
    if info.flag_bits & 1:
        raise BadEntry(f"The zip entry `{shown}` is encrypted; hand it in without a password.")
    return name


def _safe_name(raw: str) -> PurePosixPath:
    """The entry's relative name. Refused, not mended: absolute names, drives, `..`, controls, over-long parts."""
    shown = one_line(raw, 100)
    name = PurePosixPath(raw.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", raw):
        raise BadEntry(f"The zip entry `{shown}` points outside of the archive.")
    for part in name.parts:
        if len(part.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES or len(name.parts) > _MAX_DEPTH:
            raise BadEntry(f"The zip entry `{shown}` has a name that is too long.")
        if kept_for_devices(part) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in part):
            raise BadEntry(
                f"The zip entry `{shown}` has a name that not every system can store; it was left out."
            )
    return name


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, limits: ArchiveLimits
) -> int:
    """Stream one entry to a new file, counting what really comes out; the number of bytes."""
    shown = one_line(info.filename, 100)
    most_by_growth = max(limits.growth_counts_from, info.compress_size * limits.growth)
    bounds = {
        most_by_growth: f"expands more than {limits.growth}-fold",
        limits.entry_bytes: f"has more than {limits.entry_bytes // 2**20} MB",
        left: f"expands past {limits.total_bytes // 2**20} MB",
    }

    def refuse_beyond(size: int) -> None:
        for most, what in bounds.items():
            if size > most:
                raise BadEntry(f"The zip entry `{shown}` {what}.")

    refuse_beyond(info.file_size)  # as declared: the library itself reads no further
    written = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("xb") as file:
        try:
            while chunk := source.read(_CHUNK_BYTES):
                written += len(chunk)
                refuse_beyond(written)
                file.write(chunk)
        except BaseException:
            file.close()
            target.unlink()
            raise
    return written
