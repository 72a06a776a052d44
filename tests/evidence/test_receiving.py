"""Evidence is taken in frame by frame: what the recorder sent becomes files, and what nobody sends ends the record."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from autograder.evidence import receiving
from autograder.evidence.receiving import Receiver
from autograder.recorder import journal as sending
from autograder.recorder import stream
from autograder.recorder.journal import Journal
from autograder.recorder.stream import ARRAY, DROP, EVENT, FrameStream

KEY = b"k" * receiving.KEY_BYTES


class Sent(io.RawIOBase):
    """Keeps what is written, in pieces of at most `most` bytes."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.content, self._most = b"", most

    def write(self, data) -> int:
        piece = bytes(data[: self._most])
        self.content += piece
        return len(piece)


def frames(*told: tuple, most: int = 1 << 30) -> bytes:
    """The frames that a recorder makes of (kind, body) pairs."""
    sent = Sent(most)
    out = FrameStream(sent)
    for kind, body in told:
        out.send(kind, (body,), receiving.blake2b(body, digest_size=16).digest() if kind == ARRAY else b"")
    return sent.content


def taken(folder: Path, content: bytes, **more: object) -> Receiver:
    """A receiver that was fed this, and has written it down."""
    receiver = Receiver(folder, **more)
    receiver.feed(content)
    receiver.close()
    return receiver


def lines(folder: Path) -> list[str]:
    """What stands in the file of events."""
    return (folder / "events.jsonl").read_text().splitlines()


def note(name: str, cell: int = 1) -> bytes:
    """An event."""
    return json.dumps({"kind": "note", "cell": cell, "id": name, "message": ""}).encode()


def cell_end(cell: int) -> bytes:
    """The end of a cell, as the recorder writes it."""
    return json.dumps({"kind": "cell_end", "cell": cell, "raised": False}).encode()


def test_both_sides_speak_the_same_format() -> None:
    """The recorder imports nothing of ours, so its words are a copy; and what it may send is taken."""
    names = ("EVENT", "ARRAY", "DROP", "DIGEST_BYTES", "KEY_BYTES", "FILE_NAME")
    assert [getattr(stream, name) for name in names] == [getattr(receiving, name) for name in names]
    assert stream.HEAD.format == receiving.HEAD.format
    assert sending.MAX_LINE_BYTES <= receiving.MAX_LINE_BYTES
    assert sending.MAX_EVENT_BYTES < receiving.MAX_LINES_BYTES
    assert sending.MAX_ARRAYS <= receiving.MAX_ARRAYS
    assert sending.MAX_ONE_ARRAY_BYTES + 4096 <= receiving.MAX_ONE_ARRAY_BYTES
    assert sending.MAX_ARRAY_BYTES + 256 * sending.MAX_ARRAYS <= receiving.MAX_KEPT_BYTES
    assert sending.MAX_SENT_BYTES + 256 * sending.MAX_ARRAYS <= receiving.MAX_RECEIVED_BYTES


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_what_a_journal_sent_lies_in_the_folder(tmp_path: Path, piece: int) -> None:
    """Events in order, arrays bit by bit, dropped ones gone, however the bytes arrive."""
    sent = Sent(most=piece)
    journal = Journal(FrameStream(sent))
    kept = [
        np.arange(12, dtype=np.float32).reshape(3, 4),
        np.float64(0.5),
        np.zeros((0, 4)),
        np.array([True]),
    ]
    refs = [journal.array(value) for value in kept]
    journal.drop({journal.array(np.ones(5), "weights")})
    journal.event("note", id="a", message="seen")
    receiver = Receiver(tmp_path)
    for at in range(0, len(sent.content), piece):
        receiver.feed(sent.content[at : at + piece])
    receiver.close()

    assert receiver.fault == ""
    assert [json.loads(line)["id"] for line in lines(tmp_path)] == ["a"]
    assert sorted(path.stem for path in (tmp_path / "arrays").iterdir()) == refs
    for ref, value in zip(refs, kept, strict=True):
        found = np.load(tmp_path / "arrays" / f"{ref}.npy", allow_pickle=False)
        assert found.dtype == value.dtype and np.array_equal(found, value)


@pytest.mark.parametrize("left", [1, 8, 20])
def test_a_frame_that_a_kill_cut_short_is_no_fault(tmp_path: Path, left: int) -> None:
    """What came whole counts."""
    content = frames((EVENT, note("a")), (EVENT, note("b")))
    receiver = taken(tmp_path, content[:-left])
    assert receiver.fault == "" and len(lines(tmp_path)) == 1


def test_a_frame_made_without_the_key_ends_the_record(tmp_path: Path) -> None:
    """Who knows the format and the descriptor alone writes nothing; what came before counts, nothing after it."""
    sent = Sent()
    honest = FrameStream(sent)
    honest._chain = receiving.blake2b(key=KEY, digest_size=16)
    honest.send(EVENT, (note("a"),))
    forger = FrameStream(sent)
    forger._number = 1
    forger.send(EVENT, (note("forged"),))
    honest.send(EVENT, (note("b"),))
    receiver = taken(tmp_path, sent.content, key=KEY)
    assert receiver.fault and [json.loads(line)["id"] for line in lines(tmp_path)] == ["a"]


BROKEN = {
    "a number twice": lambda a, b: a + a,
    "a number left out": lambda a, b: b,
    "another kind": lambda a, b: a + bytes([9]) + b[1:],
    "a changed byte": lambda a, b: a + b[:20] + b"X" + b[21:],
    "bytes in between": lambda a, b: a + b"epochs_asked: 150" + b,
    "a length beyond all bounds": lambda a, b: a + receiving.HEAD.pack(EVENT, 1, 1 << 31) + b,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_frame_out_of_order_ends_the_record(tmp_path: Path, name: str) -> None:
    """Nothing behind it is taken, not even what would be right again."""
    both = frames((EVENT, note("a")), (EVENT, note("b")))
    one = frames((EVENT, note("a")))
    receiver = taken(tmp_path, BROKEN[name](one, both[len(one) :]) + both)
    assert receiver.fault and len(lines(tmp_path)) <= 1 and "b" not in [
        json.loads(line)["id"] for line in lines(tmp_path)
    ]  # fmt: skip


def test_nothing_counts_behind_the_end_of_the_last_cell(tmp_path: Path) -> None:
    """A thread, a child or a callback that still writes then is not heard, and nobody is blamed."""
    told = [(EVENT, cell_end(1)), (EVENT, note("a", 2)), (EVENT, cell_end(2)), (EVENT, note("late", 2))]
    receiver = taken(tmp_path, frames(*told), last_cell=2)
    assert receiver.ended and receiver.fault == ""
    assert [json.loads(line)["kind"] for line in lines(tmp_path)] == ["cell_end", "note", "cell_end"]


def test_an_event_of_two_lines_ends_the_record(tmp_path: Path) -> None:
    """One frame is one line."""
    assert taken(tmp_path, frames((EVENT, note("a") + b"\n" + note("b")))).fault


@pytest.mark.parametrize("body", [b"00000", b"../..", b"000", b"\xff\xff\xff\xff\xff"])
def test_only_arrays_that_are_there_can_be_dropped(tmp_path: Path, body: bytes) -> None:
    """A name is no path."""
    (tmp_path / "....npy").write_bytes(b"")
    assert taken(tmp_path / "in", frames((DROP, body))).fault
    assert (tmp_path / "....npy").exists()


@pytest.mark.parametrize(
    ("name", "most", "told"),
    [
        ("MAX_LINES_BYTES", 100, [(EVENT, note("a")), (EVENT, note("b"))]),
        ("MAX_ARRAYS", 1, [(ARRAY, b"one"), (ARRAY, b"two")]),
        ("MAX_KEPT_BYTES", 5, [(ARRAY, b"one"), (ARRAY, b"two")]),
        ("MAX_RECEIVED_BYTES", 5, [(ARRAY, b"one"), (DROP, b"00000"), (ARRAY, b"two")]),
    ],
)
def test_more_than_a_recorder_sends_ends_the_record(
    tmp_path: Path, monkeypatch, name: str, most: int, told: list
) -> None:
    """The bounds hold for what is kept and for what is received in all."""
    monkeypatch.setattr(receiving, name, most)
    assert taken(tmp_path, frames(*told)).fault


def test_a_file_that_is_there_already_is_never_written_to(tmp_path: Path) -> None:
    """Nor what a link in its place points to."""
    (tmp_path / "arrays").mkdir()
    (tmp_path / "secret").write_text("s")
    (tmp_path / "arrays" / "00000.npy").symlink_to(tmp_path / "secret")
    with pytest.raises(FileExistsError):
        taken(tmp_path, frames((ARRAY, b"one")))
    assert (tmp_path / "secret").read_text() == "s"
