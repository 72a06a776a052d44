"""Whether an error that a cell showed ended the cell: told by where its traceback begins.

A kernel sends an error message for each traceback that it shows, and says in its answer how the cell ended. The two differ
honestly where only the display of a value failed, or where `%run` or a cell inside a cell shows what was raised; and where
the answer was forged. A traceback of what ended a cell begins at a line of the cell itself, outside of any function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"^\s*(?:(?:File )?(?:Cell|Input) In ?\[\d+\]|File \S)")
# Older releases of IPython name the line in angle brackets, behind the place.
_OF_CELL = re.compile(
    r"^\s*(?:File )?(?:Cell|Input) In ?\[\d+\](?:, line (\d+))?(?:, in <(?:module|cell line: (\d+))>(?:\(\))?)?:?$"
)
_ARROW = re.compile(r"^-+> ?\d+ ")
_SHOWN_LINES = 40  # the first frame stands at the top
_COMPARED = 60  # characters of a line of code: a traceback may cut a long one


def ended_its_cell(error: Mapping[str, Any], source: str) -> bool:
    """Whether the content of an `error` message tells of what ended the cell with this source."""
    lines = _lines(error.get("traceback"))
    at = next((number for number, line in enumerate(lines) if _FRAME.match(line)), None)
    found = _OF_CELL.match(lines[at]) if at is not None else None
    if at is None or found is None:
        return False
    number = found.group(1) or found.group(2)
    return number is None or _says(lines[at + 1 :], source, int(number))


def _says(shown: Sequence[str], source: str, number: int) -> bool:
    """Whether the code shown below a frame is that line of the cell; IPython drops empty lines at the top."""
    lines = source.splitlines()
    dropped = len(lines) - len(source.lstrip("\n \t\r").splitlines())
    here = {lines[at].strip()[:_COMPARED] for at in (number - 1, number - 1 + dropped) if at < len(lines)}
    arrows = [_ARROW.sub("", line) for line in shown if _ARROW.match(line)]
    return any(line.strip()[:_COMPARED] in here for line in (arrows or shown)[:1])


def _lines(trace: object) -> Sequence[str]:
    if not isinstance(trace, list):
        return ()
    text = "\n".join(str(part)[:2000] for part in trace[:_SHOWN_LINES])
    return _ANSI.sub("", text).splitlines()[:_SHOWN_LINES]
