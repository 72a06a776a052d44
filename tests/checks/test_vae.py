"""Models that draw their codes, losses of one's own, pictures by epoch and decoded grids: each check and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.grading.grade import grade_parts
from autograder.records import PartGrade
from autograder.rubrics import CORE
from autograder.rubrics.vae import VAE
from tests.evidence.builder import Builder, curve, grey
from tests.evidence.notebooks import square
from tests.evidence.vae import EPOCHS, decode, decoder_nodes, encoder_nodes, summed_error, vae

from .judging import KNOWN, hold_told, items, lost

ERROR = summed_error(KNOWN)
FALLING = [*curve(99, ERROR), ERROR]
TRAIN = grey(KNOWN.train[:256])


def judged(folder: Path, **change) -> PartGrade:
    """The grade of the part for a notebook with one honest model, but for `change`."""
    builder = Builder()
    vae(builder, KNOWN, **change)
    grades = grade_parts([builder.read(folder)], (*CORE, VAE), KNOWN)
    for item in grades[-1].items:
        hold_told(item)
    assert {grade.status for grade in grades[:-1]} == {"not_submitted"}
    return grades[-1]


@pytest.mark.parametrize("graph", [True, False])
def test_an_honest_notebook_earns_every_point(tmp_path: Path, graph: bool) -> None:
    """With a `call` that leads through both models, or with a training step that does; what draws the code is no layer."""
    grade = judged(tmp_path, graph=graph)

    assert (lost(grade), grade.points) == ({}, 100)


def logged(loss: float, **more: list[float]) -> dict:
    """A history that ends with this loss."""
    return {
        "history": {"loss": [*curve(99, loss), loss], "val_loss": [*curve(99, loss + 1), loss + 1], **more}
    }


def without(*names: str) -> dict:
    """A loss plot without these texts."""
    return {"axes": {name: [] if name == "legend" else "" for name in names}}


MUTANTS: dict[str, tuple[dict, dict[str, float]]] = {
    "encoder of another width": ({"encoder": encoder_nodes(256)}, {"architecture": 4}),
    "decoder with one layer more": ({"decoder": decoder_nodes((512, 512, 784))}, {"architecture": 4}),
    "half of the epochs": ({"epochs_asked": 50}, {"training": 7}),
    "few images": ({"samples": 10_000}, {"training": 4}),
    "another target": ({"targets": TRAIN[::-1].copy()}, {"training": 5}),
    "a mean over the pixels": (logged(ERROR / 784), {"training": 4}),
    "summed cross-entropy": (logged(ERROR * 4), {"training": 4}),
    "no title": (without("title"), {"loss-plot": 2}),
    "no legend": (without("legend"), {"loss-plot": 3}),
    "no x label": (without("xlabel"), {"loss-plot": 2}),
    "one loss": ({"history": {"loss": FALLING}}, {"loss-plot": 3}),
    "two epochs": ({"epochs": (5, 100)}, {"reconstructions": 7.5}),
    "one epoch many times": ({"epochs": (5, 5, 5, 5)}, {"reconstructions": 11.25}),
    "after training only": ({"epochs": (None,) * 4}, {"reconstructions": 15}),
    "nine images": ({"shown": 9}, {"reconstructions": 1.5}),
    "points on no grid": (
        {"points": np.random.default_rng(2).normal(size=(25, 2)).astype(np.float32)},
        {"manifold": 5},
    ),
    "nine points": ({"points": np.mgrid[-1:1:3j, -1:1:3j].reshape(2, -1).T.astype(np.float32)}, {"manifold": 4.375}),
    "a grid before training": ({"grid_version": 0}, {"manifold": 10}),
    "the plane before training": ({"codes_version": 0}, {"latent-plane": 10}),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_defect_costs_its_own_points(tmp_path: Path, name: str) -> None:
    """Each defect loses what belongs to it, and nothing else."""
    change, expected = MUTANTS[name]

    assert lost(judged(tmp_path, **change)) == pytest.approx(expected, abs=1e-6)


def test_parts_of_the_loss_count_as_losses(tmp_path: Path) -> None:
    """Without validation, the loss and a part of it are two curves, whatever they are called."""
    builder, history = Builder(), {"loss": FALLING, "fehler": curve(100, ERROR - 3)}
    lines = [builder.line(values) for values in history.values()]
    vae(builder, KNOWN, history=history, axes={"lines": lines})
    grade = grade_parts([builder.read(tmp_path)], (VAE,), KNOWN)[0]

    assert lost(grade) == {}


def test_an_accuracy_is_no_loss(tmp_path: Path) -> None:
    """A second curve has to be a loss."""
    builder, history = Builder(), {"loss": FALLING, "accuracy": curve(100, 0.9)}
    lines = [builder.line(values) for values in history.values()]
    vae(builder, KNOWN, history=history, axes={"lines": lines})
    grade = grade_parts([builder.read(tmp_path)], (VAE,), KNOWN)[0]

    assert lost(grade) == {"loss-plot": 3}


def test_a_shortened_training_lets_one_picture_stand_for_many_epochs(tmp_path: Path) -> None:
    """Played epochs leave the weights alone: four rows of equal pictures are those of four epochs."""
    grade = judged(tmp_path, epochs=EPOCHS)

    assert items(grade)["reconstructions"].points == 15


def test_a_grid_is_found_beside_random_samples(tmp_path: Path) -> None:
    """A notebook that also draws samples of random codes keeps its grid."""
    builder = Builder()
    vae(builder, KNOWN)
    codes = np.random.default_rng(3).normal(size=(30, 2)).astype(np.float32)
    call = builder.call("m3", codes, decode(codes), 1, 8)
    builder.replay("m3", [(1, f"call:{call}", {"out": decode(codes)})])
    builder.figure(builder.row_of(square(decode(codes)), 0, 1), 8)
    grade = grade_parts([builder.read(tmp_path)], (VAE,), KNOWN)[0]

    assert lost(grade) == {}


def test_outputs_that_nobody_asked_for_cost_their_own_points_alone(tmp_path: Path) -> None:
    """Where no output is known, the loss is held against what giving back the mean image would cost."""
    mean = KNOWN.images(np.arange(256)) - KNOWN.mean_image
    error = float((mean**2).sum(axis=1).mean())
    grades = [judged(tmp_path / str(factor), epochs=(), **logged(error * factor)) for factor in (1, 4)]

    assert [lost(grade) for grade in grades] == [
        {"reconstructions": 15},
        {"reconstructions": 15, "training": 4},
    ]
