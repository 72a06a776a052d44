"""Numbers that a notebook shows as text: printed, or in a table or value that a cell displays."""

from __future__ import annotations

import re
import sys
from collections import deque
from typing import Any

import numpy as np

from ..hooking.patching import Wrapper, patch
from ..recording import Recording
from .figures import FigureBook

KEPT_TEXT = 64 << 10  # characters of one cell's printing; the last ones, because progress goes before results
MAX_NUMBERS = 4000
MAX_CELLS = 500
_NUMBER = re.compile(
    r"(?<![\w.])([-+−]?(?:[1-9]\d{0,2}(?:,\d{3})+(?![\d.,])|\d+(?:[.,]\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?)(?:\s?(%))?"
)
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}(?:,\d{3})+")
_STYLE = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def numbers_in(text: str) -> list[float]:
    """The numbers that a text holds, in order, at most the last few thousand.

    60,000 is sixty thousand and 0,5 a half; 12 % is 0.12.
    """
    found = list(_NUMBER.finditer(text))[-MAX_NUMBERS:]
    return [_value(match.group(1)) / (100 if match.group(2) else 1) for match in found]


def _value(text: str) -> float:
    comma = "" if _THOUSANDS.fullmatch(text) else "."
    return float(text.replace(",", comma).replace("−", "-"))


def plain_text(shown: Any) -> str:
    """What a display says to a reader: of a table its cells, of anything else its plain text."""
    if not isinstance(shown, dict):
        return ""
    html = shown.get("text/html")
    if isinstance(html, str):
        return _TAG.sub(" ", _STYLE.sub(" ", html[:KEPT_TEXT]))
    for kind in ("text/markdown", "text/plain"):
        if isinstance(shown.get(kind), str):
            return str(shown[kind])[:KEPT_TEXT]
    return ""


class TextBook:
    """Collects what the running cell prints and displays, and keeps the numbers in it when the cell ends."""

    def __init__(self, rec: Recording) -> None:
        self.rec = rec
        self._pieces: deque[str] = deque()
        self._length = self._cells = 0

    def take(self, text: str) -> None:
        """Add some text; the oldest goes when there is too much."""
        self._pieces.append(text[-KEPT_TEXT:])
        self._length += len(self._pieces[-1])
        while self._length - len(self._pieces[0]) > KEPT_TEXT:
            self._length -= len(self._pieces.popleft())

    def start_cell(self) -> None:
        """Listen to the standard output as it is now."""
        stream = sys.stdout
        if getattr(stream.write, "__wrapped__", None) is None:
            patch(stream, "write", _stream_write(self))

    def end_cell(self) -> None:
        """Write the numbers of the cell that ends."""
        text, self._length = "".join(self._pieces), 0
        self._pieces.clear()
        numbers = numbers_in(text)
        if not numbers or self._cells >= MAX_CELLS:
            return
        self._cells += 1
        ref = self.rec.journal.array(np.array(numbers))
        if ref is not None:
            self.rec.journal.event("numbers", values=ref)


def _stream_write(book: TextBook) -> Wrapper:
    def wrapper(original: Any, text: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(text, str) and not book.rec.busy:
            book.take(text)
        return original(text, *args, **kwargs)

    return wrapper


def object_displayed(figures: FigureBook, book: TextBook) -> Wrapper:
    """Stands in for `format` of IPython's display formatter: PIL images are read, and the texts that a display says."""

    def wrapper(original: Any, shown: Any, *args: Any, **kwargs: Any) -> Any:
        if book.rec.busy:
            return original(shown, *args, **kwargs)
        if type(shown).__module__.startswith("PIL.") and hasattr(shown, "mode"):
            figures.read_pil(shown)
        formats = original(shown, *args, **kwargs)
        with book.rec.guard("text", "display"):
            book.take("\n" + plain_text(formats[0] if isinstance(formats, tuple) else formats) + "\n")
        return formats

    return wrapper
