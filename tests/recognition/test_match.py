"""Assigning panels to candidates."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.panels import grey

CANDIDATES = np.random.default_rng(0).random((8, 784)) ** 2
ROWS = CandidateRows(CANDIDATES)


def shown(panel: np.ndarray, rows: CandidateRows = ROWS) -> list[int]:
    """Which candidates one panel shows."""
    return match_all([grey(panel.reshape(28, 28))], rows)[0].candidates.tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: x.astype(np.float32),
        lambda x: x.astype(np.float16),
        lambda x: 1 - x,
        lambda x: x * 255,
        lambda x: np.rint(x * 255).astype(np.uint8),
        lambda x: (x * 255).astype(np.uint8),
        lambda x: 255 - (x * 255).astype(np.uint8),
        lambda x: np.rint(x * 255) / 255,
        lambda x: (x - x.mean()) / x.std(),
        lambda x: -3 * x + 7,
        lambda x: (x * 100).astype(np.int64),
    ],
)
def test_panel_is_recognised_in_any_grey_scale(change) -> None:
    """Inverted, stretched, or cut to bytes: a panel shows the candidate that it was made from."""
    assert [shown(change(CANDIDATES[i])) for i in range(8)] == [[i] for i in range(8)]


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x + 0.05 * np.random.default_rng(1).standard_normal(x.shape),
        lambda x: np.roll(x, 1),
        lambda x: x[::-1],
        lambda x: x.reshape(28, 28).T.reshape(-1),
        lambda x: (x > 0.5).astype(float),
        lambda x: np.sqrt(x),
        lambda x: (x + CANDIDATES[1]) / 2,
        lambda x: np.zeros_like(x),
        lambda x: np.full_like(x, 0.3),
        lambda x: x.astype(np.uint8),
    ],
)
def test_panel_of_something_else_shows_nothing(change) -> None:
    """Noise, shifts, turns, thresholds, mixtures and constant panels are no candidate."""
    assert shown(change(CANDIDATES[0])) == []


def test_constant_panel_needs_equal_numbers() -> None:
    """A dead model's black output is recognised by its numbers; a fit of grey would take anything for it."""
    rows = CandidateRows(np.stack([np.full(784, 8e-9), np.full(784, 0.13), CANDIDATES[0]]))

    assert shown(np.zeros(784), rows) == [0]
    assert shown(np.full(784, 0.13), rows) == [1]
    assert shown(np.full(784, 33, np.uint8), rows) == [1]
    assert shown(np.full(784, 0.5), rows) == []


def test_equal_candidates_are_a_tie() -> None:
    """Outputs that a short training leaves alike are all returned."""
    alike = CANDIDATES[:1] + 1e-7 * np.random.default_rng(2).random((5, 784))

    assert shown(alike[0], CandidateRows(alike)) == [0, 1, 2, 3, 4]


def test_candidates_alike_in_bytes_are_a_tie_but_floats_tell_them_apart() -> None:
    """What bytes cannot resolve is credited; what floats resolve is not."""
    alike = 0.5 + 0.3 * CANDIDATES[:1] + 2e-4 * np.random.default_rng(2).random((3, 784))

    assert shown(alike[0], CandidateRows(alike)) == [0]
    assert shown((alike[0] * 255).astype(np.uint8), CandidateRows(alike)) == [0, 1, 2]


def test_nearest_of_several_is_taken() -> None:
    """Of candidates that all fit, only the nearest counts: the original, not its faithful reconstruction."""
    near = np.clip(CANDIDATES[0] + 3e-4 * np.random.default_rng(3).standard_normal(784), 0, 1)
    rows = CandidateRows(np.stack([CANDIDATES[0], near]))

    assert shown(2 * CANDIDATES[0] + 1, rows) == [0]
    assert shown(2 * near + 1, rows) == [1]


def test_panel_without_candidates_shows_nothing() -> None:
    """No candidate of that size, no match."""
    assert match_all([grey(np.ones((28, 28)))], CandidateRows(np.empty((0, 784))))[0].candidates.size == 0


def test_bytes_that_wrapped_around_are_recognised() -> None:
    """`(x * 255).astype("uint8")` of numbers below 0 or above 1, in order and sorted."""
    codes = np.random.default_rng(3).normal(1, 3, (8, 784))
    wrapped = (codes * 255).astype(np.int64).astype(np.uint8)
    assert [shown(panel, CandidateRows(codes)) for panel in wrapped] == [[i] for i in range(8)]
    ordered = CandidateRows(np.sort(codes, axis=1), in_order=True)
    assert [shown(np.sort(panel), ordered) for panel in wrapped] == [[i] for i in range(8)]
    assert shown(np.roll(wrapped[0], 1), CandidateRows(codes)) == []
