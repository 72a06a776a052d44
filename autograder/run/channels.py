"""Speaking to a kernel that may lie: sized, authenticated, parsed under guard; nothing here raises what it sends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

MESSAGE_CAP = 64 * 2**20  # bytes of one message; a figure takes some 100 kB
TOTAL_CAP = 512 * 2**20  # bytes of one notebook
BAD_MESSAGES_ALLOWED = 2  # what a kernel that crashes may leave half sent
_BACKLOG = 10_000  # messages that wait for us, while a cell prints faster than we read
_AT_ONCE = 200  # messages of one channel before the other one is looked at


class Garbage(Exception):
    """The kernel's channels carry things that no kernel sends."""


class Flood(Exception):
    """More bytes came from the kernel than any honest notebook shows."""


@dataclass(frozen=True)
class Message:
    """One authenticated message: its channel, kind, the request that it answers, content and size in bytes."""

    channel: str
    kind: str
    parent: str
    content: dict[str, Any]
    size: int


class Conversation:
    """The runner's side of the shell and iopub channels. Close it in a `finally`."""

    def __init__(self, connection_file: Path) -> None:
        info = json.loads(connection_file.read_text(encoding="utf-8"))
        self.session = Session(key=info["key"].encode(), signature_scheme=info["signature_scheme"])
        self.bad = 0
        self.total = 0
        self._info = info
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._sockets = {name: self._connect(name) for name in ("shell", "iopub")}
        self._monitors = {name: self._monitor(name) for name in self._sockets}

    def close(self) -> None:
        """Close the sockets without waiting for anybody."""
        for name in self._sockets:
            self._disconnect(name)
        self._context.destroy(linger=0)

    def lost(self, channel: str) -> bool:
        """Whether the connection was cut: the kernel has ended, or sent a message beyond the cap. Told once."""
        cut = False
        while self._monitors[channel].poll(0):
            self._monitors[channel].recv_multipart()
            cut = True
        return cut

    def reopen(self, channel: str) -> None:
        """Connect a lost channel again; what was sent to it in between is gone."""
        self._disconnect(channel)
        self._sockets[channel] = self._connect(channel)
        self._monitors[channel] = self._monitor(channel)

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
        ready = dict(self._poller.poll(int(seconds * 1000)))
        messages = []
        for channel, socket in self._sockets.items():
            if socket not in ready:
                continue
            for _ in range(_AT_ONCE):
                try:
                    frames = socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                message = self._parse(channel, frames)
                if message is not None:
                    messages.append(message)
        return messages

    def wait_ready(self, seconds: float, alive: Callable[[], int | None]) -> bool:
        """Whether the kernel answered on both channels within `seconds`, asked again twice a second."""
        end = time.monotonic() + seconds
        asked: set[str] = set()
        heard: set[str] = set()
        while time.monotonic() < end and alive() is None:
            asked.add(self.ask_info())
            for message in self.receive(0.5):
                if message.parent in asked:
                    heard.add(message.channel)
            if heard == {"shell", "iopub"}:
                return True
        return False

    def _connect(self, channel: str) -> zmq.Socket[bytes]:
        info = self._info
        socket = self._context.socket(zmq.DEALER if channel == "shell" else zmq.SUB)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, MESSAGE_CAP)
        socket.setsockopt(zmq.RCVHWM, _BACKLOG)
        socket.setsockopt(zmq.RECONNECT_IVL, 50)
        if channel == "shell":
            socket.setsockopt(zmq.IDENTITY, self.session.bsession)
        else:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        joint = "-" if info["transport"] == "ipc" else ":"
        socket.connect(f"{info['transport']}://{info['ip']}{joint}{info[channel + '_port']}")
        self._poller.register(socket, zmq.POLLIN)
        return socket

    def _monitor(self, channel: str) -> zmq.Socket[bytes]:
        return self._sockets[channel].get_monitor_socket(zmq.EVENT_DISCONNECTED)

    def _disconnect(self, channel: str) -> None:
        socket = self._sockets[channel]
        self._poller.unregister(socket)
        socket.disable_monitor()
        self._monitors.pop(channel).close(linger=0)
        socket.close(linger=0)

    def _send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> str:
        request = self.session.msg(kind, content, metadata=metadata)
        self.session.send(self._sockets["shell"], request)
        return str(request["header"]["msg_id"])

    def _parse(self, channel: str, frames: list[bytes]) -> Message | None:
        size = sum(len(frame) for frame in frames)
        self.total += size
        if self.total > TOTAL_CAP:
            raise Flood
        try:
            _, parts = self.session.feed_identities(frames, copy=True)
            raw = self.session.deserialize(parts, content=True, copy=True)
            parent = raw["parent_header"].get("msg_id") or ""
            message = Message(
                channel, str(raw["header"]["msg_type"]), str(parent), dict(raw["content"]), size
            )
        except Exception as error:  # a stranger chose these bytes, so any parser may fail in any way
            self.bad += 1
            if self.bad > BAD_MESSAGES_ALLOWED:
                raise Garbage from error
            return None
        return message
