"""Replay in a process of its own: recorded models are rebuilt where the submission never ran."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from autograder.kernels.unboxed import PACKAGE
from autograder.text import last_line, one_line

REPLAY_SECONDS = 600.0  # evidence that was made to be slow is ended then; an honest notebook takes seconds
REPLAY_MODULE = "autograder.replay.replay"  # what a warm process that replays has imported beforehand
_MODEL = re.compile(rb'"kind":\s*"model"')


def replay_apart(evidence_dir: Path, known: Path, sandbox: str, seconds: float = REPLAY_SECONDS) -> str:
    """Run `autograder.replay` on sealed evidence; an empty string, or what went wrong (our fault) in one line.

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
    """Whether anything can be rebuilt; a notebook without models costs no second process."""
    if not events.is_file():
        return False
    with events.open("rb") as file:
        return any(_MODEL.search(line) for line in file)


def _run(evidence_dir: Path, known: Path, sandbox: str, seconds: float) -> str:
    if sandbox == "bwrap":
        from .boxed import replay_boxed

        return replay_boxed(evidence_dir, known, seconds)
    command = [sys.executable, "-m", "autograder.replay", str(evidence_dir), str(known)]
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",  # a student's own kernel may hold the whole GPU
        "KERAS_BACKEND": "tensorflow",
    }
    try:
        done = subprocess.run(
            command,
            cwd=evidence_dir,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"replay was still running after {seconds:g} seconds"
    except OSError as error:
        return f"replay could not be started: {one_line(error)}"
    if done.returncode == 0:
        return ""
    return f"replay ended with status {done.returncode}: {last_line(done.stderr)}"
