"""Making a stranger's text safe to show: one line, no control codes, bounded."""

from __future__ import annotations

import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(text: object, limit: int = 300) -> str:
    """The text as one printable line of at most `limit` characters; escape codes, controls and bidi marks go."""
    raw = str(text)[: limit * 20]
    plain = _ANSI.sub("", raw)
    shown = "".join(" " if unicodedata.category(letter) in _HIDDEN else letter for letter in plain)
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
