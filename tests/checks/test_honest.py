"""Honest notebooks of each part, alone and together, earn every point."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.grade import grade_parts
from autograder.rubrics import CORE
from tests.evidence import notebooks
from tests.evidence.builder import Builder, run_record

from .judging import KNOWN, items, judge, lost

BUILD = {"dense": notebooks.dense, "conv": notebooks.conv, "denoising": notebooks.denoising}


@pytest.mark.parametrize("part", BUILD)
def test_honest_notebook_earns_every_point_of_its_part_and_none_of_the_others(
    tmp_path: Path, part: str
) -> None:
    """One part alone: 100 points there, the other parts not submitted."""
    grades = judge(tmp_path, lambda builder: BUILD[part](builder, KNOWN))

    assert (lost(grades[part]), grades[part].points) == ({}, 100)
    assert {id: grades[id].status for id in BUILD if id != part} == dict.fromkeys(
        set(BUILD) - {part}, "not_submitted"
    )


def all_parts(builder: Builder) -> None:
    """Three parts in one file."""
    notebooks.dense(builder, KNOWN)
    notebooks.conv(builder, KNOWN, cell=6)
    notebooks.denoising(builder, KNOWN, cell=10)


def test_three_parts_in_one_file_earn_every_point(tmp_path: Path) -> None:
    """The models are told apart by what they were trained on and by their layers."""
    grades = judge(tmp_path, all_parts, run_record(cells=13))

    assert {id: grade.points for id, grade in grades.items()} == {"dense": 100, "conv": 100, "denoising": 100}


def test_three_parts_in_three_files_are_pooled(tmp_path: Path) -> None:
    """Several notebooks of one student make one grade a part."""
    evidences = []
    for part, build in BUILD.items():
        builder = Builder()
        build(builder, KNOWN)
        evidences.append(builder.read(tmp_path / part))

    assert [grade.points for grade in grade_parts(evidences, CORE, KNOWN)] == [100, 100, 100]


def test_nothing_done_is_not_attempted(tmp_path: Path) -> None:
    """A notebook that only runs earns nothing, and every item says so."""
    grades = judge(tmp_path, lambda builder: None)

    assert {(item.status, item.points) for grade in grades.values() for item in grade.items} == {
        ("not_attempted", 0.0)
    }


def test_images_drawn_once_serve_all_parts(tmp_path: Path) -> None:
    """The test images of part 1 count for part 2 of the same file."""

    def build(builder: Builder) -> None:
        notebooks.dense(builder, KNOWN)
        net = notebooks.FakeNet(2, code=392)
        notebooks.trained_copy(
            builder,
            KNOWN,
            id="m2",
            net=net,
            nodes=notebooks.conv_nodes(),
            code_node="n3",
            code_shape=(7, 7, 8),
            given=(28, 28, 1),
            cell=6,
        )

    assert items(judge(tmp_path, build)["conv"])["test-images"].status == "passed"


def test_error_costs_only_the_part_whose_cells_it_lies_in(tmp_path: Path) -> None:
    """In a file of several parts a failing cell belongs to the part that it comes before the end of."""
    grades = judge(
        tmp_path, all_parts, run_record(cells=14, raised={8: "NameError: name 'x' is not defined"})
    )

    assert [lost(grades[id]) for id in BUILD] == [{}, {"runs": 5}, {}]
    assert items(grades["conv"])["runs"].message == "Cell 8 raises NameError."


def test_error_after_everything_costs_the_last_part(tmp_path: Path) -> None:
    """Cells after the last evidence still belong to the last part."""
    grades = judge(tmp_path, all_parts, run_record(cells=14, raised={14: "ValueError: at 0x7f1234"}))

    assert [lost(grades[id]) for id in BUILD] == [{}, {}, {"runs": 5}]


def test_messages_hold_nothing_that_training_made(tmp_path: Path) -> None:
    """Two trainings with other losses give the same words."""

    def texts(seed: int) -> list[tuple]:
        def build(builder: Builder) -> None:
            net = notebooks.FakeNet(seed)
            notebooks.trained_copy(builder, KNOWN, net=net, epochs_asked=20 + 0 * seed, samples=30_000)

        grade = judge(tmp_path / str(seed), build)["dense"]
        return [(item.message, item.found, item.expected, item.hint, item.points) for item in grade.items]

    assert texts(1) == texts(2)
