"""Measures of samples and codes against answers that can be worked out by hand, or that their authors print."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from helpers import metrics


def points(*numbers: float) -> np.ndarray:
    """Samples of one number each."""
    return np.array(numbers, float)[:, None]


def test_four_measures_of_points_on_a_line_are_those_worked_out_by_hand() -> None:
    """Real 0, 1, 3, 7 have radii 1, 1, 2, 4; generated 0.5, 2, 20 have 1.5, 1.5, 18.

    0.5 lies in the balls of 0 and 1; 2 in those of 1 and 3; 20 in none. The balls of 0, 1 and 3 hold a generated sample,
    that of 7 does not. Of the real ones, 0, 1 and 3 lie in a ball around 0.5 or 2, and 3 and 7 in the wide one around 20.
    """
    found = metrics.neighbour_measures(points(0, 1, 3, 7), points(0.5, 2, 20), k=1)

    assert found.precision == pytest.approx(2 / 3)
    assert found.density == pytest.approx(4 / 3)
    assert found.coverage == pytest.approx(3 / 4)
    assert found.recall == pytest.approx(1)


def test_equal_samples_reach_what_the_authors_of_density_and_coverage_print() -> None:
    """Two draws of one normal distribution: density near 1, coverage near 1 - 2**-k (0.969 for k = 5)."""
    rng = np.random.default_rng(1)
    one, two = rng.standard_normal((2, 1_500, 16))

    found = metrics.neighbour_measures(one, two, k=5)

    assert found.density == pytest.approx(1, abs=0.06)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)
    assert found.precision == pytest.approx(found.recall, abs=0.05)


def test_a_generator_of_one_class_is_precise_and_covers_half() -> None:
    """Samples from one of two far clusters lie among real ones, and reach half of them."""
    rng = np.random.default_rng(2)
    real = np.concatenate([rng.normal(0, 1, (400, 2)), rng.normal(100, 1, (400, 2))])

    found = metrics.neighbour_measures(real, rng.normal(0, 1, (800, 2)), k=5)

    assert found.precision > 0.9
    assert 0.45 < found.coverage <= 0.5
    assert 0.4 < found.recall <= 0.5


def test_far_samples_get_nothing() -> None:
    """Nothing of what lies elsewhere counts, neither as quality nor as variety."""
    real = np.random.default_rng(3).normal(0, 1, (50, 3))

    assert metrics.neighbour_measures(real, real + 1_000) == (0, 0, 0, 0)


def test_frechet_distance_of_a_shift_is_its_square() -> None:
    """Equal covariances leave the distance of the means."""
    samples = np.random.default_rng(4).normal(0, 2, (300, 3))

    assert metrics.frechet_distance(samples, samples + np.array([3, 0, 4])) == pytest.approx(25)
    assert metrics.frechet_distance(samples, samples) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_a_stretch_is_that_of_the_deviations() -> None:
    """For one and the same covariance C, scaled by 9: trace(C + 9 C - 2 * 3 C) = 4 trace(C)."""
    samples = np.random.default_rng(5).normal(0, 1, (500, 4)) @ np.array(
        [[2, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1.0]]
    )
    samples -= samples.mean(axis=0)

    assert metrics.frechet_distance(samples, 3 * samples) == pytest.approx(4 * np.trace(np.cov(samples.T)))


def test_frechet_distance_takes_covariances_that_do_not_commute() -> None:
    """2 x 2 matrices have trace((C1 C2)^(1/2)) = sqrt(trace(C1 C2) + 2 sqrt(det(C1 C2)))."""
    rng = np.random.default_rng(6)
    one = rng.normal(0, 1, (200, 2)) @ np.array([[1, 2], [0, 1.0]])
    two = rng.normal(0, 1, (300, 2)) @ np.array([[1, 0], [-1, 3.0]])
    c_1, c_2 = np.cov(one.T), np.cov(two.T)
    shared = np.sqrt(np.trace(c_1 @ c_2) + 2 * np.sqrt(np.linalg.det(c_1 @ c_2)))
    means = np.sum((one.mean(axis=0) - two.mean(axis=0)) ** 2)

    assert metrics.frechet_distance(one, two) == pytest.approx(means + np.trace(c_1 + c_2) - 2 * shared)


def test_a_majority_is_read_and_a_tie_goes_to_the_nearest() -> None:
    """Two of three neighbours outvote a nearer one; among three strangers the nearest decides."""
    known, labels = points(0, 1, 2, 10, 12, 13), np.array([5, 3, 3, 7, 8, 9])

    assert metrics.read_labels(points(0.1, 9), known, labels, neighbours=3).tolist() == [3, 7]
    assert metrics.read_labels(points(0.1, 9), known, labels, neighbours=1).tolist() == [5, 7]


def test_shares_of_classes_count_those_that_never_come() -> None:
    """A class without a sample has the share 0."""
    shares = metrics.class_shares(points(0, 0.1, 5), points(0, 5, 9), np.array([0, 1, 2]))

    assert shares.tolist() == pytest.approx([2 / 3, 1 / 3, 0])


def test_accuracy_and_touching_classes_of_codes() -> None:
    """Three of four codes are read right; class 1 has a quarter of its neighbours in class 0."""
    known, known_labels = points(0, 1, 10, 11), np.array([0, 0, 1, 1])
    codes, labels = points(0.2, 0.8, 1.2, 10.5), np.array([0, 0, 1, 1])

    assert metrics.label_accuracy(codes, labels, known, known_labels, neighbours=1) == 0.75
    np.testing.assert_allclose(
        metrics.neighbour_classes(codes, labels, known, known_labels, neighbours=2), [[1, 0], [0.5, 0.5]]
    )


def test_images_are_compared_pixel_by_pixel() -> None:
    """A stack (n, 28, 28) measures as the same numbers laid flat."""
    images = np.random.default_rng(7).random((40, 28, 28), np.float32)

    assert metrics.neighbour_measures(images[:20], images[20:], k=3) == metrics.neighbour_measures(
        images[:20].reshape(20, 784), images[20:].reshape(20, 784), k=3
    )


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: metrics.neighbour_measures(points(0, 1), points(0, 1), k=2), "k must be"),
        (lambda: metrics.neighbour_measures(np.zeros((9, 2)), np.zeros((9, 3))), "one size"),
        (lambda: metrics.frechet_distance(points(0), points(0, 1)), "at least 2"),
        (lambda: metrics.frechet_distance(np.zeros(9), points(0, 1)), "must be a stack"),
        (lambda: metrics.read_labels(points(0), points(0, 1), np.array([1])), "as many labels"),
        (lambda: metrics.read_labels(points(0), points(0, 1), np.array([1, 2]), 3), "from 1 to 2"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_plain_words(call, complaint: str) -> None:
    """Too few samples, other sizes, missing labels: a sentence that says so."""
    with pytest.raises(ValueError, match=complaint):
        call()


def test_two_thousand_images_of_each_kind_need_little_memory() -> None:
    """Distances are held block by block; a float64 copy of both sets alone would take 50 MB."""
    rng = np.random.default_rng(8)
    one, two = rng.random((2, 2_000, 784), np.float32)
    tracemalloc.start()
    try:
        metrics.neighbour_measures(one, two)
        metrics.frechet_distance(one, two)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 250e6


def test_helpers_open_without_scikit_learn() -> None:
    """Neither `import helpers` nor `helpers.metrics` itself imports it; the first measure does."""
    code = "import sys, helpers, helpers.metrics; print('sklearn' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )

    assert done.stdout.strip() == "False"
