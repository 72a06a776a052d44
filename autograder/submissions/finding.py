"""Which submissions lie under a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.errors import UsageError

from . import names
from .archive import CLASS_LIMITS, BadArchive, names_in, unpack
from .beside import begins_with, walk
from .handed import Submission
from .sections import grouped, is_class, is_work
from .spool import new_folder
from .student import (
    Told,
    clean,
    holds_notebook,
    lone_notebook,
    online_text,
    other_file,
    student_folder,
    student_zip,
)

_NOTHING = "Nothing that can be graded was found here: a notebook's name ends in .ipynb."
_DEPTH = 3  # folders around students that are looked through: a wrapper, a course, a section


@dataclass
class Found:
    """What was found: submissions, and names of files that belong to nobody, for the instructor."""

    submissions: list[Submission] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Take over all of another."""
        self.submissions += other.submissions
        self.unused += other.unused


def under(path: Path, own: bool = False) -> Found:
    """The submissions under one path. Raises `UsageError` when there is nothing of that name, or no such kind.

    `own`: a lone notebook lies in its author's folder, so what its code names there is the author's.
    """
    if path.is_dir():
        return in_class_folder(path)
    if not path.exists() and not path.is_symlink():
        raise UsageError(f"There is no file or folder {path}.", "Check the spelling of the path.")
    if names.is_notebook(path) or names.is_renamed_notebook(path):
        if own:
            return Found([lone_notebook(path, lambda _: True)])
        return Found([_Folder(path.parent).lone(path)])
    if names.is_zip(path):
        return _class_zip(path)
    raise UsageError(
        f"{path} is neither a notebook (.ipynb) nor a folder nor a zip file.", "Name one of these."
    )


def in_class_folder(folder: Path, wrapper: str = "", told: Told | None = None, depth: int = _DEPTH) -> Found:
    """Each notebook and zip of a folder is a submission, and each folder in it that holds some.

    Where a folder holds neither notebooks nor zips, every folder in it is a submission, found empty or not.
    `wrapper` is the name under which zip programs wrap a whole folder: such a wrapper is looked through, as are folders
    of sections. `told`: what was off with entries of the zip that the folder was unpacked from.
    """
    here = _Folder(folder, told)
    if not here.files and len(here.folders) == 1 and depth and _only_wraps(here.folders[0], wrapper):
        return in_class_folder(here.folders[0], told=told, depth=depth - 1)
    found = here.from_files()
    groups = grouped(here.folders) if depth else set()
    for path in here.folders:
        if path in groups:
            inside = in_class_folder(path, told=told, depth=depth - 1)
            inside.submissions = [replace(each, group=clean(path.name)) for each in inside.submissions]
            found.add(inside)
        elif not here.files or any(map(names.is_gradable, walk(path))) or names.download(path.name):
            found.add(here.one_folder(path))
    return found


class _Folder:
    """The entries of one folder of a class, and whose each of them is."""

    def __init__(self, folder: Path, told: Told | None = None) -> None:
        self.told = told or {}
        try:
            entries = sorted(entry for entry in folder.iterdir() if names.counts(entry))
        except OSError as error:
            raise UsageError(
                f"The folder {folder} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
        lost = {place for place in self.told if place.parent == folder and not place.exists()}
        entries = sorted({*entries, *lost})
        self._flat = [entry for entry in entries if not _is_folder(entry)]
        self.folders = [entry for entry in entries if _is_folder(entry)]
        self.files = [
            entry for entry in self._flat if names.is_gradable(entry) or names.is_renamed_notebook(entry)
        ]
        self._stems = {names.stem(entry) for entry in self.files} | {
            entry.name for entry in self.folders if any(map(names.is_gradable, walk(entry)))
        }
        self._who = {
            platform.who
            for entry in [*self.files, *self.folders]
            if (platform := names.download(entry.name)) and not platform.online_text
        }

    def from_files(self) -> Found:
        """The submissions that are files of this folder, and what belongs to nobody."""
        found = Found()
        for path in self.files:
            found.add(self._one_file(path))
        imported = {name for submission in found.submissions for name in submission.overlooked}
        spoken_for = {place.name for place in self.told}
        for path in self._flat:
            if path in self.files:
                continue
            if self._is_somebodys(path) and path.name not in imported:
                found.submissions.append(online_text(path) if _typed(path) else other_file(path))
            elif not self._belongs(path) and path.name not in spoken_for:
                found.unused.append(path.name)
        return found

    def lone(self, path: Path) -> Submission:
        """A notebook of this folder, with what is its own."""
        may_take = self._may_take(path)
        told = {at: why for at, why in self.told.items() if at.parent == path.parent and may_take(at.name)}
        return lone_notebook(path, may_take, tuple(told.values()), self._siblings(path))

    def one_folder(self, path: Path) -> Found:
        """The submission that is a folder of this one; none where it holds typed text beside the same student's files."""
        platform = names.download(path.name)
        if platform is not None and platform.online_text:
            return Found([] if platform.who in self._who else [online_text(path)])
        return Found([student_folder(path, told=self.told)])

    def _one_file(self, path: Path) -> Found:
        if path in self.told and not path.exists():
            return Found([Submission(clean(names.stem(path)), problem=self.told[path])])
        if names.is_zip(path):
            return self._one_zip(path)
        return Found([self.lone(path)])

    def _one_zip(self, path: Path) -> Found:
        """A student's zip, or the class's own that lies among what it was unpacked to, or alone in its folder."""
        try:
            entries = names_in(path, CLASS_LIMITS) if len(self.files) == 1 and not path.is_symlink() else []
        except BadArchive:
            entries = []
        beside = {entry.name for entry in self.folders} & self._stems
        tops = {part for entry in entries for part in entry.parts[:2]}
        if not entries or not is_class(entries) or beside - tops:
            return Found([student_zip(path)])
        return Found(unused=[path.name]) if beside else _class_zip(path)

    def _is_somebodys(self, path: Path) -> bool:
        """Whether a file that is no notebook stands for a student: by a platform's name, or by an ending in a flat class."""
        platform = names.download(path.name)
        if platform is not None:
            return platform.who not in self._who and path == self._first_of(platform.who)
        if (self.folders and not self.files) or self._belongs(path):
            return False
        return bool(names.other_ending(path)) or (path.suffix.lower() == ".json" and holds_notebook(path))

    def _first_of(self, who: str) -> Path | None:
        """Of several files that a platform marked as one student's, the one that is worth a row."""
        same = [path for path in self._flat if (named := names.download(path.name)) and named.who == who]
        return min(
            same, key=lambda path: (_typed(path), not names.other_ending(path), path.name), default=None
        )

    def _belongs(self, path: Path) -> bool:
        if (platform := names.download(path.name)) is not None:
            return platform.who in self._who or path != self._first_of(platform.who)
        return any(begins_with(path.name, stem) for stem in self._stems)

    def _may_take(self, path: Path) -> Callable[[str], bool]:
        """Whether a name beside a notebook is its own: it begins with its stem, and with no longer one of another's."""
        own = names.stem(path)
        longer = [stem for stem in self._stems if stem != own and stem.startswith(own)]
        return lambda name: begins_with(name, own) and not any(begins_with(name, stem) for stem in longer)

    def _siblings(self, path: Path) -> dict[str, Path]:
        """Files that a platform marked as handed in by the same student, by the names that they had there."""
        platform, siblings = names.download(path.name), dict[str, Path]()
        if platform is None:
            return siblings
        for other in self._flat:
            named = names.download(other.name)
            if (
                named is not None
                and named.who == platform.who
                and other not in self.files
                and not _typed(other)
            ):
                siblings.setdefault(named.file, other)
                siblings.setdefault(names.without_number(named.file), other)
        return siblings


def _class_zip(path: Path) -> Found:
    target = new_folder()
    try:
        told = unpack(path, target, CLASS_LIMITS)
    except BadArchive as problem:
        return Found([Submission(clean(path.stem), problem=str(problem))])
    for place in told:  # who has nothing else is still a folder of the class
        place.parent.mkdir(parents=True, exist_ok=True)
    found = in_class_folder(target, path.stem, told)
    if not found.submissions:
        found.submissions.append(Submission(clean(path.stem), problem=_NOTHING))
    return found


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink() and not names.is_gradable(entry)


def _typed(path: Path) -> bool:
    platform = names.download(path.name)
    return platform is not None and platform.online_text


def _only_wraps(folder: Path, wrapper: str) -> bool:
    """Whether a single folder is only the class folder's own wrapper, not a student's."""
    if wrapper and folder.name.casefold() == wrapper.casefold():
        return True
    entries = [entry for entry in folder.iterdir() if names.counts(entry)]
    nested = [entry for entry in entries if entry.is_dir() and any(map(names.is_gradable, walk(entry)))]
    people = [entry for entry in nested if not is_work(entry.name)]
    return len(nested) > 1 and bool(people) and not any(map(names.is_gradable, entries))
