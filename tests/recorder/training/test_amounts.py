"""How many different rows an epoch holds, and how many of them weigh anything."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recorder.training.amounts import Variety, likely_distinct, of_arrays, weighing_of_arrays

RNG = np.random.default_rng(5)
ROWS = RNG.random((20_000, 12), dtype=np.float32)


def estimated(rows: np.ndarray, targets: np.ndarray | None = None) -> int:
    """Different rows of arrays."""
    found = of_arrays(rows, rows if targets is None else targets, 0, len(rows))
    assert found is not None
    return found


def test_rows_that_repeat_are_counted_once() -> None:
    """Of tiled rows, within a tenth or two of their number; of others all."""
    assert estimated(ROWS) == 20_000
    assert estimated(ROWS[:500]) == 500
    assert 80 <= estimated(np.tile(ROWS[:100], (200, 1))) <= 120
    assert 3000 <= estimated(np.tile(ROWS[:4000], (5, 1))) <= 6000


def test_rows_drawn_with_replacement_are_as_good_as_all() -> None:
    """Their images repeat about as often as in any random draw."""
    drawn = ROWS[RNG.integers(0, len(ROWS), len(ROWS))]
    assert estimated(drawn) > 0.7 * len(ROWS)


def test_a_trace_of_noise_makes_no_other_row() -> None:
    """Real noise on the inputs neither, as long as they are trained onto the same."""
    tiled = np.tile(ROWS[:100], (200, 1))
    assert estimated(tiled + RNG.normal(0, 1e-5, tiled.shape)) < 400
    assert estimated(tiled + RNG.normal(0, 0.3, tiled.shape), tiled) <= 120
    noisy = ROWS + RNG.normal(0, 0.3, ROWS.shape)
    assert estimated(noisy, ROWS) == 20_000


def test_a_stream_is_counted_as_it_comes() -> None:
    """Batches of one epoch; targets of another form are not looked at."""
    variety = Variety()
    for start in range(0, 4096, 128):
        variety.add(ROWS[start % 1024 :][:128], np.zeros(128), np.ones(128))
    assert variety.seen == 4096 and variety.weighing() == 1.0
    found = variety.different(60_000)
    assert found is not None and 1024 <= found < 1100


@pytest.mark.parametrize(("distinct", "seen"), [(100, 4096), (5000, 8000), (60_000, 60_000), (60_000, 4096)])
def test_the_number_behind_a_draw_is_estimated(distinct: int, seen: int) -> None:
    """By how many of the drawn ones are different."""
    found = len(np.unique(RNG.integers(0, distinct, seen)))
    assert likely_distinct(found, seen) == pytest.approx(distinct, rel=0.3)


def test_rows_without_weight_are_none() -> None:
    """Sample weights, of rows or of pixels, and weights of the class that Keras would find."""
    assert weighing_of_arrays(None, None, None, 100) == 1.0
    assert weighing_of_arrays(None, RNG.uniform(0.5, 2, 100), None, 100) == 1.0
    assert weighing_of_arrays(None, np.eye(100)[0], None, 100) == 0.01
    assert weighing_of_arrays(None, np.eye(100, 7), None, 100) == 0.07
    assert weighing_of_arrays(None, np.where(np.arange(100) < 5, 100, 1e-6), None, 100) == 0.05
    assert (
        weighing_of_arrays(np.arange(100) % 10, None, {each: float(each == 3) for each in range(10)}, 100)
        == 0.1
    )
    assert weighing_of_arrays(np.eye(10), None, {0: 0.0}, 10) == 0.9
    assert weighing_of_arrays(None, np.zeros(100), None, 100) == 0.0
