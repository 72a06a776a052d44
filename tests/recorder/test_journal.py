"""The journal: what it writes is plain, shared by content, capped, and there after every flush."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.recorder import journal as journal_module
from autograder.recorder.journal import Journal


@pytest.fixture
def journal(tmp_path):
    """A journal in a new folder."""
    return Journal(tmp_path / "evidence")


def events(journal):
    """What it wrote."""
    journal.flush()
    return [json.loads(line) for line in (journal.out / "events.jsonl").read_text().splitlines()]


def test_events_are_plain_json(journal):
    """Numbers that are none become null, numpy values and tuples become JSON's own, lone surrogates are mended."""
    journal.cell = 4
    journal.event("note", id="a", values=(np.float32(0.5), float("nan"), np.arange(2), "\ud800", object))
    (event,) = events(journal)
    assert event["cell"] == 4
    assert event["values"][:4] == [0.5, None, [0, 1], "?"]
    assert isinstance(event["values"][4], str)


def test_nothing_is_lost_between_flushes(journal):
    """Lines are appended once each, however often they are flushed."""
    for name in "abc":
        journal.note(name, "seen")
        journal.flush()
        journal.flush()
    journal.note("a", "once a run")
    assert [event["id"] for event in events(journal)] == ["a", "b", "c"]


def test_equal_arrays_are_saved_once(journal):
    """Content, shape and type decide; another type or shape is another array."""
    first = journal.array(np.zeros((2, 3), np.float32))
    assert journal.array(np.zeros((2, 3), np.float32)[:, ::-1]) == first
    assert journal.array(np.zeros((3, 2), np.float32)) != first
    assert journal.array(np.zeros((2, 3), np.uint8)) != first
    assert len(list((journal.out / "arrays").iterdir())) == 3


@pytest.mark.parametrize(
    ("dtype", "kept"),
    [("float16", "float16"), (">f4", "float32"), ("int16", "float32"), ("bool", "bool"), ("uint8", "uint8")],
)
def test_types_that_the_format_lacks_become_floats(journal, dtype, kept):
    """Eight types are kept as they are; the byte order is the machine's."""
    ref = journal.array(np.array([1, 0], dtype))
    saved = np.load(journal.out / "arrays" / f"{ref}.npy", allow_pickle=False)
    assert saved.dtype.name == kept
    assert saved.tolist() == [1, 0]


def test_objects_are_refused(journal):
    """What would have to be pickled is no array."""
    assert journal.array(np.array([{}, None])) is None
    assert journal.array(["text"]) is None


def test_caps_refuse_and_say_so_once(journal, monkeypatch):
    """Beyond the bytes that evidence may hold, arrays are refused; what was saved before is found again."""
    monkeypatch.setattr(journal_module, "MAX_ARRAY_BYTES", 100)
    small = journal.array(np.zeros(10, np.float32))
    assert journal.array(np.ones(100, np.float32)) is None
    assert journal.array(np.ones(101, np.float32)) is None
    assert journal.array(np.zeros(10, np.float32)) == small
    assert [event["id"] for event in events(journal)] == ["arrays_cap"]


def test_a_dropped_array_makes_room_and_its_number_stays_unused(journal, monkeypatch):
    """Dropping frees bytes; the same content saved again gets a new number."""
    monkeypatch.setattr(journal_module, "MAX_ARRAY_BYTES", 40)
    ref = journal.array(np.zeros(10, np.float32), "weights")
    journal.drop({ref})
    assert not (journal.out / "arrays" / f"{ref}.npy").exists()
    assert journal.array(np.zeros(10, np.float32), "weights") not in (None, ref)


def test_spaces_do_not_share(journal):
    """Weights can be dropped though an image has the same numbers."""
    image = journal.array(np.zeros(4))
    weights = journal.array(np.zeros(4), "weights")
    journal.drop({weights})
    assert (journal.out / "arrays" / f"{image}.npy").exists()


def test_faults_are_written_and_capped(journal):
    """Each fault names its place; a fault in a loop does not fill the disk."""
    for _ in range(200):
        journal.fault("fit", ValueError("broken"), "planning")
    written = events(journal)
    assert len(written) == journal_module.MAX_FAULTS
    assert (written[0]["where"], written[0]["message"]) == ("fit", "planning: ValueError: broken")


def test_an_edited_journal_is_written_anew(journal):
    """What a notebook changes in the events file, or deletes, is there again after the next flush; a note says so."""
    journal.event("note", id="epochs", message="15")
    journal.flush()
    file = journal.out / "events.jsonl"
    file.write_text(file.read_text().replace("15", "150"))
    found = {event["id"]: event["message"] for event in events(journal)}
    assert found["epochs"] == "15"
    assert "evidence_changed" in found
    file.unlink()
    assert [event["id"] for event in events(journal)] == ["epochs", "evidence_changed"]


def test_an_edited_array_is_deleted(journal):
    """Its numbers are not in memory any more, so it counts for nothing; the same numbers get a new file."""
    kept, edited = journal.array(np.zeros(9)), journal.array(np.ones(9))
    np.save(journal.out / "arrays" / f"{edited}.npy", np.full(9, 7.0))
    journal.flush()
    assert [path.stem for path in (journal.out / "arrays").iterdir()] == [kept]
    assert journal.array(np.ones(9)) not in (edited, None)


def test_a_journal_that_nobody_touched_says_nothing(journal):
    """Flushing, and dropping arrays by the recorder itself, is no edit."""
    journal.drop({journal.array(np.zeros(9))})
    journal.array(np.ones(9))
    journal.event("note", id="a", message="seen")
    journal.flush()
    assert [event["id"] for event in events(journal)] == ["a"]
