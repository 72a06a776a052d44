"""Intake: what was handed in, read defensively, as plain values."""

from __future__ import annotations

from pathlib import Path

from .handed import HandedFile, HandedNotebook, Submission

__all__ = ["HandedFile", "HandedNotebook", "Submission", "find"]


def find(paths: list[Path]) -> list[Submission]:
    """All submissions under `paths`, sorted by id; what cannot be read is a submission with a `problem`.

    A path is a notebook, a folder of notebooks (each one submission), a folder of folders (each one
    submission, its notebooks pooled), or a zip of any of these. Raises `UsageError` for a path that does not exist.
    """
    raise NotImplementedError
