"""The training budget: what is shortened, and that nothing is under `full`."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.recorder.budget import Budget


def test_quick_shortens_and_full_does_not():
    """Only the quick budget may change what a notebook asks for."""
    assert Budget.quick().shortens
    assert not Budget.full().shortens


def test_quick_has_the_agreed_sizes():
    """Two epochs of 4,096 rows in batches of 128 train every solution far enough to tell digits apart."""
    quick = Budget.quick()
    sizes = (quick.real_epochs, quick.samples, quick.batch, quick.validation_samples, quick.real_batches)
    assert sizes == (2, 4096, 128, 1024, 64)
    assert quick.play_seconds == 20.0


def test_a_budget_cannot_be_changed_by_a_notebook():
    """The budget is frozen, so that code in the kernel cannot stretch it by assignment."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Budget.quick().samples = 60_000  # type: ignore[misc]
