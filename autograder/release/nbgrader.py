"""nbgrader's cell metadata, schema version 3: checked, and finished as `nbgrader generate_assignment` does it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

SCHEMA_VERSION = 3
_FLAGS = ("grade", "solution", "locked")
_KEYS = {"schema_version", "grade_id", "points", "checksum", "cell_type", "task", *_FLAGS}
_GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]+")


class MetadataError(ValueError):
    """A cell's nbgrader metadata break schema 3."""


def finish(cell: dict[str, Any], grade_ids: set[str]) -> None:
    """Check a cell's nbgrader metadata, then add `checksum` and `cell_type`, in place.

    Cells without such metadata are left alone. `grade_ids` collects the ids of a notebook: each is used once.
    """
    if "nbgrader" not in cell["metadata"]:
        return
    metadata = cell["metadata"]["nbgrader"]
    _check(metadata, cell["cell_type"])
    if not any(metadata[flag] for flag in _FLAGS):
        return
    if metadata["grade_id"] in grade_ids:
        raise MetadataError(f"the grade_id `{metadata['grade_id']}` is used twice.")
    grade_ids.add(metadata["grade_id"])
    metadata["checksum"] = checksum(cell)
    metadata["cell_type"] = cell["cell_type"]


def checksum(cell: dict[str, Any]) -> str:
    """The MD5 that nbgrader computes for a cell, from its source, kind, roles, id and points."""
    metadata = cell["metadata"]["nbgrader"]
    locked = not metadata["solution"] and (metadata["grade"] or metadata["locked"])
    hashed = [cell["source"], cell["cell_type"]]
    hashed += [str(bool(value)) for value in (metadata["grade"], metadata["solution"], locked)]
    hashed.append(metadata["grade_id"])
    if metadata["grade"]:
        hashed.append(str(float(metadata["points"])))
    return hashlib.md5("".join(hashed).encode("utf-8"), usedforsecurity=False).hexdigest()


def _check(metadata: dict[str, Any], cell_type: str) -> None:
    unknown = sorted(set(metadata) - _KEYS)
    if unknown:
        raise MetadataError(f"nbgrader knows no metadata `{unknown[0]}`.")
    if metadata.get("schema_version") != SCHEMA_VERSION:
        raise MetadataError(f"nbgrader's schema_version must be {SCHEMA_VERSION}.")
    for flag in _FLAGS:
        if not isinstance(metadata.get(flag), bool):
            raise MetadataError(f"nbgrader's `{flag}` must be true or false.")
    if not any(metadata[flag] for flag in _FLAGS):
        return
    if not _GRADE_ID.fullmatch(str(metadata.get("grade_id", ""))):
        raise MetadataError("nbgrader's `grade_id` must be letters, digits, `-` and `_`.")
    points = metadata.get("points")
    if metadata["grade"] and not (isinstance(points, int | float) and points >= 0):
        raise MetadataError("a graded cell needs `points`, zero or more.")
    if cell_type != "code" and metadata["grade"] and not (metadata["solution"] or metadata.get("task")):
        raise MetadataError("a graded text cell must be a solution too.")
