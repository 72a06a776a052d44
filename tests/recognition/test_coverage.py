"""Coverage and recall as the grader recomputes them."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recognition.coverage import reach
from helpers.metrics import neighbour_measures


@pytest.mark.parametrize("spread", [0.3, 1.0, 2.0])
def test_both_agree_with_what_students_measure(spread: float) -> None:
    """The same numbers as the helpers' measure, which rests on another library's neighbours."""
    rng = np.random.default_rng(1)
    real, generated = rng.standard_normal((80, 6)), spread * rng.standard_normal((70, 6))
    theirs = neighbour_measures(real, generated)

    assert reach(real, generated) == pytest.approx((theirs.coverage, theirs.recall))


def test_too_few_rows_or_other_sizes_have_no_measure() -> None:
    """Five neighbours need six rows of one size."""
    rows = np.eye(8)

    assert (
        reach(rows[:5], rows) is None and reach(rows, rows[:5]) is None and reach(rows, rows[:, :4]) is None
    )
