"""The frozen types of what was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HandedNotebook:
    """One notebook of a submission.

    Attributes:
        name: its file name, cleaned of control characters.
        sha256: digest of the bytes as they were handed in.
        content: the notebook as strict nbformat 4 JSON (UTF-8) without outputs and metadata; empty with a problem.
        flags: facts worth a person's eye (`upgraded_format_3`, `not_utf8`, ...).
        problem: why it cannot be read, one sentence; empty when it can.
    """

    name: str
    sha256: str
    content: bytes = b""
    flags: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class HandedFile:
    """A file beside the notebook: its relative name, digest, and bytes (kept, or read from `path` when asked)."""

    name: str
    sha256: str
    size: int
    path: Path | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        id: how reports call it; unique within one `find`, free of control characters.
        notebooks: its notebooks, by name; those with a problem included.
        files: what else was handed in beside them (own modules, small data, weights).
        problem: why there is nothing to grade, one sentence; empty when at least one notebook can be read.
        flags: facts worth a person's eye (`same_bytes_as_another`, `files_left_out`).
    """

    id: str
    notebooks: tuple[HandedNotebook, ...] = ()
    files: tuple[HandedFile, ...] = ()
    problem: str = ""
    flags: tuple[str, ...] = ()
