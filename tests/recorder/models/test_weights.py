"""Versions of weights: written when a value changed, at most six a model, shared by content, within 64 MB."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recorder.ids import Ids
from autograder.recorder.journal import Journal
from autograder.recorder.models import weights
from autograder.recorder.models.weights import WeightBook, fingerprint
from autograder.recorder.stream import FrameStream
from tests.recorder.received import events, received


class Variable:
    """Stands for a Keras variable, with what the book reads of one."""

    def __init__(self, value):
        self.value = np.asarray(value, np.float32)

    @property
    def shape(self):
        return self.value.shape


class Notes:
    """A book over a journal, and what it wrote."""

    def __init__(self, out):
        self.out, self.journal = out, Journal(FrameStream(out))
        self.book = WeightBook(self.journal, Ids("w"))

    def events(self):
        """The last event of each version of each model."""
        return {(e["model"], e["version"]): e for e in events(self.out) if e["kind"] == "weights"}

    def files(self):
        """How many arrays lie on disk."""
        return len(list((received(self.out) / "arrays").iterdir()))


@pytest.fixture
def notes(tmp_path):
    """An empty book."""
    return Notes(tmp_path / "evidence")


def test_unchanged_weights_make_no_version(notes):
    """Asking a thousand times writes once."""
    variable = Variable(np.ones((3, 4)))
    assert {notes.book.now("m1", [variable], "asked") for _ in range(1000)} == {0}
    assert len(notes.events()) == notes.files() == 1


@pytest.mark.parametrize("position", [0, 500, 999, 1000])
def test_one_changed_number_is_a_new_version(notes, position):
    """Wherever it stands, also in the bytes after the last whole word."""
    variable = Variable(np.zeros(1001))
    notes.book.now("m1", [variable], "initial")
    variable.value[position] = 1e-30
    assert notes.book.now("m1", [variable], "trained") == 1


def test_exchanged_halves_are_noticed():
    """A sum alone would miss numbers that changed places."""
    value = np.arange(1000, dtype=np.float64)
    assert fingerprint(value) != fingerprint(value[::-1])


def test_a_variable_in_two_models_is_stored_once(notes):
    """An encoder and its autoencoder share their arrays."""
    shared, own = Variable(np.ones(5)), Variable(np.zeros(5))
    notes.book.now("m1", [shared, own], "initial")
    notes.book.now("m2", [shared], "initial")
    assert notes.files() == 2


def test_a_variable_without_a_value_yet_makes_no_version(notes):
    """TensorFlow makes variables before it fills them."""

    class Empty(Variable):
        shape = (3,)

    assert notes.book.now("m1", [Empty(np.zeros(0))], "initial") is None
    assert notes.book.latest("m1") is None


def test_what_was_merely_asked_goes_before_what_was_trained(notes):
    """Of nine versions the first, the newest and the trained ones stay; a dropped one has no values."""
    variable = Variable(np.zeros(4))
    for version in range(9):
        variable.value = np.full(4, version, np.float32)
        notes.book.now("m1", [variable], "trained" if version % 2 else "asked")
    events = notes.events()
    kept = [version for (_, version), event in sorted(events.items()) if event["values"]]
    assert kept == [0, 1, 3, 5, 7, 8]
    assert events["m1", 2]["reason"] == "dropped"
    assert notes.files() == 6


def test_the_version_of_the_probe_stays(notes):
    """Replay needs the version that the model's own answer was made with."""
    variable = Variable(np.zeros(4))
    for version in range(9):
        variable.value = np.full(4, version, np.float32)
        notes.book.now("m1", [variable], "asked")
        if version == 2:
            notes.book.pin("m1", 2)
    assert notes.events()["m1", 2]["values"]


def test_an_array_that_another_version_needs_is_not_dropped(notes):
    """A frozen layer's array belongs to all versions."""
    frozen, moving = Variable(np.ones(4)), Variable(np.zeros(4))
    for version in range(9):
        moving.value = np.full(4, version, np.float32)
        notes.book.now("m1", [frozen, moving], "asked")
    for event in notes.events().values():
        for ref in event["values"].values():
            assert (received(notes.out) / "arrays" / f"{ref}.npy").exists()
    assert notes.files() == 7


def test_room_is_made_within_the_bytes_of_a_run(notes, monkeypatch):
    """Middle versions of any model go; what still does not fit is a version without values."""
    monkeypatch.setattr(weights, "MAX_BYTES", 4 * 4 * 3)
    variable = Variable(np.zeros(4))
    for version in range(5):
        variable.value = np.full(4, version, np.float32)
        notes.book.now("m1", [variable], "asked")
    kept = [version for (_, version), event in sorted(notes.events().items()) if event["values"]]
    assert kept[0] == 0 and kept[-1] == 4 and len(kept) == 3
    large = Variable(np.zeros(100))
    assert notes.book.now("m2", [large], "initial") == 0
    assert notes.events()["m2", 0]["values"] == {}
