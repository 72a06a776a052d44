"""Trainings that teach nothing, hardly anything, or that a person should look at, told by replay's answers before and after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.records import ItemResult
from tests.checks.judging import KNOWN, items, judge
from tests.evidence.builder import Builder, dense_nodes, grey

TRAIN = grey(KNOWN.train[:200]).reshape(200, -1)
DENSE = (400, 200, 100, 200, 400, 784)
GREY = np.full_like(TRAIN, 0.5) + np.linspace(0, 0.01, 784, dtype=np.float32)
BY_ADAM = {"o1": ("w1", "w2")}


def trained(folder: Path, after: np.ndarray, before: np.ndarray = GREY, **fit: object) -> ItemResult:
    """The item `training` of a notebook whose model answers so before and after its only training."""

    def build(builder: Builder) -> None:
        own_loss = bool(fit.pop("own_loss", False))
        builder.model("m1", dense_nodes(DENSE))
        builder.event("compile", 2, model="m1", loss="mean_squared_error", own_loss=own_loss)
        usual = {"id": "f1", "updates": BY_ADAM, "held": (TRAIN[:32], TRAIN[:32])}
        builder.fit("m1", TRAIN, TRAIN, **(usual | fit))
        builder.replay("m1", [(0, "fit:f1", {"out": before}), (1, "fit:f1", {"out": after})])

    return items(judge(folder, build)["dense"])["training"]


def nearer(share: float) -> np.ndarray:
    """Answers that went this share of the way from grey to the targets."""
    return (GREY + share * (TRAIN - GREY)).astype(np.float32)


def test_an_error_that_falls_is_a_training(tmp_path: Path) -> None:
    """What was learned beyond doubt has every point and no flag."""
    item = trained(tmp_path, nearer(0.3))

    assert (item.points, item.flags) == (15, ())


@pytest.mark.parametrize("share", [0.0, 1e-8])
def test_weights_that_changed_and_taught_nothing_earn_nothing(tmp_path: Path, share: float) -> None:
    """A step of a millionth moves weights and no error."""
    item = trained(tmp_path, nearer(share))

    assert (item.points, item.message_id, item.basis) == (0, "training.nothing", "recomputed")


def test_a_step_that_is_small_is_a_persons_to_look_at(tmp_path: Path) -> None:
    """SGD with a small step is honest: it has its points, and a flag."""
    item = trained(tmp_path, nearer(1e-3))

    assert (item.points, item.flags) == (15, ("hardly_trained",))


@pytest.mark.parametrize("worse", [-0.5, np.nan])
def test_a_step_that_is_too_large_is_no_fraud(tmp_path: Path, worse: float) -> None:
    """A training that an optimizer led astray has its points, and a flag."""
    item = trained(tmp_path, nearer(worse))

    assert (item.points, item.flags) == (15, ("hardly_trained",))


def test_noise_in_place_of_a_training_earns_nothing(tmp_path: Path) -> None:
    """Answers that moved away from their targets, and no optimizer moved them."""
    noise = np.random.default_rng(1).normal(0, 0.1, TRAIN.shape).astype(np.float32)

    assert trained(tmp_path, GREY + noise, updates={}, own_step=True).message_id == "training.nothing"


def test_weights_set_by_hand_are_flagged(tmp_path: Path) -> None:
    """An error that falls without any optimizer may be a training by hand."""
    assert trained(tmp_path, nearer(0.3), updates={}).flags == ("not_by_optimizer",)


@pytest.mark.parametrize("own", [{"own_loss": True}, {"own_step": True}])
def test_a_loss_of_ones_own_that_ignores_its_target_is_flagged(tmp_path: Path, own: dict) -> None:
    """The mean image is nearer to every target than grey is, and to none more than to another."""
    mean = np.broadcast_to(TRAIN.mean(axis=0), TRAIN.shape).astype(np.float32)

    assert trained(tmp_path / "own", mean, **own).flags == ("targets_ignored",)
    assert trained(tmp_path / "keras", mean).flags == ()


def test_logits_are_held_against_targets_as_what_they_stand_for(tmp_path: Path) -> None:
    """Logits far from 0 and 1 are far from the targets by themselves."""
    logits = (16 * (TRAIN - 0.5)).astype(np.float32)

    assert trained(tmp_path, logits, before=GREY - 0.5).flags == ()


def test_a_loop_of_fits_is_one_training(tmp_path: Path) -> None:
    """A later fit of a net that has learned all it can takes nothing from the first, wherever versions had to make room."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(DENSE))
        for number in range(10):
            around = {"version_before": number, "version_after": number + 1, "epochs_asked": 15}
            builder.fit("m1", TRAIN, TRAIN, id=f"f{number}", updates=BY_ADAM, held=(TRAIN, TRAIN), **around)
        answers = [(0, GREY), (9, nearer(0.6)), (10, nearer(0.6 - 1e-9))]
        builder.replay(
            "m1", [(version, "fit:f0", {"out": made}) for version, made in (answers[0], answers[2])]
        )
        builder.replay("m1", [(version, "fit:f9", {"out": made}) for version, made in answers[1:]])

    item = items(judge(tmp_path, build)["dense"])["training"]
    assert (item.points, item.flags) == (15, ())


def test_without_answers_changed_weights_are_a_training(tmp_path: Path) -> None:
    """What replay cannot rebuild is told by its weights alone."""
    item = trained(tmp_path, nearer(0.0)[:, :10], before=GREY[:, :10])

    assert (item.points, item.flags) == (15, ())


def test_most_epochs_that_change_no_weight_are_flagged(tmp_path: Path) -> None:
    """One epoch that trains, and then many with a step of 0."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(DENSE))
        one = {"updates": BY_ADAM, "held": (TRAIN, TRAIN), "shortened": False}
        builder.fit("m1", TRAIN, TRAIN, epochs_asked=1, **one)
        builder.fit("m1", TRAIN, TRAIN, epochs_asked=149, version_before=1, version_after=1, **one)

    item = items(judge(tmp_path, build)["dense"])["training"]
    assert (item.points, item.flags) == (15, ("hardly_trained",))


def test_a_step_of_nothing_is_told_after_any_number_of_versions(tmp_path: Path) -> None:
    """However often the weights were changed before, a training that leaves them alone is none."""
    item = trained(tmp_path, GREY, version_before=7, version_after=7)

    assert item.message_id == "training.unchanged"
