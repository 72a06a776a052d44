"""Which files code speaks of: imported modules, texts that look like paths, what `%run` and the shell are given."""

from __future__ import annotations

import re

_IMPORT = re.compile(r"^\s*(?:from|import)\s+([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_][\w.]*)*)", re.MULTILINE)
_LITERAL = re.compile(r"""(?P<quote>['"])((?:(?!(?P=quote))[^\n]){1,200})(?P=quote)""")
_MAGIC = re.compile(r"^\s*[%!]+\s*([^\n]{1,500})", re.MULTILINE)
_WORD = re.compile(r"[^\s'\"=;&|<>]+")
MOST_MENTIONS = 10_000  # of one text


def modules(text: str) -> set[str]:
    """Top names of the modules that a text imports."""
    lists = (found.split(",") for found in _IMPORT.findall(text)[:MOST_MENTIONS])
    return {name.strip().partition(".")[0] for names in lists for name in names} - {""}


def paths(text: str) -> set[str]:
    r"""Texts that may be a path, as they reach the system: literals (`data\\x` as `data\x`) and words of magic lines."""
    found = set()
    for _, literal in _LITERAL.findall(text)[:MOST_MENTIONS]:
        found |= {literal, literal.replace("\\\\", "\\")}
    for line in _MAGIC.findall(text)[:MOST_MENTIONS]:
        found |= {word for word in _WORD.findall(line) if not word.startswith("-")}
    return {path for path in found if "\0" not in path}


def parts(path: str) -> tuple[str, ...]:
    """The names in a path by either system's separators, without `.`; `..` stays."""
    return tuple(part for part in re.split(r"[\\/]+", path) if part not in ("", "."))


def is_elsewhere(path: str) -> bool:
    """Whether a path begins at the top of a machine or in a home folder: no place of a hand-in."""
    return path.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:", path) is not None
