"""The rubrics as data: ids, points and what they refer to."""

from __future__ import annotations

import pytest

from autograder.checks import CHECKS
from autograder.rubrics import CORE, PARTS, conv, denoising, dense
from autograder.settings import CORE_PARTS

TABLE = {
    "dense": {
        "runs": 5,
        "architecture": 30,
        "training": 15,
        "loss-plot": 15,
        "test-images": 5,
        "bottleneck-images": 15,
        "reconstructions": 15,
    },
    "denoising": {
        "runs": 5,
        "noise": 20,
        "training": 15,
        "loss-plot": 15,
        "train-images": 5,
        "noisy-train-images": 10,
        "test-images": 5,
        "noisy-test-images": 10,
        "denoised-images": 15,
    },
}
TABLE["conv"] = TABLE["dense"]
TABLE["decoders"] = {
    "runs": 5,
    "linear-architecture": 8,
    "transposed-architecture": 8,
    "upsampling-architecture": 8,
    "initial-weights": 8,
    "linear-training": 9,
    "transposed-training": 9,
    "upsampling-training": 9,
    "loss-plot": 15,
    "test-images": 3,
    "linear-reconstructions": 6,
    "transposed-reconstructions": 6,
    "upsampling-reconstructions": 6,
}
TABLE["latent"] = {
    "runs": 5,
    "architecture": 25,
    "codes-before": 10,
    "training": 15,
    "loss-plot": 15,
    "codes-after": 15,
    "test-images": 5,
    "reconstructions": 10,
}
TABLE["generation"] = {
    "runs": 5,
    "architecture": 12,
    "halves": 5,
    "training": 18,
    "loss-plot": 15,
    "saved-decoder": 10,
    "generated-images": 10,
    "generated-array": 5,
    "better-sampling": 10,
    "measures": 10,
}
TABLE["vae"] = {
    "runs": 5,
    "architecture": 20,
    "training": 20,
    "loss-plot": 15,
    "test-images": 5,
    "reconstructions": 15,
    "latent-plane": 10,
    "manifold": 10,
}
TABLE["gan"] = {
    "runs": 5,
    "generator-architecture": 15,
    "discriminator-architecture": 10,
    "training": 20,
    "loss-plot": 15,
    "samples-by-epoch": 15,
    "generated-images": 10,
    "measures": 10,
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_items_and_points_are_those_of_the_assignment(part) -> None:
    """Ids and points are fixed; each part is worth 100."""
    assert {item.id: item.points for item in part.items} == TABLE[part.id]
    assert part.max_points == 100


def test_the_core_is_what_a_course_grades_by_default() -> None:
    """The other parts are graded where a course or a command names them."""
    assert tuple(part.id for part in CORE) == CORE_PARTS
    assert PARTS[: len(CORE)] == CORE


def test_every_check_is_known_and_used() -> None:
    """A rubric names checks that exist, and no check is without an item."""
    assert {item.check for part in PARTS for item in part.items} == set(CHECKS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_a_rubric_weighs_sub_points_that_the_check_has(part) -> None:
    """A misspelt sub-point would weigh nothing; those of an item add up to its points."""
    for item in part.items:
        check = CHECKS[item.check]
        assert set(item.weights) <= set(check.weights)
        if check.weights:
            assert sum(check.sub_points(item).values()) == pytest.approx(item.points)


def test_a_rubric_that_asks_for_an_optimizer_gives_it_a_weight() -> None:
    """An optimizer that is named but weighs nothing would never be judged, nor would one that weighs but is not named."""
    for part in PARTS:
        for item in part.items:
            sub_points = CHECKS[item.check].sub_points(item)
            if item.check == "training-split":
                assert ("optimizer" in sub_points) == bool(part.optimizer)


def test_every_item_asks_one_sentence() -> None:
    """What an item asks is written for a student."""
    assert all(item.asks.endswith(".") and item.title for part in PARTS for item in part.items)


def test_variants_change_texts_and_numbers_together() -> None:
    """Another variant of a course is the same rubric with other numbers."""
    variant = dense.part(widths=(300, 64, 300, 784), epochs=20, images=8, code_shape=(8, 8))

    assert variant.layers == ("Dense 300", "Dense 64", "Dense 300", "Dense 784")
    assert "20 epochs" in variant.item("training").asks and "first 8" in variant.item("test-images").asks
    assert variant.code_numbers == 64
    assert conv.part(maps=(32, 4)).layers[0] == "Conv2D 32 3x3"
    assert "0.4" in denoising.part(noise=0.4).item("noise").asks
