"""Intake: what was handed in, read defensively, as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import UsageError

from .beside import Gathered, walk
from .finding import Found, under
from .handed import HandedFile, HandedNotebook, Submission
from .ids import with_own_ids
from .student import with_given

__all__ = ["HandedFile", "HandedNotebook", "Intake", "Submission", "find", "look"]


@dataclass(frozen=True)
class Intake:
    """What lies under some paths.

    Attributes:
        submissions: all of them, sorted by id; each id is another one, on every file system.
        unused: names of files that are nobody's submission and belong to none.
    """

    submissions: tuple[Submission, ...]
    unused: tuple[str, ...] = ()


def find(paths: list[Path]) -> list[Submission]:
    """All submissions under `paths`, sorted by id; what cannot be read is a submission with a `problem`.

    A path is a notebook, a folder of notebooks (each one submission), a folder of folders (each one
    submission, its notebooks pooled; folders of sections are looked through), or a zip of any of these. Ids that differ
    in nothing but capitals get a digest of what was handed in; exact copies under one id count once. Raises
    `UsageError` for a path that does not exist or is none of these.
    """
    return list(look(paths).submissions)


def look(paths: Sequence[Path], given: Sequence[Path] = (), own: bool = False) -> Intake:
    """Like `find`, with what was not used; `given` are files that the instructor gives to every notebook.

    `own`: the notebooks lie in their author's own folder, so whatever their code names there is theirs.
    """
    distinct = {
        path.resolve() if not path.is_symlink() else path.absolute(): path for path in map(Path, paths)
    }
    found = Found()
    for path in distinct.values():
        found.add(under(path, own))
    submissions = with_own_ids(found.submissions)
    if given:
        files = _given(given)
        submissions = [with_given(each, files) for each in submissions]
    ordered = sorted(_flag_copies(submissions), key=lambda submission: submission.id)
    return Intake(tuple(ordered), tuple(sorted({*found.unused} - {path.name for path in given})))


def _given(paths: Sequence[Path]) -> Gathered:
    """Files for every notebook, by their own names. Raises `UsageError` for one that cannot be had whole."""
    gathered = Gathered()
    for path in map(Path, paths):
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.", "Check what --with names.")
        for each in walk(path) if path.is_dir() else [path]:
            gathered.take(each, each.relative_to(path.parent).as_posix())
    if gathered.left_out:
        raise UsageError(" ".join(gathered.notes), "Check what --with names.")
    return gathered


def _flag_copies(submissions: list[Submission]) -> list[Submission]:
    """Flag submissions of which a notebook has the very bytes of somebody else's: for a person, never for points."""
    owners = Counter(
        digest
        for submission in submissions
        for digest in {notebook.sha256 for notebook in submission.notebooks if not notebook.problem}
    )
    return [
        replace(submission, flags=(*submission.flags, "same_bytes_as_another"))
        if any(owners[notebook.sha256] > 1 for notebook in submission.notebooks)
        else submission
        for submission in submissions
    ]
