"""The stream: frames leave whole, in order, and only from the process that the recorder began in."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from autograder.evidence.receiving import FILE_NAME, Receiver, unpack
from autograder.recorder.stream import EVENT, KEY_BYTES, FrameStream

posix = pytest.mark.skipif(os.name != "posix", reason="descriptors of sockets and forks")


class Reader:
    """The other end of a socket, read by a thread until it is told to stop."""

    def __init__(self, folder: Path) -> None:
        self._ours, self.theirs = socket.socketpair()
        key = os.urandom(KEY_BYTES)
        self._ours.sendall(key)
        self.receiver = Receiver(folder, key)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while data := self._ours.recv(1 << 16):
            self.receiver.feed(data)

    def stop(self) -> Receiver:
        """What came until now."""
        self._ours.shutdown(socket.SHUT_RD)
        self._thread.join()
        self.receiver.close()
        return self.receiver


def lines(folder: Path) -> list[bytes]:
    """What stands in the file of events."""
    return (folder / "events.jsonl").read_bytes().splitlines()


@posix
def test_a_full_socket_is_waited_for_whether_or_not_it_blocks(tmp_path: Path) -> None:
    """A notebook that makes the descriptor non-blocking loses nothing by it."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())
    os.set_blocking(reader.theirs.fileno(), False)
    for _ in range(20):
        stream.send(EVENT, (b"x" * 1_000_000,))
    assert reader.stop().fault == "" and len(lines(tmp_path)) == 20


@posix
def test_a_fork_writes_nothing(tmp_path: Path) -> None:
    """It has the same descriptor and all that the recorder knows."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())
    stream.send(EVENT, (b"parent",))
    child = os.fork()
    if child == 0:
        stream.send(EVENT, (b"child",))
        os._exit(0)
    os.waitpid(child, 0)
    stream.send(EVENT, (b"parent again",))
    assert reader.stop().fault == "" and lines(tmp_path) == [b"parent", b"parent again"]


@posix
def test_a_reader_that_is_gone_raises_nothing(tmp_path: Path) -> None:
    """A cell goes on when nobody listens any more."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())
    reader.stop()
    for _ in range(3):
        stream.send(EVENT, (b"x" * 1_000_000,))
    assert lines(tmp_path) == []


@posix
def test_another_thing_in_the_place_of_the_descriptor_gets_nothing(tmp_path: Path) -> None:
    """Who puts a pipe of his own there could read the frames, and make others of them."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())
    stream.send(EVENT, (b"before",))
    own_read, own_write = os.pipe()
    os.dup2(own_write, reader.theirs.fileno())
    stream.send(EVENT, (b"after",))
    os.close(own_write)
    reader.theirs.close()
    assert os.read(own_read, 1) == b""
    os.close(own_read)
    assert reader.stop().fault == "" and lines(tmp_path) == [b"before"]


@posix
def test_an_exception_out_of_a_signal_leaves_no_broken_frame(tmp_path: Path) -> None:
    """What is left of the frame goes before the next one."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())

    class Once:
        def __init__(self, file) -> None:
            self.file, self.raised = file, False

        def write(self, data) -> int:
            if len(data) > 10 and not self.raised:
                self.raised = True
                raise KeyboardInterrupt
            return self.file.write(data[:10])

    stream._file = Once(stream._file)
    with pytest.raises(KeyboardInterrupt):
        stream.send(EVENT, (b"interrupted",))
    stream.send(EVENT, (b"next",))
    assert reader.stop().fault == "" and lines(tmp_path) == [b"interrupted", b"next"]


@posix
def test_a_signals_handler_that_writes_waits_for_the_frame_that_is_being_written(tmp_path: Path) -> None:
    """Frames do not get mixed up."""
    reader = Reader(tmp_path)
    stream = FrameStream(reader.theirs.fileno())
    inside = stream._file

    class Interrupted:
        def write(self, data) -> int:
            if len(data) > 100:
                os.kill(os.getpid(), signal.SIGUSR1)
            return inside.write(data[:100])

    stream._file = Interrupted()
    before = signal.signal(signal.SIGUSR1, lambda *_: stream.send(EVENT, (b"handler",)))
    try:
        stream.send(EVENT, (b"x" * 150,))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert reader.stop().fault == "" and lines(tmp_path) == [b"x" * 150, b"handler"]


def test_a_stream_can_be_a_file(tmp_path: Path) -> None:
    """Where no descriptor can be handed over, the same frames are unpacked afterwards."""
    stream = FrameStream(tmp_path)
    stream.send(EVENT, (b"a",))
    assert unpack(tmp_path / FILE_NAME, tmp_path / "to").fault == ""
    assert lines(tmp_path / "to") == [b"a"]


def test_a_stream_that_was_never_begun_is_an_empty_record(tmp_path: Path) -> None:
    """A kernel that did not get so far."""
    assert unpack(tmp_path / FILE_NAME, tmp_path / "to").fault == "" and lines(tmp_path / "to") == []
