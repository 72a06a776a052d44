"""Speaking to a kernel that may lie: sized, authenticated, parsed under guard; nothing here raises what it sends."""

from __future__ import annotations

import re
import selectors
import time
from dataclasses import dataclass
from typing import Any, get_args

from jupyter_client.session import DELIM, Session

from autograder.kernels.kernel import Channel, KernelProcess

from .zmtp import NoPeer, Peer

TOTAL_CAP = 512 * 2**20  # bytes of one notebook
BAD_MESSAGES_ALLOWED = 2  # what a kernel that crashes may leave half sent
MAX_VALUES = 500_000  # of one message: each takes up to 100 bytes of memory, however short it is written
_CONNECT_PAUSE = 0.02  # seconds between two looks whether a kernel listens already
_ASK_SECONDS = 0.5  # between two questions to a kernel that starts
_TEXT = re.compile(rb'"[^"]*"')
_VALUE_BYTES = 32  # of memory that a value takes, apart from its text


class Garbage(Exception):
    """The kernel's channels carry things that no kernel sends."""


class Flood(Exception):
    """More bytes came from the kernel than any honest notebook shows."""


@dataclass(frozen=True)
class Message:
    """One authenticated message: its channel, kind, the request that it answers, content and size.

    `size` is in bytes, those that its content takes in memory included where they are more than what was sent.
    """

    channel: str
    kind: str
    parent: str
    content: dict[str, Any]
    size: int


class Conversation:
    """The runner's side of the shell and iopub channels. Close it in a `finally`.

    Attributes:
        bad: things that came and were no messages.
        lost_outputs: whether a message was thrown away for its size.
    """

    def __init__(self, process: KernelProcess) -> None:
        self.session = Session(key=process.key, signature_scheme="hmac-sha256")
        self.bad = 0
        self.lost_outputs = False
        self._process = process
        self._peers: dict[Channel, Peer] = {}

    def close(self) -> None:
        """Hang up."""
        for peer in self._peers.values():
            peer.close()

    def hung_up(self, channel: Channel) -> bool:
        """Whether nothing can come on a channel any more, although the kernel may still run."""
        return not self._peers[channel].open

    def execute(self, source: str, number: int) -> str:
        """Ask for a cell to be run; the returned id marks its answers. Typed input is refused, errors go on."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self._send("execute_request", content, {"cellId": f"cell-{number}"})

    def ask_info(self) -> str:
        """Ask for what every kernel answers in turn: the answer proves that all before it is over."""
        return self._send("kernel_info_request", {}, {})

    def receive(self, seconds: float) -> list[Message]:
        """What has come, waiting at most `seconds` for the first message.

        Raises `Garbage` after the third thing that is no message, `Flood` beyond the total of bytes.
        """
        messages = []
        for channel in self._ready(seconds):
            peer = self._peers[channel]
            try:
                for parts, size in peer.messages():
                    message = self._parse(channel, parts, size)
                    if message is not None:
                        messages.append(message)
            except NoPeer as error:
                raise Garbage from error
            if peer.oversized:
                self._too_large(channel)
        if sum(peer.count for peer in self._peers.values()) > TOTAL_CAP:
            raise Flood
        return messages

    def wait_ready(self, seconds: float) -> bool:
        """Whether the kernel answered on both channels within `seconds`, asked again twice a second."""
        end = time.monotonic() + seconds
        asked: set[str] = set()
        heard: set[str] = set()
        while time.monotonic() < end and self._process.alive() is None:
            if not self._connected():
                time.sleep(_CONNECT_PAUSE)
                continue
            asked.add(self.ask_info())
            again = time.monotonic() + _ASK_SECONDS
            while (left := again - time.monotonic()) > 0 and self._process.alive() is None:
                heard |= {message.channel for message in self.receive(left) if message.parent in asked}
                if heard == {"shell", "iopub"}:
                    return True
        return False

    def _connected(self) -> bool:
        """Whether both channels are connected, after a try where one is not."""
        for channel in get_args(Channel):
            if channel in self._peers:
                continue
            try:
                connected = self._process.connect(channel)
            except OSError:  # it does not listen yet
                return False
            kind = b"DEALER" if channel == "shell" else b"SUB"
            self._peers[channel] = Peer(connected, kind, self.session.bsession)
        return True

    def _ready(self, seconds: float) -> list[Channel]:
        """The channels that can be read now or within `seconds`; what waits to be sent is sent meanwhile."""
        ready: list[Channel] = []
        with selectors.DefaultSelector() as selector:
            for channel, peer in self._peers.items():
                if peer.open:
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.waiting else 0)
                    selector.register(peer, wanted, channel)
            for key, events in selector.select(seconds):
                if events & selectors.EVENT_WRITE:
                    self._peers[key.data].flush()
                if events & selectors.EVENT_READ:
                    ready.append(key.data)
        return ready

    def _send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> str:
        request = self.session.msg(kind, content, metadata=metadata)
        self._peers["shell"].send(self.session.serialize(request))
        return str(request["header"]["msg_id"])

    def _too_large(self, channel: Channel) -> None:
        """Outputs can be missed, answers cannot."""
        if channel == "shell":
            raise Flood
        self.lost_outputs = True

    def _parse(self, channel: Channel, frames: list[bytes], size: int) -> Message | None:
        try:
            parts = frames[frames.index(DELIM) + 1 :]  # what comes before are addresses
            values = [count_values(part) for part in parts[1:5]]  # headers, metadata, content
            if sum(values) > MAX_VALUES:
                self._too_large(channel)
                return None
            raw = self.session.deserialize(parts, content=True, copy=True)
            parent = raw["parent_header"].get("msg_id") or ""
            kind, content = str(raw["header"]["msg_type"]), dict(raw["content"])
            return Message(channel, kind, str(parent), content, max(size, values[-1] * _VALUE_BYTES))
        except Flood:
            raise
        except Exception as error:  # a stranger chose these bytes, so any parser may fail in any way
            self.bad += 1
            if self.bad > BAD_MESSAGES_ALLOWED:
                raise Garbage from error
            return None


def count_values(text: bytes) -> int:
    """About how many values a piece of JSON holds; it is looked at no further than beyond `MAX_VALUES`."""
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"")  # escapes, in which no text ends
    count = at = 0
    for found in _TEXT.finditer(plain):
        count += 1 + _marks(plain, at, found.start())
        at = found.end()
        if count > MAX_VALUES:
            return count
    return count + _marks(plain, at, len(plain))


def _marks(text: bytes, start: int, end: int) -> int:
    return sum(text.count(mark, start, end) for mark in (b"[", b"{", b","))
