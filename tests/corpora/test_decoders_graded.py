"""Notebooks of three decoders through the pipeline that grades a class: honest ones in full, defects at their cost."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from autograder import pipeline
from autograder.records import PartGrade
from autograder.rubrics import PARTS
from autograder.rubrics.decoders import DECODERS
from autograder.settings import CORE_PARTS, Settings
from autograder.submissions import HandedNotebook, Submission

from . import decoders
from .notebook import from_marks, to_bytes

pytestmark = [pytest.mark.kernel, pytest.mark.tensorflow, pytest.mark.corpus]
SETTINGS = Settings(sandbox="none", warm=False, memory_mb=6144, parts=(*CORE_PARTS, DECODERS.id))
TOGETHER = (
    "linear-width",
    "transposed-kernel-3",
    "upsampling-maps",
    "initial-uniform",
    "epochs-19",
    "trained-on-10000",
    "loss-cross-entropy",
    "title-missing",
    "outputs-are-originals",
    "outputs-9-of-10",
    "outputs-other-images",
    "crash-at-end",
)


def graded(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, PartGrade]:
    """The grade of each part, core parts and decoders, for a notebook of this text."""
    monkeypatch.setattr(pipeline, "PARTS", tuple(dict.fromkeys((*PARTS, DECODERS))))
    content = to_bytes(from_marks(text))
    notebook = HandedNotebook("decoders.ipynb", hashlib.sha256(content).hexdigest(), content)
    grade = pipeline.grade_submission(Submission("student", (notebook,)), SETTINGS, folder)
    return {part.part: part for part in grade.parts}


def lost(part: PartGrade) -> dict[str, float]:
    """Points lost, by item, where any were."""
    return {item.item: item.max_points - item.points for item in part.items if item.points < item.max_points}


def test_defects_of_one_notebook_cost_what_each_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve defects in one notebook, each at its price; no core part is attempted by these models."""
    grades = graded(decoders.edited(*TOGETHER), tmp_path, monkeypatch)

    assert lost(grades["decoders"]) == pytest.approx(decoders.cost(*TOGETHER))
    assert {grades[part].status for part in CORE_PARTS} == {"not_submitted"}


@pytest.mark.long
@pytest.mark.parametrize("style", ("classes", "with_experiments"))
def test_honest_notebooks_earn_every_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    """However it is written, and with further models in experiments: 100 points, and no core part attempted."""
    grades = graded(decoders.source(style), tmp_path, monkeypatch)

    assert (lost(grades["decoders"]), grades["decoders"].points) == ({}, 100)
    assert {grades[part].status for part in CORE_PARTS} == {"not_submitted"}
