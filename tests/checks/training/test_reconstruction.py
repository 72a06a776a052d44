"""The item `training` of parts that copy images and of the part that denoises them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.checks.epochs import epochs_of
from autograder.evidence.facts import Fit
from tests.checks.judging import KNOWN, items, judge, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, curve, dense_nodes, grey, noisy

TRAIN, TEST = grey(KNOWN.train[:256]), grey(KNOWN.test[:32])


def dense(folder: Path, **fit):
    """`training` of a dense notebook with other arguments of fit."""
    return items(judge(folder, lambda builder: notebooks.dense(builder, KNOWN, **fit))["dense"])["training"]


@pytest.mark.parametrize(
    ("fit", "points", "missing"),
    [
        ({}, 15, []),
        ({"epochs_asked": 50}, 10, ["epochs"]),
        ({"epochs_asked": 200}, 15, []),
        ({"epochs_run": 40, "stopped_early": True}, 15, []),
        ({"samples": 48_000, "validation_samples": 12_000, "held": (TRAIN[:32], TRAIN[:32])}, 15, []),
        ({"samples": 48_000}, 12, ["data"]),
        ({"samples": 30_000, "validation_samples": 30_000, "held": (TRAIN[:32], TRAIN[:32])}, 12, ["data"]),
        ({"samples": 59_392}, 15, []),
        ({"samples": 10_000}, 12, ["data"]),
        ({"samples": None}, 12, ["data"]),
        ({"held": None}, 12, ["validation"]),
        ({"targets": TRAIN[::-1]}, 11, ["target"]),
        ({"rows": TEST}, 12, ["data"]),
        ({"rows": TRAIN * 255}, 15, []),
        ({"rows": TRAIN * 255, "targets": TRAIN}, 15, []),
        ({"rows": TRAIN.reshape(-1, 28, 28, 1), "targets": TRAIN}, 15, []),
        ({"epochs_asked": 10, "held": None, "samples": 1000}, 4, ["epochs", "data", "validation"]),
    ],
)
def test_each_argument_of_fit_has_its_points(tmp_path: Path, fit: dict, points: float, missing: list) -> None:
    """Epochs 5, data 3, target 4, validation 3; a defect costs its own points only."""
    item = dense(tmp_path, **fit)

    assert (item.points, item.values.get("missing", [])) == (points, missing)


def test_epochs_add_up_over_several_fits(tmp_path: Path) -> None:
    """A loop of fits trains as long as one fit does."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, epochs_asked=50)
        for _ in range(100):
            builder.fit("m1", TRAIN[:4], TRAIN[:4], epochs_asked=1, held=(TEST, TEST), version_before=1)

    assert items(judge(tmp_path, build)["dense"])["training"].points == 15


def test_batches_count_as_epochs(tmp_path: Path) -> None:
    """`train_on_batch` over all images 150 times is 150 epochs."""
    batches = 150 * 469
    fields = {
        "api": "train_on_batch",
        "epochs_asked": None,
        "samples": None,
        "distinct": 60_000,
        "batches": batches,
    }

    assert dense(tmp_path, **fields, batch_size=128).points == 15
    assert (
        "epochs" in dense(tmp_path / "few", **(fields | {"batches": 469}), batch_size=128).values["missing"]
    )


@pytest.mark.parametrize(
    ("batch_size", "steps"),
    [(128, 469), (128, 468), (512, 118), (512, 117), (500, 120), (256, 234), (2048, 29), (4096, 14)],
)
def test_whole_epochs_are_counted_whether_or_not_their_last_batch_is_full(
    batch_size: int, steps: int
) -> None:
    """60,000 images in batches, the last one smaller or left out; a training that stops in between counts what it did."""
    fit = batch_training(batches=150 * steps, batch_size=batch_size)

    assert epochs_of(fit) == 150
    assert epochs_of(batch_training(batches=steps // 2, batch_size=batch_size)) == 0


def batch_training(**fields: object) -> Fit:
    """A training by batches over 60,000 images."""
    return Fit.model_construct(epochs_asked=None, samples=None, distinct=60_000, **fields)


def test_untrained_model_is_told_to_train(tmp_path: Path) -> None:
    """Without a fit, training fails once and what depends on it waits."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(notebooks.DENSE))
        builder.figure(builder.row_of(notebooks.square(TEST[:10])))

    found = items(judge(tmp_path, build)["dense"])
    waiting = {id: item.blocked_by for id, item in found.items() if item.status == "blocked"}

    assert (found["training"].status, found["architecture"].points, found["test-images"].points) == (
        "failed",
        30,
        5,
    )
    assert waiting == dict.fromkeys(("loss-plot", "bottleneck-images", "reconstructions"), "training")


def test_weights_that_never_change_earn_nothing(tmp_path: Path) -> None:
    """A recorded fit that left the weights as they were is no training."""
    assert dense(tmp_path, version_after=0).message_id == "training.unchanged"


def test_classifier_is_no_attempt(tmp_path: Path) -> None:
    """A model trained onto labels is about no part."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes((128, 10)))
        builder.fit("m1", TRAIN, np.zeros((256, 10), np.float32))

    assert {grade.status for grade in judge(tmp_path, build).values()} == {"not_submitted"}


def test_images_padded_to_another_size_are_an_attempt_with_defects(tmp_path: Path) -> None:
    """A net on 32 x 32 images is not what was asked, but it is an attempt."""

    def build(builder: Builder) -> None:
        rows = np.pad(TRAIN.reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2))).reshape(-1, 1024)
        builder.model("m1", dense_nodes((400, 200, 100, 200, 400, 1024), 1024), given=(1024,))
        builder.weights("m1", 1)
        builder.fit("m1", rows, rows, held=(rows, rows))

    found = items(judge(tmp_path, build)["dense"])

    assert (found["architecture"].points, found["training"].values["missing"]) == (22.5, ["data"])


def test_worked_example_on_shrunk_digits_is_no_attempt(tmp_path: Path) -> None:
    """A template's own net on 10 x 10 digits attempts nothing."""

    def build(builder: Builder) -> None:
        rows = np.ascontiguousarray(TRAIN.reshape(-1, 28, 28)[:, 4:24:2, 4:24:2]).reshape(-1, 100)
        builder.model("m1", dense_nodes((25, 100), 100), given=(100,))
        builder.weights("m1", 1)
        builder.fit("m1", rows, rows, held=(rows, rows))

    assert {grade.status for grade in judge(tmp_path, build).values()} == {"not_submitted"}


def test_encoder_of_a_trained_model_is_no_attempt_of_its_own(tmp_path: Path) -> None:
    """A piece that shares its layers with the trained model stays a piece."""

    def build(builder: Builder) -> None:
        notebooks.dense(builder, KNOWN)
        builder.model("enc", dense_nodes((400, 200, 100)))

    assert judge(tmp_path, build)["dense"].points == 100


def test_best_model_of_a_part_counts_alone(tmp_path: Path) -> None:
    """A first try beside the good model costs nothing; two halves never add up."""

    def build(builder: Builder) -> None:
        builder.model("m0", dense_nodes((32, 784), prefix="z"))
        builder.fit("m0", TRAIN, TRAIN, epochs_asked=5)
        notebooks.dense(builder, KNOWN)

    def halves(builder: Builder) -> None:
        builder.model("m0", dense_nodes(notebooks.DENSE, prefix="z"))
        builder.fit("m0", TRAIN, TRAIN, epochs_asked=5, version_before=0, version_after=1)
        notebooks.trained_copy(builder, KNOWN, nodes=dense_nodes((32, 784)))

    assert judge(tmp_path / "a", build)["dense"].points == 100
    split = items(judge(tmp_path / "b", halves)["dense"])
    assert (split["architecture"].points, split["training"].points) != (30, 15)


def denoising(folder: Path, **change):
    """`training` of a denoising notebook."""
    grade = judge(folder, lambda builder: notebooks.denoising(builder, KNOWN, **change))["denoising"]
    return items(grade)["training"]


NOISY_TEST = noisy(TEST, seed=2)


@pytest.mark.parametrize(
    ("change", "points", "missing"),
    [
        ({}, 15, []),
        ({"epochs_asked": 3}, 15, []),
        ({"fit_inputs": TRAIN}, 10, ["noisy input"]),
        ({"targets": noisy(TRAIN, seed=1)}, 10, ["clean target"]),
        ({"targets": noisy(TRAIN, seed=5)}, 10, ["clean target"]),
        ({"held": None}, 12, ["validation"]),
        ({"held": (TEST, TEST)}, 12, ["validation"]),
        ({"held": (NOISY_TEST, NOISY_TEST)}, 12, ["validation"]),
        ({"samples": 1000}, 13, ["data"]),
    ],
)
def test_each_side_of_denoising_has_its_points(
    tmp_path: Path, change: dict, points: float, missing: list
) -> None:
    """Noisy in 5, clean target 5, data 2, validation likewise 3; epochs are free."""
    item = denoising(tmp_path, **change)

    assert (item.points, item.values.get("missing", [])) == (points, missing)


def test_noisy_rows_of_other_images_are_not_noisy_versions(tmp_path: Path) -> None:
    """Noisy images paired with other images' clean ones teach nothing."""
    shuffled = noisy(TRAIN, seed=1)[np.random.default_rng(0).permutation(len(TRAIN))]

    assert "noisy input" in denoising(tmp_path, fit_inputs=shuffled).values["missing"]


def test_one_model_trained_for_two_parts_serves_both(tmp_path: Path) -> None:
    """The same model, first on clean then on noisy images: each kind of training is an attempt of its own."""

    def build(builder: Builder) -> None:
        net = notebooks.dense(builder, KNOWN)
        noisy_train = noisy(TRAIN, seed=1)
        builder.weights("m1", 2, 6)
        fields = {
            "version_before": 1,
            "version_after": 2,
            "history": {"loss": curve(20, 1), "val_loss": curve(20, 2)},
        }
        builder.fit("m1", noisy_train, TRAIN, 6, held=(NOISY_TEST, TEST), **fields)
        call = builder.call("m1", NOISY_TEST, net.run(NOISY_TEST, 2), 2, 6)
        builder.replay("m1", [(2, f"call:{call}", {"out": net.run(NOISY_TEST, 2)})])
        builder.figure([notebooks.loss_axes(builder, train=curve(20, 1), validation=curve(20, 2))], 7)
        rows = [TRAIN, noisy_train, TEST, NOISY_TEST, net.run(NOISY_TEST, 2)]
        axes = [each for at, r in enumerate(rows) for each in builder.row_of(notebooks.square(r[:10]), at, 5)]
        builder.figure(axes, 8)

    grades = judge(tmp_path, build)

    assert (lost(grades["dense"]), lost(grades["denoising"])) == ({}, {})
