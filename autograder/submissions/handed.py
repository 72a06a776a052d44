"""The frozen types of what was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.files import UnsafeFile, read_regular

_BYTES_IN_JSON = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}


@dataclass(frozen=True)
class HandedNotebook:
    """One notebook of a submission.

    Attributes:
        name: its file name, cleaned of control characters.
        sha256: digest of the bytes as they were handed in.
        content: the notebook as nbformat 4 JSON (ASCII) without outputs and metadata; empty with a problem.
        flags: facts worth a person's eye (`upgraded_format_3`, `not_utf8`, ...).
        problem: why it cannot be read, one sentence; empty when it can.
    """

    __pydantic_config__ = _BYTES_IN_JSON
    name: str
    sha256: str
    content: bytes = b""
    flags: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class HandedFile:
    """A file beside the notebook: relative POSIX name, digest, size, and its bytes or the `path` they are read from."""

    __pydantic_config__ = _BYTES_IN_JSON
    name: str
    sha256: str
    size: int
    path: Path | None = None
    content: bytes | None = None

    def read(self) -> bytes:
        """Its bytes. Raises `OSError` when the file is no longer the plain file that was handed in."""
        if self.content is not None:
            return self.content
        if self.path is None:
            raise OSError(f"{self.name} came without its bytes")
        try:
            return read_regular(self.path, self.size)
        except UnsafeFile as error:
            raise OSError(str(error)) from error


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        id: how reports call it; unique within one `find`, free of control characters.
        notebooks: its notebooks, by name; those with a problem included.
        files: what else was handed in beside them (own modules, small data, weights).
        problem: why there is nothing to grade, one sentence; empty when at least one notebook can be read.
        flags: facts worth a person's eye (`same_bytes_as_another`, `files_left_out`, ...).
        notes: sentences for the student that cost nothing, such as what was left out and why.
        overlooked: names beside a lone notebook that its code names and that are not its own; for the instructor.
        group: name of the folder of a section that it lies in; empty where a class has none.
    """

    id: str
    notebooks: tuple[HandedNotebook, ...] = ()
    files: tuple[HandedFile, ...] = ()
    problem: str = ""
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    overlooked: tuple[str, ...] = ()
    group: str = ""
