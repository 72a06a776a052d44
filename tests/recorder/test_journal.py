"""The journal: what it sends is plain, shared by content, capped, and away as soon as it is made."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from autograder.recorder import journal as journal_module
from autograder.recorder.budget import Budget
from autograder.recorder.hooking.writers import writers
from autograder.recorder.journal import GUARDED, Journal
from autograder.recorder.recording import Recording
from autograder.recorder.stream import FrameStream
from tests.recorder import received


@pytest.fixture
def journal(tmp_path):
    """A journal in a new folder."""
    made = Journal(FrameStream(tmp_path / "evidence"))
    made.out = tmp_path / "evidence"
    return made


def events(journal):
    """What it sent."""
    return received.events(journal.out)


def arrays(journal):
    """The arrays that it sent and did not drop, by reference."""
    files = (received.received(journal.out) / "arrays").iterdir()
    return {path.stem: np.load(path, allow_pickle=False) for path in files}


def test_events_are_plain_json(journal):
    """Numbers that are none become null, numpy values and tuples become JSON's own, lone surrogates are mended."""
    journal.cell = 4
    journal.event("note", id="a", values=(np.float32(0.5), float("nan"), np.arange(2), "\ud800", object))
    (event,) = events(journal)
    assert event["cell"] == 4
    assert event["values"][:4] == [0.5, None, [0, 1], "?"]
    assert isinstance(event["values"][4], str)


def test_events_are_away_as_soon_as_they_are_made(journal):
    """A kernel that dies now has told all of them; a note is told once a run."""
    for count, name in enumerate("abc", start=1):
        journal.note(name, "seen")
        assert len(events(journal)) == count
    journal.note("a", "once a run")
    assert [event["id"] for event in events(journal)] == ["a", "b", "c"]


def test_equal_arrays_are_saved_once(journal):
    """Content, shape and type decide; another type or shape is another array."""
    first = journal.array(np.zeros((2, 3), np.float32))
    assert journal.array(np.zeros((2, 3), np.float32)[:, ::-1]) == first
    assert journal.array(np.zeros((3, 2), np.float32)) != first
    assert journal.array(np.zeros((2, 3), np.uint8)) != first
    assert len(arrays(journal)) == 3


@pytest.mark.parametrize(
    ("dtype", "kept"),
    [("float16", "float16"), (">f4", "float32"), ("int16", "float32"), ("bool", "bool"), ("uint8", "uint8")],
)
def test_types_that_the_format_lacks_become_floats(journal, dtype, kept):
    """Eight types are kept as they are; the byte order is the machine's."""
    ref = journal.array(np.array([1, 0], dtype))
    saved = arrays(journal)[ref]
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
    assert ref not in arrays(journal)
    assert journal.array(np.zeros(10, np.float32), "weights") not in (None, ref)


def test_spaces_do_not_share(journal):
    """Weights can be dropped though an image has the same numbers."""
    image = journal.array(np.zeros(4))
    weights = journal.array(np.zeros(4), "weights")
    journal.drop({weights})
    assert [*arrays(journal)] == [image]


def test_faults_are_written_and_capped(journal):
    """Each fault names its place; a fault in a loop does not fill the disk."""
    for _ in range(200):
        journal.fault("fit", ValueError("broken"), "planning")
    written = events(journal)
    assert len(written) == journal_module.MAX_FAULTS
    assert (written[0]["where"], written[0]["message"]) == ("fit", "planning: ValueError: broken")


@pytest.fixture
def guarded(journal):
    """A journal that answers the recorder alone."""
    journal.only_for(writers("autograder.recorder", GUARDED))
    return journal


def test_a_journal_that_a_notebook_found_writes_nothing_for_it(guarded):
    """Neither itself nor its stream, by whatever of Python's own functions they are called; a note says that it was tried."""
    for write in (
        lambda: guarded.event("fit", id="fit1", epochs_asked=150),
        lambda: guarded._event("fit", {"id": "fit1"}),
        lambda: list(map(guarded.event, ["fit"])),
        lambda: guarded.fault("fit", ValueError("open, not failed")),
        lambda: guarded.note("a", "seen"),
        lambda: guarded._stream.send(1, (b'{"kind": "fit"}',)),
    ):
        write()
    assert [event["id"] for event in events(guarded)] == ["evidence_changed"]


def test_a_listener_that_a_notebook_added_writes_nothing(guarded):
    """The recorder calls it, but not by the name of what it does."""
    rec = Recording(guarded.out / "other", Budget.full(), None)
    rec.cell_ends.append(("fit", functools.partial(guarded.event, "fit", id="fit1")))
    rec.end_cell()
    assert [event["id"] for event in events(guarded)] == ["evidence_changed"]


def test_the_recorder_itself_writes_as_before(guarded):
    """What only it can have asked for is no intrusion."""
    rec = Recording(guarded.out / "other", Budget.full(), None)
    rec.journal = guarded
    rec.start_cell()
    with rec.guard("fit", "a test"):
        raise ValueError("broken")
    rec.end_cell()
    assert [event["kind"] for event in events(guarded)] == ["fault", "cell_end"]
