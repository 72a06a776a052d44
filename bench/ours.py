"""This grader on the same notebooks, and what its own rooms cost on one of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from . import notebooks
from .streams import Command

REPEATED = 5
MEMORY = "/dev/shm"
QUIET = (("TF_CPP_MIN_LOG_LEVEL", "3"),)


def commands(place: Path, share: list[int], label: str, workers: int, trivial: bool = False) -> list[Command]:
    """One `autograder grade` over a class of this size, every kernel boxed."""
    handed = place / f"ours-{label}"
    for number in share:
        folder = handed / f"student{number}"
        folder.mkdir(parents=True)
        sources = notebooks.TRIVIAL if trivial else notebooks.DENSE
        (folder / "part.ipynb").write_text(notebooks.notebook(sources, number))
        if not trivial:
            (folder / notebooks.IMAGES).write_bytes(notebooks.digits())
    words = (
        str(Path(sys.executable).with_name("autograder")),
        *("grade", str(handed), "--out", str(place / f"out-{label}"), "--workers", str(workers)),
    )
    return [Command(words, place, QUIET)]


def kernels(place: Path, label: str) -> str:
    """How the kernels of a finished grading were started: `warm`, `cold` or both, as its records say."""
    runs = json.loads((place / f"out-{label}" / "run.json").read_text(encoding="utf-8"))["runs"]
    return " and ".join(sorted({"warm" if run["warm"] else "cold" for run in runs}))


def seconds(place: Path, label: str, number: int) -> float:
    """Seconds from the start of one submission's process to its grade, as its record says."""
    record = place / f"out-{label}" / "submissions" / f"student{number}" / "grade.json"
    return json.loads(record.read_text(encoding="utf-8"))["seconds"]


ROOMS = """
import contextlib, io, json, os, sys, time
from pathlib import Path
recorded, folder, sources = sys.argv[1] == "recorded", Path(sys.argv[2]), json.loads(sys.argv[3])
os.chdir(folder)
import keras, matplotlib
matplotlib.use("agg")
import matplotlib.pyplot
import importlib, pkgutil
import autograder.recorder as package
for module in pkgutil.iter_modules(package.__path__, "autograder.recorder."):  # as the warm process does, once
    importlib.import_module(module.name)
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).predict(__import__("numpy").zeros((8, 4)), verbose=0)
began = time.process_time()
if recorded:
    from autograder.recorder import install
    from autograder.recorder.budget import Budget
    recording = install(shell, folder / "evidence", Budget.full())
with contextlib.redirect_stdout(io.StringIO()):
    for source in sources:
        assert shell.run_cell(source).success
if recorded:  # what the grader does as it comes
    from autograder.evidence.receiving import FILE_NAME, unpack
    unpack(folder / "evidence" / FILE_NAME, folder / "evidence")
print(json.dumps(time.process_time() - began))
"""
JUDGING = """
import json, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
import keras
from autograder import rubrics
from autograder.evidence import reader
from autograder.grading.grade import grade_parts
from autograder.records import CellState, RunRecord
from autograder.replay import replay
known = rubrics.known_images()
keras.layers.Dense(2)(keras.ops.zeros((1, 2)))
began = time.process_time()
replay(folder, known)
after = time.process_time()
cells = tuple(CellState(n, "ran") for n in range(1, 7))
run = RunRecord("ok", None, cells, "full", "none", False, 1.0)
grade_parts([reader.read(folder, run)], list(rubrics.CORE))
first = time.process_time()
grade_parts([reader.read(folder, run)], list(rubrics.CORE))
print(json.dumps([after - began, first - after, time.process_time() - first]))
"""


def rooms() -> dict[str, float]:
    """CPU seconds of recorder, replay and judging on one dense notebook, each beside imports that are paid once.

    The recorder's are those of the cells with it less those without it, the least of each: a busy machine only adds.
    Judging is given for the second notebook of a process too, when the index of the known images has been loaded. Files
    lie in memory where the system offers that, as the evidence of a boxed kernel does.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        sources = json.dumps(notebooks.DENSE)
        bare, recorded = [], []
        for number in range(REPEATED):  # in turn, so that a busy moment of the machine meets both
            place = Path(folder) / str(number)
            place.mkdir()
            (place / notebooks.IMAGES).write_bytes(notebooks.digits())
            bare.append(_answer(ROOMS, "bare", str(place), sources))
            recorded.append(_answer(ROOMS, "recorded", str(place), sources))
        folder = str(place)
        replayed, judged, again = _answer(JUDGING, f"{folder}/evidence")
    return {
        "recorder": max(0.0, min(recorded) - min(bare)),
        "replay": replayed,
        "judging": judged,
        "judging, next notebook": again,
    }


def _answer(program: str, *arguments: str):
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1])
