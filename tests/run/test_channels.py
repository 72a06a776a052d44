"""What a kernel may send: cut to size while it comes, whatever its parts, its values and its answers."""

from __future__ import annotations

import json
import os
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from jupyter_client.session import Session

from autograder.kernels.kernel import Channel
from autograder.run import channels, zmtp
from autograder.run.channels import Conversation, Flood, Garbage, Message, count_values
from tests.kernels import boxes

KEY = b"secret"
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x06\x05READY"
MORE, LONG = 1, 2
MEGABYTE = b"x" * 1_000_000


def part(body: bytes, flags: int = 0) -> bytes:
    """One part of a message as it is sent."""
    return bytes((flags | LONG,)) + len(body).to_bytes(8, "big") + body


def message(session: Session, kind: str, content: dict, parent: str = "") -> bytes:
    """A whole signed message as it is sent."""
    made = session.msg(kind, content)
    made["parent_header"] = {"msg_id": parent}
    parts = session.serialize(made)
    return b"".join(part(each, MORE if at < len(parts) - 1 else 0) for at, each in enumerate(parts))


class FakeKernel:
    """Two sockets that a runner connects to; what they send is written by the test."""

    key = KEY

    def __init__(self) -> None:
        self.session = Session(key=KEY, signature_scheme="hmac-sha256")
        self.ends = {name: socket.socketpair() for name in ("shell", "iopub")}
        for theirs, _ in self.ends.values():
            theirs.sendall(GREETING + READY)

    def connect(self, channel: Channel) -> socket.socket:
        return self.ends[channel][1]

    def alive(self) -> int | None:
        return None

    def send(self, channel: str, *pieces: bytes, times: int = 1) -> threading.Thread:
        """Send in a thread of its own, until the runner hangs up."""

        def run() -> None:
            try:
                for _ in range(times):
                    for piece in pieces:
                        self.ends[channel][0].sendall(piece)
            except OSError:
                pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread


@pytest.fixture
def kernel() -> FakeKernel:
    """A kernel that sends what a test writes."""
    return FakeKernel()


@pytest.fixture
def talk(kernel: FakeKernel) -> Iterator[Conversation]:
    """A conversation with the fake kernel, both channels connected."""
    conversation = Conversation(kernel)
    assert conversation._connected()
    yield conversation
    conversation.close()


def heard(talk: Conversation, until: Callable[[list[Message]], bool], turns: int = 20_000) -> list[Message]:
    """What is received until a condition holds."""
    found: list[Message] = []
    for _ in range(turns):
        found += talk.receive(1.0)
        if until(found):
            return found
    raise AssertionError("nothing of the kind came")


def memory_of(work: Callable[[], object]) -> int:
    """The most bytes of Python objects that `work` held at one time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def texts(found: list[Message]) -> list[str]:
    """What was printed."""
    return [each.content["text"] for each in found if each.kind == "stream"]


def test_messages_of_a_kernel_are_read(kernel: FakeKernel, talk: Conversation) -> None:
    """In order, with their parents, in one piece or byte by byte."""
    sent = message(kernel.session, "stream", {"name": "stdout", "text": "a"}, "p")
    kernel.send("iopub", sent, *(bytes((byte,)) for byte in message(kernel.session, "stream", {"text": "b"})))
    found = heard(talk, lambda found: len(found) == 2)
    assert [(each.parent, each.content["text"]) for each in found] == [("p", "a"), ("", "b")]


def test_a_message_of_endless_parts_is_counted_and_not_kept(
    kernel: FakeKernel, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is small enough; the message has no end. It is a flood when the notebook's total is reached."""
    monkeypatch.setattr(channels, "TOTAL_CAP", 200_000_000)
    kernel.send("iopub", part(MEGABYTE, MORE), times=900)

    def listen() -> None:
        with pytest.raises(Flood):
            heard(talk, lambda _: False)

    assert memory_of(listen) < 3 * zmtp.MESSAGE_CAP


def test_a_message_of_endless_empty_parts_is_none(kernel: FakeKernel, talk: Conversation) -> None:
    """Parts without a byte would fill the memory as well."""
    kernel.send("iopub", part(b"", MORE) * 1000, times=900)
    with pytest.raises(Garbage):
        heard(talk, lambda _: False)


@pytest.mark.parametrize("channel", ["iopub", "shell"])
def test_a_part_beyond_the_cap_is_thrown_away_as_it_comes(
    kernel: FakeKernel, talk: Conversation, channel: str
) -> None:
    """Outputs can be missed, answers cannot."""
    kernel.send(
        channel, part(MEGABYTE * 80), message(kernel.session, "stream", {"name": "stdout", "text": "after"})
    )
    if channel == "shell":
        with pytest.raises(Flood):
            heard(talk, lambda _: False)
    else:
        assert texts(heard(talk, bool)) == ["after"] and talk.lost_outputs


@pytest.mark.parametrize("value", ["[]", "{}", '{"":0}', "1e9", '""', '["a"]'])
def test_many_small_values_are_not_unfolded(kernel: FakeKernel, talk: Conversation, value: str) -> None:
    """15 MB of empty lists take 600 MB of memory once they are parsed."""
    content = (
        b'{"data": {"application/json": [' + ",".join([value] * (15_000_000 // (len(value) + 1))).encode()
    )
    sent = [b"<IDS|MSG>", *_signed(kernel.session, "display_data", content + b"]}}")]
    kernel.send("iopub", *(part(each, MORE if at < len(sent) - 1 else 0) for at, each in enumerate(sent)))
    assert memory_of(lambda: heard(talk, lambda _: talk.lost_outputs)) < 150_000_000


def _signed(session: Session, kind: str, content: bytes) -> list[bytes]:
    """Signature and parts of a message whose content is raw."""
    header = session.pack(session.msg_header(kind))
    parts = [header, b"{}", b"{}", content]
    return [session.sign(parts), *parts]


def test_a_long_text_is_one_value() -> None:
    """Whatever marks and escapes stand in it."""
    assert count_values(json.dumps({"text": '[1, {"a": "\\"}' * 100_000}).encode()) <= 4
    assert count_values(b'{"a": [1, 2, 3], "b": {}}') >= 6


def test_a_kernel_that_reads_nothing_stops_nobody(kernel: FakeKernel, talk: Conversation) -> None:
    """Questions wait on this side; the clocks go on."""
    for number in range(50):
        talk.execute("x" * 100_000, number)
    assert talk.receive(0) == []


def test_what_is_no_kernel_is_garbage(kernel: FakeKernel) -> None:
    """Bytes that are no greeting at all."""
    kernel.ends["iopub"] = socket.socketpair()
    talk = Conversation(kernel)
    assert talk._connected()
    kernel.send("iopub", os.urandom(10) * 100)
    with pytest.raises(Garbage):
        heard(talk, lambda _: False)
    talk.close()


REPLACED = """
import os
for name in os.listdir("/box/ipc"):
    if name.startswith("k-"):
        os.unlink(f"/box/ipc/{{name}}")
        os.symlink({target!r}, f"/box/ipc/{{name}}")
get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, "stream", {{"name": "stdout", "text": "x" * 90_000_000}})
"""


@pytest.mark.kernel
@pytest.mark.parametrize("way", ["warm", "cold"])
def test_a_socket_replaced_by_a_link_leads_nowhere(way: str, tmp_path) -> None:
    """After a message beyond the cap a runner that connects again would follow the link to a socket of this machine."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    listener.setblocking(False)
    ran = boxes.run(
        way,
        REPLACED.format(target=str(tmp_path / "s")),
        "print('after')",
        limits=boxes.replace(boxes.SMALL, memory_bytes=900 << 20),
    )

    with pytest.raises(BlockingIOError):
        listener.accept()
    assert ran.outcomes == "rr" and "output_dropped" in ran.record.flags
