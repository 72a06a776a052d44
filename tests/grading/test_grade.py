"""Rubric and evidence make a grade: outcomes, points, and what is published about them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from autograder.grading.grade import grade_parts
from autograder.rubrics import CORE
from tests.checks.judging import KNOWN, items, judge
from tests.evidence import notebooks
from tests.evidence.builder import Builder, run_record


def test_no_notebook_means_nothing_submitted() -> None:
    """Without evidence each part is there, not submitted, with all its items."""
    grades = grade_parts([], CORE, KNOWN)

    assert [(g.part, g.status, g.points, g.max_points) for g in grades] == [
        (part.id, "not_submitted", 0.0, 100) for part in CORE
    ]
    assert all(
        [i.item for i in g.items] == [i.id for i in p.items] for g, p in zip(grades, CORE, strict=True)
    )


def test_only_asked_parts_are_graded(tmp_path: Path) -> None:
    """A model of a part that is not asked for is no attempt of another part."""
    builder = Builder()
    notebooks.dense(builder, KNOWN)
    conv_only = [part for part in CORE if part.id == "conv"]

    (grade,) = grade_parts([builder.read(tmp_path)], conv_only, KNOWN)

    assert (grade.part, grade.status) == ("conv", "not_submitted")


def test_grading_twice_gives_the_same(tmp_path: Path) -> None:
    """The grade is a function of the evidence."""

    def once(folder: Path) -> list[dict]:
        return [asdict(grade) for grade in judge(folder, lambda b: notebooks.denoising(b, KNOWN)).values()]

    assert once(tmp_path / "a") == once(tmp_path / "b")


def test_of_two_notebooks_the_better_one_counts_alone(tmp_path: Path) -> None:
    """A part attempted twice is judged where it earns more; items of two notebooks never mix."""
    good, poor = Builder(), Builder()
    notebooks.dense(good, KNOWN, epochs_asked=10)
    notebooks.trained_copy(poor, KNOWN)
    evidences = [good.read(tmp_path / "good"), poor.read(tmp_path / "poor")]

    dense = grade_parts(evidences, CORE, KNOWN)[0]

    assert dense.points == 95 and items(dense)["training"].points == 10
    assert any("2 notebooks" in note for note in dense.notes)


@pytest.mark.parametrize(
    ("run", "status", "points"),
    [
        (run_record(), "passed", 5),
        (run_record(raised={3: "ValueError: x"}), "failed", 0),
        (run_record(status="crash", cell=4), "failed", 0),
    ],
)
def test_runs_is_about_the_whole_notebook_of_a_single_part(
    tmp_path: Path, run, status: str, points: float
) -> None:
    """Any cell that fails costs the item `runs`, and nothing else by itself."""
    grade = judge(tmp_path, lambda builder: notebooks.dense(builder, KNOWN), run)["dense"]

    assert (items(grade)["runs"].status, items(grade)["runs"].points) == (status, points)
    assert grade.points == 95 + points


def test_points_of_all_items_make_the_part(tmp_path: Path) -> None:
    """The part's points are the sum of its items'."""
    grade = judge(tmp_path, lambda builder: notebooks.dense(builder, KNOWN, epochs_asked=1, samples=9))[
        "dense"
    ]

    assert grade.points == sum(item.points for item in grade.items) == 92


def test_blocked_item_names_what_it_waits_for(tmp_path: Path) -> None:
    """A blocked item is scolded once, at the item that blocks it."""

    def build(builder: Builder) -> None:
        builder.model("m1", notebooks.dense_nodes(notebooks.DENSE))

    grade = judge(tmp_path, build)["dense"]
    blocked = [item for item in grade.items if item.status == "blocked"]

    assert {(item.blocked_by, item.message, item.hint) for item in blocked} == {
        ("training", "Waits for training.", "Mend training first.")
    }
