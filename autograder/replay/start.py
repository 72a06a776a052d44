"""Replay in a process of its own: recorded models are rebuilt where the submission never ran."""

from __future__ import annotations

import json
from pathlib import Path

from .unboxed import REPLAY_SECONDS, replay_unboxed

REPLAY_MODULE = "autograder.replay.replay"  # what a warm process that replays has imported beforehand


def replay_apart(evidence_dir: Path, known: Path, sandbox: str, seconds: float = REPLAY_SECONDS) -> str:
    """Run `autograder.replay` on the evidence of a run that has ended; an empty string, or what went wrong (our fault) in one line.

    When it fails, `replay.json` says so, which leaves the items that need it open instead of failed.
    """
    if not _tells_of_models(evidence_dir / "events.jsonl"):
        return ""
    fault = _run(evidence_dir, known, sandbox, seconds)
    if not fault and not (evidence_dir / "replay.json").is_file():
        fault = "replay ended without a result"
    if fault:
        answer = {"schema_version": 1, "models": [], "fault": fault}
        (evidence_dir / "replay.json").write_text(json.dumps(answer), encoding="utf-8")
    return fault


def _tells_of_models(events: Path) -> bool:
    """Whether anything may be there to rebuild, however it is spelt; a notebook without models costs no second process."""
    if not events.is_file():
        return False
    with events.open("rb") as file:
        return any(b'"model"' in line or b"\\u" in line for line in file)


def _run(evidence_dir: Path, known: Path, sandbox: str, seconds: float) -> str:
    if sandbox == "bwrap":
        from .boxed import replay_boxed

        return replay_boxed(evidence_dir, known, seconds)
    return replay_unboxed(evidence_dir, known, seconds)
