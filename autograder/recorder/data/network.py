"""Notes what a notebook wanted from the network when it could not be reached; exceptions pass on unchanged."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from typing import Any

from ..hooking.patching import patch

_HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0"}
NOTES_CAP = 20


class NetworkNotes:
    """Writes one note for each thing that was wanted."""

    def __init__(self, rec: Any) -> None:
        self._rec = rec
        self._wanted: set[str] = set()

    def failed(self, wanted: str) -> None:
        """Connecting to `wanted` (a host or an address of a page) failed."""
        if wanted in self._wanted or len(self._wanted) >= NOTES_CAP or self._rec.busy:
            return
        self._wanted.add(wanted)
        with self._rec.guard("network"):
            sentence = f"The notebook wanted {wanted[:300]} from the network, which cannot be reached here."
            self._rec.journal.event("note", id="network_wanted", message=sentence)


def install(rec: Any) -> None:
    """Watch name look-ups, connections and urllib; all other ways (requests, get_file) end in these."""
    notes = NetworkNotes(rec)
    looking_up: list[str] = []

    def look_up(original: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(host, *args, **kwargs)
        except OSError:
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
            # A page that is being opened says more than the name of its host.
            if name not in _HERE and not looking_up:
                notes.failed(name)
            raise

    def connect(original: Any, self: Any, address: Any) -> Any:
        try:
            return original(self, address)
        except BlockingIOError:
            raise  # a connection in progress, not a failed one
        except OSError:
            if isinstance(address, tuple) and str(address[0]) not in _HERE and not looking_up:
                notes.failed(str(address[0]))
            raise

    def open_page(original: Any, self: Any, page: Any, *args: Any, **kwargs: Any) -> Any:
        address = str(getattr(page, "full_url", page))
        looking_up.append(address)
        try:
            return original(self, page, *args, **kwargs)
        except urllib.error.HTTPError:
            raise  # a server answered
        except OSError:
            if not address.startswith("file:"):
                notes.failed(address)
            raise
        finally:
            looking_up.pop()

    patch(socket, "getaddrinfo", look_up)
    patch(urllib.request.OpenerDirector, "open", open_page)
    _give_connect(socket.socket)
    patch(socket.socket, "connect", connect)


def _give_connect(cls: Any) -> None:
    """`socket.socket` inherits `connect` from C; give it one of its own that can be wrapped."""
    if "connect" in cls.__dict__:
        return
    inherited = cls.connect

    def connect(self: Any, address: Any) -> None:
        return inherited(self, address)

    connect.__doc__ = inherited.__doc__
    cls.connect = connect
