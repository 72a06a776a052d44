"""Places that notebooks run in: no more at a time than there are, and none is lost with the process that held it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.errors import HarnessFault
from autograder.kernels import unboxed
from autograder.kernels.kernel import KernelProcess, KernelSpec
from autograder.pipeline import grade_submission
from autograder.run.execute import RunJob, run_notebook
from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import HandedNotebook, Submission
from corpora.notebook import from_marks, to_bytes
from tests.kernels.launchers import PLAIN

from ..notebooks import notebook

HOLD = """
import sys, time
from pathlib import Path
from autograder.run.slots import Slots
with Slots(Path(sys.argv[1]), 1).one():
    print("held", flush=True)
    time.sleep(600)
"""
STAMPED = """# %%
import time
from pathlib import Path
began = time.time()
time.sleep(0.5)
print("RAN", began, time.time())
"""


def test_no_more_hold_a_place_than_there_are(tmp_path: Path) -> None:
    """Five ask for two places: all get one, and never three at a time."""
    slots, inside, most = Slots(tmp_path, 2), [], []

    def hold() -> None:
        with slots.one():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    threads = [threading.Thread(target=hold) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(most) == 5 and max(most) == 2


def test_a_process_that_dies_gives_its_place_back(tmp_path: Path) -> None:
    """Nobody waits for the dead."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    got, slots = threading.Event(), Slots(tmp_path, 1)

    def ask() -> None:
        with slots.one():
            got.set()

    asking = threading.Thread(target=ask)
    asking.start()
    assert not got.wait(0.2)
    holder.kill()
    holder.wait()
    asking.join(timeout=30)
    assert got.is_set() and slots.waited >= 0.2


@pytest.mark.kernel
def test_a_kernel_that_ends_while_it_waits_is_our_fault(tmp_path: Path) -> None:
    """No cell has run yet, so nothing of it is the student's doing."""
    started: list[KernelProcess] = []

    class Ending(Slots):
        @contextmanager
        def one(self) -> Iterator[None]:
            started[0].kill()
            yield

    def launch(spec: KernelSpec) -> KernelProcess:
        started.append(unboxed.start_unboxed_kernel(spec, PLAIN))
        return started[0]

    job = RunJob(notebook("print(1)"), sandbox="none", slots=Ending(tmp_path, 1))
    with pytest.raises(HarnessFault, match="before the first cell"):
        run_notebook(job, tmp_path / "evidence", launcher=launch)


@pytest.mark.kernel
def test_notebooks_with_one_place_run_one_after_the_other(tmp_path: Path) -> None:
    """Two gradings at once: the cells of one have ended before those of the other begin."""
    content = to_bytes(from_marks(STAMPED))
    slots = Slots(tmp_path, 1)
    settings = Settings(sandbox="none", warm=False, parts=("dense",))

    def grade(name: str) -> None:
        notebook = HandedNotebook(f"{name}.ipynb", name, content)
        grade_submission(Submission(name, (notebook,)), settings, tmp_path / name, slots)

    threads = [threading.Thread(target=grade, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    ran = []
    for name in ("a", "b"):
        text = (tmp_path / name / "notebooks" / "1" / "executed.ipynb").read_text()
        ran.append([float(word) for word in text.partition("RAN ")[2].partition("\\n")[0].split()])
    first, second = sorted(ran)
    assert first[1] <= second[0]
