"""Defects: an edit finds exactly one place or is refused, and whatever changes nothing is no mutant."""

from __future__ import annotations

import pytest

from corpora.corpus import Text
from corpora.defect import Unfit, by_name, defect, mutate

HONEST = Text("# %%\nepochs = 20\n# %%\nprint(epochs)\n")


def test_edits_are_made_one_after_the_other() -> None:
    """A later edit finds what an earlier one has put."""
    made = mutate(HONEST, defect("a", {"x": 1}, ("20", "19"), ("epochs = 19", "epochs = 9")))
    assert made == Text(HONEST.text.replace("20", "9")).edited([])


@pytest.mark.parametrize("old", ["batch", "epochs"])
def test_an_edit_without_exactly_one_place_is_refused(old: str) -> None:
    """None, or two: nobody could say what the mutant is."""
    with pytest.raises(Unfit, match="places for"):
        mutate(HONEST, defect("a", {"x": 1}, (old, "other")))


def test_a_defect_that_changes_nothing_is_refused() -> None:
    """An honest notebook is never taken for a mutant."""
    with pytest.raises(Unfit, match="change nothing"):
        mutate(HONEST, defect("a", {"x": 1}, ("20", "20")))


def test_two_defects_of_one_name_are_refused() -> None:
    """The second would silently take the place of the first."""
    with pytest.raises(ValueError, match="same name"):
        by_name(defect("a", {"x": 1}, ("1", "2")), defect("a", {"x": 2}, ("1", "3")))
