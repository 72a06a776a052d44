"""Whose failure it is when something raises while the recorder looks at it."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from autograder.recorder.budget import Budget
from autograder.recorder.recording import Recording
from tests.recorder import received

CELL = """
class Shown:
    def __len__(self):
        raise ZeroDivisionError
    shape = property(lambda self: 1 / 0)
    def __array__(self, *args, **kwargs):
        return 1 / 0
shown = Shown()
"""


@pytest.fixture
def rec(tmp_path: Path) -> Recording:
    """A recording in a notebook of one cell."""
    space: dict[str, object] = {"__name__": "__main__"}
    exec(CELL, space)
    return Recording(tmp_path, Budget.quick(), types.SimpleNamespace(user_ns=space))


def kinds(rec: Recording, folder: Path) -> list[str]:
    """The kinds of what was written."""
    return [event["kind"] for event in received.events(folder)]


@pytest.mark.parametrize("look", [len, lambda shown: shown.shape])
@pytest.mark.parametrize("place", ["figure", "held", "text"])
def test_an_object_that_raises_in_its_own_code_is_no_fault_of_the_recorder(
    rec, tmp_path, look, place
) -> None:
    """It is noted; what could not be read for it is missing like anything else that was not shown."""
    with rec.guard(place):
        look(rec.shell.user_ns["shown"])
    assert kinds(rec, tmp_path) == ["note"]


@pytest.mark.parametrize("place", ["figure", "held", "text"])
def test_what_raises_in_the_recorder_is_its_fault(rec, tmp_path, place) -> None:
    """The same error, without code of the notebook."""
    with rec.guard(place):
        raise ZeroDivisionError
    assert kinds(rec, tmp_path) == ["fault"]


def test_a_model_that_raises_keeps_its_items_open(rec, tmp_path) -> None:
    """Layers of one's own may raise honestly when they are asked at an odd moment: a person looks."""
    with rec.guard("model"):
        len(rec.shell.user_ns["shown"])
    assert kinds(rec, tmp_path) == ["fault"]
