"""A release of Keras that moved what the recorder hooks: the run says so, and its items wait for a person."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.evidence import reader
from autograder.grading.grade import grade_parts
from autograder.records import CellState, RunRecord
from autograder.rubrics import CORE
from tests.checks.judging import KNOWN
from tests.recorder import received

ROOT = Path(__file__).resolve().parents[2]

NOTEBOOK = """
import sys
import types
from pathlib import Path
import keras
import numpy as np
MOVED = ("layers.layer", "trainers.trainer", "backend.tensorflow.trainer", "models.model", "callbacks.callback_list")
for name in MOVED if sys.argv[2] == "moved" else ():
    sys.modules[f"keras.src.{name}"] = types.ModuleType(f"keras.src.{name}")  # its classes are elsewhere now
from autograder.recorder import install
from autograder.recorder.budget import Budget
rec = install(None, Path(sys.argv[1]), Budget.full())
rec.start_cell()
rows = np.random.default_rng(0).random((64, 784), dtype="float32")
layers = [keras.layers.Dense(size, activation="relu") for size in (400, 200, 100, 200, 400)]
model = keras.Sequential([keras.Input((784,)), *layers, keras.layers.Dense(784, activation="sigmoid")])
model.compile("adam", "mse")
model.fit(rows, rows, epochs=1, verbose=0)
print(model.predict(rows[:2], verbose=0).shape)
rec.end_cell()
"""


def graded(folder: Path, how: str):
    """The grades of the core parts, and the events, of a notebook of one cell."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", NOTEBOOK, str(folder), how]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0 and "(2, 784)" in run.stdout, run.stderr[-2000:]
    events = received.events(folder)
    record = RunRecord("ok", None, (CellState(1, "ran"),), "full", "none", False, 1.0)
    return grade_parts([reader.read(received.received(folder), record)], CORE, KNOWN), events


@pytest.mark.tensorflow
def test_moved_classes_of_keras_cost_no_student_anything(tmp_path: Path) -> None:
    """The notebook runs as ever; nothing is recorded of it, and every item is errored, none not attempted."""
    grades, events = graded(tmp_path, "moved")

    assert {event["where"] for event in events if event["kind"] == "fault"} >= {
        "model",
        "call",
        "fit",
        "batch",
    }
    (note,) = [event for event in events if event["kind"] == "note" and event["id"] == "recorder_incomplete"]
    assert "keras.src.layers.layer.Layer.__call__ (model)" in note["message"]
    assert {grade.status for grade in grades} == {"errored"}
    assert {item.status for grade in grades for item in grade.items} == {"errored"}


@pytest.mark.tensorflow
def test_the_same_notebook_under_a_keras_that_is_known_is_judged(tmp_path: Path) -> None:
    """No fault, and no item is errored."""
    grades, events = graded(tmp_path, "as it is")

    assert not [event for event in events if event["kind"] in ("fault", "note")]
    assert not [item for grade in grades for item in grade.items if item.status == "errored"]
