"""Ids that differ on every file system, in a way that no order of the paths changes; no submission is lost by them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace

from .handed import Submission

_SHORTEST = 6  # hexadecimal digits behind an id that several share
_LONGEST = 64


def with_own_ids(submissions: list[Submission]) -> list[Submission]:
    """The submissions under different ids; exact copies under one id, in one section, count once.

    An id that several share gets its section's name in front; where that is not enough, a digest of what was handed in,
    longer where somebody made a short one collide or took its name.
    """
    distinct = {(each.id, each.group, _digest(each)): each for each in submissions}
    left = list(distinct.values())
    for length in (0, *range(_SHORTEST, _LONGEST + 1)):
        named = [replace(each, id=_named(each, length if shared else None)) for each, shared in _shared(left)]
        if not any(shared for _, shared in _shared(named)):
            return named
    return _marked(sorted(left, key=lambda each: (each.id, each.group, _digest(each))))


def _marked(submissions: list[Submission]) -> list[Submission]:
    """Ids made different one by one, where somebody took even the name with another's whole digest."""
    taken, named = set[str](), []
    for each in submissions:
        own = each.id
        while own.casefold() in taken:
            own += "~"
        taken.add(own.casefold())
        named.append(replace(each, id=own))
    return named


def _shared(submissions: list[Submission]) -> list[tuple[Submission, bool]]:
    """Each submission, and whether its id is another's too, or differs from it in capitals only."""
    same: dict[str, list[Submission]] = defaultdict(list)
    for each in submissions:
        same[each.id.casefold()].append(each)
    return [(each, len(same[each.id.casefold()]) > 1) for each in submissions]


def _named(submission: Submission, digits: int | None) -> str:
    """The id with `digits` of its digest; as it is for None."""
    if digits is None:
        return submission.id
    in_section = f"{submission.group} {submission.id}" if submission.group else submission.id
    return f"{in_section}~{_digest(submission)[:digits]}" if digits else in_section


def _digest(submission: Submission) -> str:
    parts = [submission.id, submission.problem]
    for notebook in submission.notebooks:
        parts += [notebook.name, notebook.sha256]
    for file in submission.files:
        parts += [file.name, file.sha256]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
