"""Intake: what was handed in, read defensively, as plain values."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from .finding import under
from .handed import HandedFile, HandedNotebook, Submission

__all__ = ["HandedFile", "HandedNotebook", "Submission", "find"]


def find(paths: list[Path]) -> list[Submission]:
    """All submissions under `paths`, sorted by id; what cannot be read is a submission with a `problem`.

    A path is a notebook, a folder of notebooks (each one submission), a folder of folders (each one
    submission, its notebooks pooled), or a zip of any of these. Ids that differ in nothing but capitals get a
    digest of what was handed in; exact copies under one id count once. Raises `UsageError` for a path that
    does not exist or is none of these.
    """
    distinct = {
        path.resolve() if not path.is_symlink() else path.absolute(): path for path in map(Path, paths)
    }
    handed_in = [submission for path in distinct.values() for submission in under(path)]
    return sorted(_flag_copies(_with_own_ids(handed_in)), key=lambda submission: submission.id)


def _with_own_ids(submissions: list[Submission]) -> list[Submission]:
    """Make ids different on every file system, in a way that no order of the paths changes."""
    same: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        same[submission.id.casefold()].append(submission)
    own: dict[str, Submission] = {}
    for group in same.values():
        for submission in group:
            own_id = submission.id if len(group) == 1 else f"{submission.id}~{_digest(submission)}"
            own.setdefault(own_id, replace(submission, id=own_id))
    copies = {key: group for key, group in same.items() if len(group) > 1}
    for group in copies.values():  # copies of one submission under one id: the id needs no digest after all
        ids = {f"{each.id}~{_digest(each)}" for each in group}
        if len(ids) == 1:
            single = own.pop(ids.pop())
            own[group[0].id] = replace(single, id=group[0].id)
    return list(own.values())


def _digest(submission: Submission) -> str:
    parts = [submission.id, submission.problem]
    for notebook in submission.notebooks:
        parts += [notebook.name, notebook.sha256]
    for file in submission.files:
        parts += [file.name, file.sha256]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:6]


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
