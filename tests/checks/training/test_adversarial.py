"""Two models that are trained against each other: what each check wants of them, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.grading.grade import grade_parts
from autograder.records import PartGrade
from autograder.rubrics import CORE, PARTS
from autograder.rubrics.gan import GAN
from tests.checks.judging import KNOWN, hold_told, items, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, grey
from tests.evidence.gan import EPOCHS, gan, judge_nodes, maker_nodes, normal, weights
from tests.evidence.vae import vae

WAYS = ("fit", "on_batches")
REST = {"loss-plot": 15, "samples-by-epoch": 15, "generated-images": 10, "measures": 10}
BOTH = [*weights(maker_nodes()), *weights(judge_nodes())]


def judged(folder: Path, parts=(*CORE, GAN), **change) -> PartGrade:
    """The grade of the part for an honest notebook, but for `change`; no core part is attempted by it."""
    builder = Builder()
    gan(builder, KNOWN, **change)
    grades = {grade.part: grade for grade in grade_parts([builder.read(folder)], parts, KNOWN)}
    for item in grades["gan"].items:
        hold_told(item)
    assert {grade.status for id, grade in grades.items() if id != "gan"} <= {"not_submitted"}
    return grades["gan"]


@pytest.mark.parametrize("way", WAYS)
def test_an_honest_pair_earns_every_point_and_attempts_nothing_else(tmp_path: Path, way: str) -> None:
    """Trained by a step of its own or in turn by batches; a generator is no decoder of the parts before it."""
    grade = judged(tmp_path, [part for part in PARTS if part.data == "mnist"], way=way)

    assert (lost(grade), grade.points) == ({}, 100)


def test_large_samples_drawn_later_do_not_hide_the_pages(tmp_path: Path) -> None:
    """What was made to be shown is looked for before what was made to be measured."""
    assert lost(judged(tmp_path, later=8)) == {}


def test_two_tapes_are_a_pair_too(tmp_path: Path) -> None:
    """Losses that nobody logged cannot be told from other lines; all else can be."""
    grade = judged(tmp_path, way="on_tape", epochs=())

    assert lost(grade) == {"loss-plot": 15, "samples-by-epoch": 15}


MUTANTS: dict[str, tuple[dict, dict[str, float]]] = {
    "generator of another width": ({"maker": maker_nodes((128, 512, 1024, 784))}, {"generator-architecture": 4}),
    "discriminator without a layer": ({"judge": judge_nodes((1024, 256, 1))}, {"discriminator-architecture": 3}),
    "fewer epochs": ({"epochs_asked": 199}, {"training": 7}),
    "few images": ({"samples": 10_000}, {"training": 4}),
    "test images": ({"rows": grey(KNOWN.test)}, {"training": 4}),
    "one optimizer": ({"updates": {"o1": BOTH}}, {"training": 4}),
    "a discriminator that stays": (
        {"changed": ("g",), "updates": {"o2": weights(maker_nodes())}},
        {"training": 9},
    ),
    "a generator that stays": ({"changed": ("d",)}, {"training": 20} | REST),
    "no title": ({"axes": {"title": ""}}, {"loss-plot": 2}),
    "no legend": ({"axes": {"legend": []}}, {"loss-plot": 3}),
    "no samples after the first epoch": ({"epochs": (10, *EPOCHS[1:])}, {"samples-by-epoch": 3.75}),
    "samples of two epochs": ({"epochs": (1, 200)}, {"samples-by-epoch": 7.5}),
    "the first epoch four times": ({"epochs": (1, 1, 1, 1)}, {"samples-by-epoch": 11.25}),
    "four grids after training": ({"epochs": (None,) * 4}, {"samples-by-epoch": 11.25}),
    "ten samples each": ({"grid": 10}, {"samples-by-epoch": 5.625}),
    "real images as samples": ({"real_samples": True}, {"samples-by-epoch": 15}),
    "five new images": ({"shown": 5, "epochs": ()}, {"samples-by-epoch": 15, "generated-images": 5}),
    "no new images": ({"shown": 0, "epochs": ()}, {"samples-by-epoch": 15, "generated-images": 10}),
    "new images of the untrained generator": (
        {"final": 0, "epochs": ()},
        {"samples-by-epoch": 15, "generated-images": 10, "measures": 10},
    ),
    "uniform codes": (
        {"codes": np.random.default_rng(3).uniform(-1, 1, (120, 100)).astype(np.float32), "epochs": ()},
        {"samples-by-epoch": 15, "generated-images": 5},
    ),
    "no measures": ({"numbers": ()}, {"measures": 10}),
    "measures of something else": ({"numbers": (0.87, 0.62)}, {"measures": 10}),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_defect_costs_its_own_points(tmp_path: Path, name: str) -> None:
    """Each defect loses what belongs to it, and what cannot be judged without it."""
    change, expected = MUTANTS[name]

    assert lost(judged(tmp_path, **change)) == pytest.approx(expected, abs=1e-6)


IN_TURN: dict[str, tuple[dict, dict[str, float]]] = {
    "a discriminator that the generator's training changes": ({"updates": {"o2": BOTH}}, {"training": 5}),
    "a discriminator that sees real images alone": ({"real_only": True, "batch_size": 128}, {"training": 5}),
    "half of the batches": ({"batches": 46_800, "epochs": ()}, {"training": 7, "samples-by-epoch": 15}),
    "few different images": ({"distinct": 10_000, "epochs": ()}, {"training": 4, "samples-by-epoch": 15}),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_TURN)
def test_a_defect_of_training_in_turn_costs_its_own_points(tmp_path: Path, name: str) -> None:
    """What batches tell: who was trained on what, and how often."""
    change, expected = IN_TURN[name]

    assert lost(judged(tmp_path, way="on_batches", **change)) == pytest.approx(expected, abs=1e-6)


def test_models_that_were_never_trained_are_judged_by_their_layers(tmp_path: Path) -> None:
    """Both networks are built and nothing more: their architectures count, the rest waits."""
    builder = Builder()
    builder.model("g", maker_nodes(), 2, (100,))
    builder.model("d", judge_nodes(), 2)
    grades = {grade.part: grade for grade in grade_parts([builder.read(tmp_path)], (*CORE, GAN), KNOWN)}

    assert {grade.status for id, grade in grades.items() if id != "gan"} == {"not_submitted"}
    found = items(grades["gan"])
    assert (found["generator-architecture"].points, found["discriminator-architecture"].points) == (15, 10)
    assert found["samples-by-epoch"].status == "blocked" and found["training"].points == 0


@pytest.mark.parametrize("build", [notebooks.dense, notebooks.conv, notebooks.denoising, vae])
def test_other_notebooks_attempt_no_pair(tmp_path: Path, build) -> None:
    """An autoencoder is no generator, and neither is the decoder of one."""
    builder = Builder()
    build(builder, KNOWN)
    grade = grade_parts([builder.read(tmp_path)], (GAN,), KNOWN)[0]

    assert (grade.status, grade.points) == ("not_submitted", 0)
    assert {item.status for item in grade.items} == {"not_attempted"}


def test_the_same_codes_asked_again_are_one_sample(tmp_path: Path) -> None:
    """Sixteen codes after each of eight epochs tell no more about their distribution than once."""
    builder = Builder()
    gan(builder, KNOWN, epochs=(1, 20, 40, 60, 80, 100, 150, 200), grid=16, codes=normal(16), shown=0)
    grade = grade_parts([builder.read(tmp_path)], (GAN,), KNOWN)[0]

    assert lost(grade) == {}
