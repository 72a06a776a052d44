"""Text for people: a stranger's made safe to show in one bounded line; the nearest name to one that is not known."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_MOST_NAMES = 12  # offered for one that is not known
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(text: object, limit: int = 300) -> str:
    """The text as one printable line of at most `limit` characters; escape codes, controls and bidi marks go."""
    raw = str(text)[: limit * 20]
    plain = _ANSI.sub("", raw)
    shown = "".join(" " if unicodedata.category(letter) in _HIDDEN else letter for letter in plain)
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def harmless(text: str) -> str:
    """The text on one line without escape codes, control characters and marks that nobody sees but that turn text around.

    Its words stay as they are, in any language; it is not cut.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_letter(letter) for letter in _ANSI.sub("", text))


def _letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cs":
        return "?"  # half of a character, which no encoding has
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Zl", "Zp") else letter


def last_line(said: bytes, limit: int = 300) -> str:
    """The last line that a process wrote to its stderr, made safe to show; empty when it wrote nothing."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return one_line(lines[-1], limit) if lines else ""


def nearest(name: str, names: Iterable[str]) -> str:
    """The sentence that offers known names for one that is not: the nearest, else all of them."""
    names = list(names)
    if not names:
        return "There is none yet."
    close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"There are: {', '.join(names[:_MOST_NAMES])}{more}."
