"""The normal distribution in which noise and codes are measured."""

from __future__ import annotations

from statistics import NormalDist

import pytest

from autograder.recognition.noise import _Z_LOWER, _Z_UPPER
from autograder.recognition.normal import share_below, value_of_share


@pytest.mark.parametrize("value", [-6.0, -1.0, 0.0, 0.6744898, 2.5])
def test_a_share_and_its_value_are_those_of_the_distribution(value: float) -> None:
    """Both directions agree with the standard library's, which does one number at a time."""
    assert share_below([value])[0] == pytest.approx(NormalDist().cdf(value))
    assert value_of_share(NormalDist().cdf(value)) == pytest.approx(value, abs=1e-6)


def test_the_quantiles_that_noise_is_told_by_are_exact() -> None:
    """Those of 0.95 and 0.75."""
    assert pytest.approx((value_of_share(0.95), value_of_share(0.75))) == (_Z_UPPER, _Z_LOWER)
