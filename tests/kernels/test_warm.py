"""A real `grade` takes the warm path and says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import mounts
from tests.notebooks import notebook

pytestmark = [pytest.mark.kernel, pytest.mark.tensorflow]


def grade(*arguments: object) -> subprocess.CompletedProcess:
    """The command, in a process of its own."""
    words = [sys.executable, "-m", "autograder", "grade", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)


def test_a_machine_with_bubblewrap_grades_with_warm_kernels(tmp_path: Path) -> None:
    """Where bubblewrap is installed every notebook runs boxed and warm, and this fails when one runs cold."""
    handed, out = tmp_path / "in", tmp_path / "out"
    handed.mkdir()
    (handed / "a.ipynb").write_bytes(notebook("import tensorflow as tf\ntf.constant(1.0)"))
    (handed / "b.ipynb").write_bytes(notebook("import keras"))
    boxed = mounts.bwrap_program() is not None
    done = grade(handed, "--out", out, "--workers", 2, "--sandbox", "strict" if boxed else "none")
    assert done.returncode == 0, done.stdout + done.stderr
    runs = json.loads((out / "run.json").read_text(encoding="utf-8"))["runs"]
    assert [(run["status"], run["warm"], run["sandbox"]) for run in runs] == [
        ("ok", boxed, "bwrap" if boxed else "none")
    ] * 2
    assert ("2 in a box, with warm kernels." if boxed else "2 without a box.") in done.stdout
