"""Replay as a plain process: for trusted notebooks, and for the checker in a student's own notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder.text import last_line, one_line

REPLAY_SECONDS = 600.0  # evidence that was made to be slow is ended then; an honest notebook takes seconds
_ROOT = Path(__file__).resolve().parents[2]


def replay_unboxed(evidence_dir: Path, known: Path, seconds: float = REPLAY_SECONDS) -> str:
    """Run `python -m autograder.replay` on `evidence_dir`; an empty string, or what went wrong in one line."""
    command = [sys.executable, "-m", "autograder.replay", str(evidence_dir), str(known)]
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
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
