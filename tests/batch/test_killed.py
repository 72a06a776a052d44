"""A grader that is killed or interrupted leaves no process behind, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.gradebook.store import HOLDER
from tests.notebooks import notebook

pytestmark = [pytest.mark.kernel, pytest.mark.tensorflow]

ROOT = Path(__file__).resolve().parents[2]
# Tests may have been begun with interrupts ignored (`nohup`, some runners), which a new process inherits.
GRADER = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from autograder import submissions
from autograder.batch.grading import grade_all
from autograder.settings import Settings
told = lambda each: print(each.grade.id, each.grade.status, each.resumed, flush=True)
grade_all(submissions.find([Path(sys.argv[1])]), Settings(sandbox="none"), Path(sys.argv[2]), told)
"""


def grader(handed: Path, out: Path) -> subprocess.Popen:
    """A grader in a process of its own."""
    command = [sys.executable, "-c", GRADER, str(handed), str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def family(process: subprocess.Popen, waits_for: Path) -> list[psutil.Process]:
    """The worker and the kernel, once the notebook has written a file."""
    end = time.monotonic() + 240
    while not waits_for.exists():
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.2)
    found = psutil.Process(process.pid).children(recursive=True)
    assert len(found) >= 2
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_grader_that_ends_takes_its_processes_along(tmp_path: Path, how: signal.Signals) -> None:
    """Killed outright or by Ctrl-C: workers and kernels end, what was recorded is not graded again."""
    handed, out, sign = tmp_path / "in", tmp_path / "out", tmp_path / "sign"
    handed.mkdir()
    (handed / "a.ipynb").write_bytes(b"{")
    (handed / "b.ipynb").write_bytes(
        notebook(f"open({str(sign)!r}, 'w').close()\nimport time; time.sleep(600)")
    )
    process = grader(handed, out)
    children = family(process, sign)
    process.send_signal(how)
    process.wait(60)
    assert psutil.wait_procs(children, timeout=60)[1] == []
    assert (out / HOLDER).exists() == (how == signal.SIGKILL)
    (handed / "b.ipynb").write_bytes(b"{")
    again = grader(handed, out)
    said, _ = again.communicate(timeout=120)
    assert said.split("\n")[:2] == ["a rejected True", "b rejected False"]
