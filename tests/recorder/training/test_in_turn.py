"""What is recorded of two models that are trained against each other, and what the quick budget leaves of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from autograder.evidence.facts import Event
from tests.recorder.received import received

pytestmark = pytest.mark.tensorflow
HERE = Path(__file__).parent
TURNS, STEPS = ("predicted", "called"), 400


class Told:
    """The evidence of one process."""

    def __init__(self, out: Path) -> None:
        folder = received(out)
        lines = (folder / "events.jsonl").read_text().splitlines()
        self.events = [TypeAdapter(Event).validate_python(json.loads(line)) for line in lines]
        self.told = json.loads((out / "told.json").read_text())
        self._arrays = folder / "arrays"

    def of(self, way: str, kind: str) -> list:
        """The events of a kind in the cell of one way."""
        return [e for e in self.events if e.kind == kind and e.cell == self.told[way]["cell"]]

    def array(self, ref: str) -> np.ndarray:
        """A recorded array."""
        return np.load(self._arrays / f"{ref}.npy")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """All ways, run once."""
    out = tmp_path_factory.mktemp("turns")
    env = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(HERE / "models_in_turn.py"), str(out)]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, cwd=out)
    assert run.returncode == 0, run.stderr[-3000:]
    return Told(out)


def test_the_recorder_makes_no_fault(told: Told) -> None:
    """Every event is of the agreed form, and none is a fault."""
    assert [event for event in told.events if event.kind == "fault"] == []


@pytest.mark.parametrize("way", TURNS)
def test_made_rows_are_told_from_real_ones(told: Told, way: str) -> None:
    """Half of what the judge is trained on a model has just answered; the others are counted as different rows."""
    judge, both = told.of(way, "fit")

    assert (judge.batches, judge.batches_real, both.batches_real) == (STEPS, 64, 64)
    assert judge.made == pytest.approx(0.5, abs=0.01) and both.made == 0
    assert judge.distinct == 600 and told.told[way]["changed"]


@pytest.mark.parametrize("way", TURNS)
def test_pictures_are_recorded_when_they_were_made(told: Told, way: str) -> None:
    """Each kept answer lies in the records with the batches done by then, also where it stands for another one."""
    pictures = [np.array(rows) for rows in told.told[way]["pictures"]]
    calls = told.of(way, "call")
    assert len(calls) < 90
    for picture, done in zip(pictures, np.repeat([1, 200, 400], 2), strict=True):
        same = [
            call
            for call in calls
            if call.rows == len(picture) and np.allclose(told.array(call.outputs[0]), picture, atol=1e-6)
        ]
        assert done in [max(call.batches.values()) for call in same]


def test_optimizers_are_told_by_the_weights_that_they_change(told: Told) -> None:
    """Two by batches, two in a step of its own, or one for both models."""
    for way in TURNS:
        judge, both = told.of(way, "fit")
        (first,), (second,) = judge.updates.values(), both.updates.values()
        assert set(judge.updates) != set(both.updates) and not set(first) & set(second)
    apart, shared = told.of("apart", "fit")[0].updates, told.of("shared", "fit")[0].updates
    assert [len(weights) for weights in apart.values()] == [2, 2]
    assert [len(weights) for weights in shared.values()] == [4]
