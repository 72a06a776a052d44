"""Notes what a notebook wanted from the network when it could not be reached; exceptions pass on unchanged.

Watched are name look-ups, connections and urllib; all other ways (requests, `get_file`) end in these.
"""

from __future__ import annotations

import urllib.error
from typing import Any

from ..hooking.patching import Wrapper
from ..recording import Recording

_HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0"}
NOTES_CAP = 20


class NetworkNotes:
    """Writes one note for each thing that was wanted.

    Attributes:
        pages: addresses that are being opened, outermost first.
    """

    def __init__(self, rec: Recording) -> None:
        self._rec = rec
        self.pages: list[str] = []
        self._wanted: set[str] = set()

    def failed(self, wanted: str) -> None:
        """Connecting to `wanted` (a host or an address of a page) failed."""
        if wanted in self._wanted or len(self._wanted) >= NOTES_CAP or self._rec.busy:
            return
        self._wanted.add(wanted)
        with self._rec.guard("network", "note"):
            sentence = f"The notebook wanted {wanted[:300]} from the network, which cannot be reached here."
            self._rec.journal.event("note", id="network_wanted", message=sentence)


def look_up(notes: NetworkNotes) -> Wrapper:
    """Stands in for `socket.getaddrinfo`."""

    def wrapper(original: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(host, *args, **kwargs)
        except OSError:
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
            # A page that is being opened says more than the name of its host.
            if name not in _HERE and not notes.pages:
                notes.failed(name)
            raise

    return wrapper


def connect(notes: NetworkNotes) -> Wrapper:
    """Stands in for `socket.socket.connect`."""

    def wrapper(original: Any, self: Any, address: Any) -> Any:
        try:
            return original(self, address)
        except BlockingIOError:
            raise  # a connection in progress, not a failed one
        except OSError:
            if isinstance(address, tuple) and str(address[0]) not in _HERE and not notes.pages:
                notes.failed(str(address[0]))
            raise

    return wrapper


def open_page(notes: NetworkNotes) -> Wrapper:
    """Stands in for `OpenerDirector.open` of urllib."""

    def wrapper(original: Any, self: Any, page: Any, *args: Any, **kwargs: Any) -> Any:
        address = str(getattr(page, "full_url", page))
        notes.pages.append(address)
        try:
            return original(self, page, *args, **kwargs)
        except urllib.error.HTTPError:
            raise  # a server answered
        except OSError:
            if not address.startswith("file:"):
                notes.failed(address)
            raise
        finally:
            notes.pages.pop()

    return wrapper
