"""What a recorder told in a test: the stream that it wrote into a folder, unpacked into files of their own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from autograder.evidence.receiving import FILE_NAME, unpack


def received(folder: Path) -> Path:
    """A new folder with `events.jsonl` and `arrays/` of all that the recorder has written into `folder` until now."""
    target = Path(tempfile.mkdtemp(prefix="test-received-"))
    assert unpack(folder / FILE_NAME, target).fault == ""
    return target


def lines(folder: Path) -> list[str]:
    """The events that the recorder has written into `folder` until now, a line each."""
    return (received(folder) / "events.jsonl").read_text(encoding="utf-8").splitlines()


def events(folder: Path) -> list[dict]:
    """The same as objects."""
    return [json.loads(line) for line in lines(folder)]
