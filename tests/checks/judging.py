"""Judging a built notebook in one call, for the tests of checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from autograder.checks.sentences import fill
from autograder.grading.grade import grade_parts
from autograder.recognition.known_images import KnownImages
from autograder.records import ItemResult, PartGrade, RunRecord
from autograder.rubrics import CORE, Part
from tests.evidence.builder import Builder, known_images

KNOWN: KnownImages = known_images()


def judge(
    folder: Path,
    build: Callable[[Builder], object],
    run: RunRecord | None = None,
    parts: tuple[Part, ...] = CORE,
) -> dict[str, PartGrade]:
    """The grade of each part (the core parts when none are named) for a notebook that `build` fills in."""
    builder = Builder()
    build(builder)
    grades = grade_parts([builder.read(folder, run)], parts, KNOWN)
    for grade in grades:
        for item in grade.items:
            hold_told(item)
    return {grade.part: grade for grade in grades}


def hold_told(item: ItemResult) -> None:
    """Whatever is said of an item has expected and found, a next step where points are missing, and follows from its values."""
    assert item.message and item.expected and item.found, item
    assert bool(item.hint) == (item.status != "passed"), item
    values = json.loads(json.dumps(item.values))
    told = (item.message, item.expected, item.found, item.hint)
    assert fill(item.message_id, values, item.cell) == told


def items(grade: PartGrade) -> dict[str, ItemResult]:
    """A part's items by id."""
    return {item.item: item for item in grade.items}


def lost(grade: PartGrade) -> dict[str, float]:
    """Points lost, by item, where any were."""
    return {item.item: item.max_points - item.points for item in grade.items if item.points < item.max_points}
