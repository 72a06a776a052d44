"""What became of a grade: every change is kept beside the record, with when, what and why."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.records import GradeChange, ItemChange, ItemResult, PartGrade, SubmissionGrade

FILE = "history.json"
KEPT = "kept"  # parts of a record that are older than the rest of it, because they were better
DIGESTS = ("content", "run", "judge", KEPT)
_KEPT_NOTE = "Kept from an earlier grading: "
_CHANGES: TypeAdapter[list[GradeChange]] = TypeAdapter(list[GradeChange])


def changed_items(old: SubmissionGrade, new: SubmissionGrade) -> tuple[ItemChange, ...]:
    """Items whose points differ, in the newer grade's order; an item that only one of them knows has 0 in the other."""
    before, after = _by_id(old), _by_id(new)
    keys = [*after, *(key for key in before if key not in after)]
    changes = []
    for key in keys:
        was, now = before.get(key), after.get(key)
        points = (was.points if was else 0.0, now.points if now else 0.0)
        if points[0] != points[1]:
            changes.append(ItemChange(*key, *points, now.message if now else ""))
    return tuple(changes)


def keep_better_parts(old: SubmissionGrade, new: SubmissionGrade) -> SubmissionGrade:
    """The newer grade, with the older result of every part that would lose points; a note there says so."""
    before = {part.part: part for part in old.parts if part.status == "graded"}

    def better(part: PartGrade) -> PartGrade:
        was = before.get(part.part)
        if was is None or was.points <= part.points:
            return part
        kept_note = (
            f"{_KEPT_NOTE}{was.points:g} points, where today's rules give {part.points:g} (--no-lower)."
        )
        notes = tuple(note for note in was.notes if not note.startswith(_KEPT_NOTE))
        return replace(was, notes=(*notes, kept_note))

    parts = tuple(better(part) for part in new.parts)
    most = sum(part.max_points for part in parts)
    points = sum(part.points for part in parts)
    return SubmissionGrade(new.id, new.status, points, most, new.notebooks, parts, new.problem)


def kept_parts(grade: SubmissionGrade) -> dict[str, str]:
    """Parts whose better points were kept from an earlier grading -> the note that says how many."""
    return {part.part: note for part in grade.parts for note in part.notes if note.startswith(_KEPT_NOTE)}


def note(
    folder: Path, old: SubmissionGrade, new: SubmissionGrade, old_key: dict[str, str], key: dict[str, str]
) -> None:
    """Write a change of points down in a submission's folder; nothing when no item changed.

    Raises `OSError` when the folder cannot be written.
    """
    items = changed_items(old, new)
    if not items:
        return
    reasons = tuple(name for name in DIGESTS if old_key.get(name) != key.get(name))
    when = datetime.now(timezone.utc).isoformat(timespec="seconds")
    change = GradeChange(when, old.points, new.points, reasons, items)
    earlier = read(folder)
    if earlier and _same(earlier[-1], change):
        return  # killed after this line was written, before the grade was
    text = json.dumps(_CHANGES.dump_python([*earlier, change], mode="json"), indent=1)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as file:
        file.write(text + "\n")
    Path(file.name).replace(folder / FILE)


def read(folder: Path) -> list[GradeChange]:
    """All changes of one submission's grade, oldest first; none when nothing legible was kept."""
    try:
        return _CHANGES.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return []


def _by_id(grade: SubmissionGrade) -> dict[tuple[str, str], ItemResult]:
    return {(part.part, item.item): item for part in grade.parts for item in part.items}


def _same(one: GradeChange, other: GradeChange) -> bool:
    return (one.old, one.new, one.reasons, one.items) == (other.old, other.new, other.reasons, other.items)
