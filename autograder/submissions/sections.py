"""Whether folders are students or groups of students, by the names and the depth of what lies in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from . import names
from .beside import walk

_TAIL = r"(?:[\s._-]*\w{1,3})?"
# What course staff call a group of students, or the sheet that they all worked on.
_GROUP = re.compile(
    r"(?:section|sektion|sezione|group|gruppe|team|tutorial|tutorium|course|kurs|class|klasse|lab|hw|homework|"
    rf"assignment|exercise|sheet|übung|uebung|blatt|week|session){_TAIL}",
    re.IGNORECASE,
)
# What one student calls the folders of one hand-in.
_WORK = re.compile(
    r"(?:part|teil|task|aufgabe|exercise|ex|question|q|notebooks?|nbs?|src|source|code|scripts?|data|datasets?|"
    r"models?|weights|final|draft|old|new|backup|copy|submission|abgabe|solution|solutions|dense|conv\w*|denois\w*|"
    r"vae|gan|latent\w*|decoders?|generation|autoencoders?|hw|homework|assignment|lab|week|my|work|project|"
    rf"assets|images?|figures?|plots?|utils?|helpers?|lib|v?\d+)(?:[\s._-]+\w+)?{_TAIL}",
    re.IGNORECASE,
)


def grouped(folders: Iterable[Path]) -> set[Path]:
    """Those of a class's folders that hold folders of students (a section each, or a sheet each), not one student's work.

    They do where their names say so, or where all are alike and no name of a student comes twice.
    """
    inside = {folder: _students_in(folder) for folder in folders}
    inside = {folder: found for folder, found in inside.items() if found is not None}
    candidates = {folder for folder, found in inside.items() if found}
    named = {folder for folder in candidates if _GROUP.fullmatch(folder.name)}
    counts = Counter(name.casefold() for found in inside.values() if found for name in found)
    several = sum(len(inside[folder] or ()) > 1 for folder in candidates)
    alike = len(candidates) == len(inside) > 1 and max(counts.values(), default=2) == 1
    return candidates if alike and 2 * several >= len(candidates) else named


def is_class(entries: list[PurePosixPath]) -> bool:
    """Whether the files of a zip are those of several students, each in a folder or under a platform's name."""
    entries = [entry for entry in entries if names.counts(Path(entry.name))]
    while len({entry.parts[0] for entry in entries}) == 1 and all(len(entry.parts) > 1 for entry in entries):
        entries = [PurePosixPath(*entry.parts[1:]) for entry in entries]
    found = [entry for entry in entries if names.is_gradable(Path(entry.name))]
    downloads = {platform.who for entry in found if (platform := names.download(entry.parts[0]))}
    if len(downloads) > 1:
        return True
    tops = {entry.parts[0] for entry in found if len(entry.parts) > 1}
    return len(tops) > 1 and all(len(entry.parts) > 1 for entry in found) and not all(map(is_work, tops))


def is_work(name: str) -> bool:
    """Whether a folder's name is that of a piece of work, not of a person."""
    return _WORK.fullmatch(name) is not None


def _students_in(folder: Path) -> list[str] | None:
    """Names of what may be students in a folder; none when it is one student's own, None when nobody's work lies there."""
    try:
        entries = [entry for entry in folder.iterdir() if names.counts(entry) and not entry.is_symlink()]
    except OSError:
        return None
    folders = [entry for entry in entries if entry.is_dir() and any(map(names.is_gradable, walk(entry)))]
    files = [entry for entry in entries if entry.is_file() and names.is_gradable(entry)]
    if not folders and not files:
        return None
    if files:
        people = [entry for entry in files if not is_work(entry.stem)]
        flat = len(people) == len(files) > 1 and _GROUP.fullmatch(folder.name) and not folders
        return [names.stem(entry) for entry in files] if flat else []
    return [] if all(is_work(entry.name) for entry in folders) else [entry.name for entry in folders]
