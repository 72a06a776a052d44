"""Items about noise: the noise itself, noisy images, and what the model made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.checks.judging import KNOWN, items, judge, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, FakeNet, grey, noisy

TRAIN, TEST = grey(KNOWN.train[:256]), grey(KNOWN.test[:32])
square = notebooks.square


def normal(rows: np.ndarray, seed: int) -> np.ndarray:
    """Standard normal numbers."""
    return np.random.default_rng(seed).standard_normal(rows.shape)


def uniform(rows: np.ndarray, seed: int, low: float = -1.0) -> np.ndarray:
    """Uniform numbers up to 1."""
    return np.random.default_rng(seed).uniform(low, 1, rows.shape)


def clip(rows: np.ndarray) -> np.ndarray:
    """Rows cut to their range."""
    return np.clip(rows, 0, 1)


@pytest.mark.parametrize(
    ("add", "cost"),
    [
        (lambda x, seed: clip(x + 0.25 * normal(x, seed)), {}),
        (lambda x, seed: clip(x + 0.5 * normal(x, seed)), {"noise": 8}),
        (lambda x, seed: clip(x + 1.0 * normal(x, seed)), {"noise": 8}),
        (lambda x, seed: clip(x + 0.1 * normal(x, seed)), {"noise": 8}),
        (lambda x, seed: x + 0.25 * normal(x, seed), {"noise": 4}),
        (lambda x, seed: clip(x + 0.25 * uniform(x, seed)), {"noise": 4}),
        (lambda x, seed: clip(x + 0.25 * uniform(x, seed, 0)), {"noise": 4}),
        (lambda x, seed: clip(x + 0.25 + 0.25 * normal(x, seed)), {"noise": 4}),
        (lambda x, seed: x + 0.5 * normal(x, seed), {"noise": 12}),
    ],
    ids=[
        "as asked",
        "0.5",
        "1.0, which hides the digit",
        "0.1",
        "not clipped",
        "uniform",
        "uniform above 0",
        "with a mean",
        "0.5, not clipped",
    ],
)
def test_wrong_noise_costs_its_own_points_only(tmp_path: Path, add, cost: dict) -> None:
    """Scale 8, normal 4, clipped 4; the pictures of that very noise still count."""
    grade = judge(tmp_path, lambda builder: notebooks.denoising(builder, KNOWN, add=add))["denoising"]

    assert lost(grade) == cost


@pytest.mark.parametrize("scale", [255.0, 2.0], ids=["bytes", "-1 to 1"])
def test_noise_in_another_grey_scale_is_the_same_noise(tmp_path: Path, scale: float) -> None:
    """What counts is the noise relative to the range of grey."""
    shift = 0 if scale == 255 else -1
    rows, test = TRAIN * scale + shift, TEST * scale + shift
    low, high = shift, scale + shift

    def build(builder: Builder) -> None:
        net = FakeNet(3)
        noisy_train = np.clip(rows + 0.25 * scale * normal(rows, 1), low, high)
        noisy_test = np.clip(test + 0.25 * scale * normal(test, 2), low, high)
        builder.model("m3", notebooks.dense_nodes((128, 784)))
        builder.weights("m3", 1)
        builder.fit("m3", noisy_train, rows, held=(noisy_test, test))
        call = builder.call("m3", noisy_test, net.run(TEST))
        builder.replay("m3", [(1, f"call:{call}", {"out": net.run(TEST)})])
        builder.figure([notebooks.loss_axes(builder)], 4)
        pictures = [rows, noisy_train, test, noisy_test, net.run(TEST)]
        axes = [each for at, r in enumerate(pictures) for each in builder.row_of(square(r[:10]), at, 5)]
        builder.figure(axes, 5)

    assert lost(judge(tmp_path, build)["denoising"]) == {}


def test_forgotten_scaling_of_bytes_is_another_noise(tmp_path: Path) -> None:
    """Noise of 0.25 on values up to 255 cannot be seen."""
    grade = judge(
        tmp_path,
        lambda b: notebooks.denoising(
            b,
            KNOWN,
            fit_inputs=np.clip(TRAIN * 255 + 0.25 * normal(TRAIN, 1), 0, 255),
            targets=TRAIN * 255,
            draw=False,
        ),
    )["denoising"]

    assert "scale" in items(grade)["noise"].values["missing"]


def test_noise_on_training_images_only_costs_the_test_points(tmp_path: Path) -> None:
    """Test images must be noisy too."""

    def build(builder: Builder) -> None:
        net = FakeNet(3)
        builder.model("m3", notebooks.dense_nodes((128, 784)))
        builder.weights("m3", 1)
        builder.fit("m3", noisy(TRAIN), TRAIN, held=(TEST, TEST))
        builder.replay("m3", [(1, "known:mnist:test", {"out": net.run(TEST[:16])})])
        builder.figure(builder.row_of(square(net.run(TEST[:10]))), 5)

    grade = items(judge(tmp_path, build)["denoising"])

    assert grade["noise"].values["missing"] == ["test images"] and grade["noise"].points == 16
    assert grade["denoised-images"].message_id == "outputs.clean"


@pytest.mark.parametrize(
    ("on_test", "piece"),
    [
        (lambda x: clip(x + 0.5 * normal(x, 2)), "noise.test-scale"),
        (lambda x: clip(x + 0.25 + 0.25 * normal(x, 2)), "noise.test-normal"),
        (lambda x: x + 0.25 * normal(x, 2), "noise.test-clipped"),
    ],
    ids=["another scale", "an offset", "not clipped"],
)
def test_other_noise_on_the_test_images_costs_their_points(tmp_path: Path, on_test, piece: str) -> None:
    """Each half is measured by itself, and what is off is said."""

    def add(rows: np.ndarray, seed: int) -> np.ndarray:
        return clip(rows + 0.25 * normal(rows, 1)) if seed == 1 else on_test(rows)

    grade = items(judge(tmp_path, lambda builder: notebooks.denoising(builder, KNOWN, add=add))["denoising"])

    assert grade["noise"].points == 16 and grade["noise"].values["pieces"] == [piece]


def test_model_trained_on_clean_images_but_asked_about_noisy_ones_is_a_denoising_attempt(
    tmp_path: Path,
) -> None:
    """Forgetting the noise in fit costs that sub-point and the validation, not the whole part."""
    change = {"fit_inputs": TRAIN, "held": (TEST, TEST)}
    grades = judge(tmp_path, lambda builder: notebooks.denoising(builder, KNOWN, **change))

    assert lost(grades["denoising"]) == {"training": 8}
    assert grades["dense"].status == "not_submitted"


def test_trying_noise_on_part_one_does_not_take_its_model_away(tmp_path: Path) -> None:
    """A good dense model that is also asked about noisy images stays part 1."""

    def build(builder: Builder) -> None:
        net = notebooks.dense(builder, KNOWN)
        rows = noisy(TEST)
        builder.call("m1", rows, net.run(rows))

    assert judge(tmp_path, build)["dense"].points == 100


def test_noisy_images_drawn_from_bytes_count(tmp_path: Path) -> None:
    """Noisy images shown as bytes, inverted, are still those images with that noise."""

    def build(builder: Builder) -> None:
        notebooks.denoising(builder, KNOWN, draw=False)
        drawn = 255 - (noisy(TRAIN[:10], seed=77) * 255).astype(np.uint8)
        builder.figure(builder.row_of(square(255 - drawn)), 6)

    assert items(judge(tmp_path, build)["denoising"])["noisy-train-images"].points == 10


@pytest.mark.parametrize(
    "rows",
    [
        TRAIN[:10],
        noisy(TRAIN[:10], scale=0.6, seed=5),
        noisy(TRAIN[100:110]),
        normal(TRAIN[:10], 1),
        noisy(TEST[:10]),
    ],
    ids=["clean", "much noisier", "of other images", "noise alone", "of test images"],
)
def test_other_pictures_are_not_the_noisy_training_images(tmp_path: Path, rows: np.ndarray) -> None:
    """Clean images, other noise, other images and bare noise do not count."""

    def build(builder: Builder) -> None:
        notebooks.denoising(builder, KNOWN, draw=False)
        builder.figure(builder.row_of(square(rows)), 6)

    assert items(judge(tmp_path, build)["denoising"])["noisy-train-images"].points == 0


def test_denoised_images_belong_to_the_noisy_ones_shown(tmp_path: Path) -> None:
    """Outputs for other noise than the shown are not what was asked."""

    def build(builder: Builder) -> None:
        net = notebooks.denoising(builder, KNOWN, draw=False)
        recorded = noisy(TEST, seed=2)
        builder.figure(builder.row_of(square(noisy(TEST[:10], seed=55))), 6)
        builder.figure(builder.row_of(square(net.run(recorded[:10]))), 6)

    found = items(judge(tmp_path, build)["denoising"])

    assert (found["noisy-test-images"].points, found["denoised-images"].message_id) == (
        10,
        "outputs.other_noise",
    )


def test_denoised_images_of_an_untrained_model_are_refused(tmp_path: Path) -> None:
    """The output must come from the trained weights."""

    def build(builder: Builder) -> None:
        net = notebooks.denoising(builder, KNOWN, draw=False)
        rows = noisy(TEST, seed=2)
        call = builder.call("m3", rows, net.run(rows, 0), 0)
        builder.replay("m3", [(0, f"call:{call}", {"out": net.run(rows, 0)})])
        builder.figure(builder.row_of(square(net.run(rows[:10], 0))), 6)

    assert items(judge(tmp_path, build)["denoising"])["denoised-images"].points == 0
