"""Reading what a run left behind. The folder was writable by a submission: nothing in it is believed unread.

Rules: regular files only, bounded sizes, one JSON object a line, each validated against the frozen facts.
The last line may be cut short (a killed kernel); anything else that breaks the format makes the whole
evidence unreadable, because half-believed evidence is worse than none.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from autograder.errors import EvidenceUnreadable
from autograder.files import UnsafeFile, read_regular
from autograder.records import RunRecord
from autograder.text import harmless

from .evidence import Evidence
from .facts import Event, Fact, Session
from .replayed import Replay

# What is read of one run, so that one that writes without end costs no more than this.
MAX_EVENTS_BYTES = 128 * 2**20
MAX_LINE_BYTES = 16 * 2**20
MAX_EVENTS = 100_000
MAX_REPLAY_BYTES = 32 * 2**20

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def _clean(value: object) -> object:
    """Every text in a value of JSON, names of fields included, made harmless to show."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _needs_cleaning(data: bytes) -> bool:
    """Whether JSON may hold more than plain letters: what is hidden is no ASCII, or written as an escape."""
    return b"\\" in data or not data.isascii()


def parse_event(line: bytes) -> Fact:
    """Return the fact that one line of `events.jsonl` states, its texts cleaned once for whoever shows them.

    Raises:
        ValueError: the line is no JSON object, is nested too deep, or states no known fact.
    """
    if len(line) > MAX_LINE_BYTES:
        raise ValueError("line too long")
    if not _needs_cleaning(line):
        return _EVENT.validate_json(line)
    try:
        return _EVENT.validate_python(_clean(json.loads(line)))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def parse_events(data: bytes) -> list[Fact]:
    """Return the facts in the bytes of an `events.jsonl`, tolerating a last line that was cut short.

    Raises:
        EvidenceUnreadable: a broken line that is not the unfinished last one, or too many lines.
    """
    lines = data.split(b"\n")
    if len(lines) > MAX_EVENTS:
        raise EvidenceUnreadable("The run recorded more events than an honest notebook can make.")
    unfinished = len(lines) - 1  # what follows the last newline
    facts: list[Fact] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            facts.append(parse_event(line))
        except ValueError as error:
            if number == unfinished:
                break
            raise EvidenceUnreadable(
                f"Line {number + 1} of the recorded events breaks the format."
            ) from error
    if facts and not isinstance(facts[0], Session):
        raise EvidenceUnreadable("The recorded events do not begin with a session.")
    return facts


def _regular(path: Path, max_bytes: int) -> bytes | None:
    try:
        return read_regular(path, max_bytes)
    except FileNotFoundError:
        return None
    except UnsafeFile as error:
        raise EvidenceUnreadable(f"The evidence of the run is not plain files: {error}.") from error


def _replay(folder: Path) -> Replay | None:
    data = _regular(folder / "replay.json", MAX_REPLAY_BYTES)
    if data is None:
        return None
    try:
        if _needs_cleaning(data):
            return Replay.model_validate(_clean(json.loads(data)))
        return Replay.model_validate_json(data)
    except (ValueError, RecursionError) as error:
        raise EvidenceUnreadable("The replay of the run breaks the format.") from error


def read(folder: Path, run: RunRecord) -> Evidence:
    """Return the evidence in `folder`; an empty one when the recorder never wrote anything.

    Args:
        folder: holds `events.jsonl`, `arrays/`, and after replay `replay.json` and `replay/`.
        run: how the run ended, as seen from outside.

    Raises:
        EvidenceUnreadable: the folder is hostile or damaged.
    """
    for part in (folder, folder / "arrays", folder / "replay"):
        if part.is_symlink():
            raise EvidenceUnreadable("The evidence of the run is not plain folders.")
    data = _regular(folder / "events.jsonl", MAX_EVENTS_BYTES)
    return Evidence(parse_events(data or b""), run, folder, _replay(folder))
