"""What runs through a rebuilt model at once is bounded by all that its layers give, and one row that is too much refuses the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.evidence.facts import Graph
from autograder.replay.allowed_layers import Refused
from autograder.replay.questions import Asked
from autograder.replay.rebuilt_model import Rebuilt
from autograder.replay.recorded import Recorded
from autograder.replay.replay import CHUNK_NUMBERS, _answers
from autograder.replay.results import Results

pytestmark = pytest.mark.tensorflow
ROWS = 512


def graph(*layers: tuple[str, dict]) -> Graph:
    """A chain of layers of Keras on rows of four numbers."""
    nodes = [
        {
            "layer": f"l{place}",
            "cls": cls,
            "module": f"keras.src.layers.{cls.lower()}",
            "config": config,
            "inputs": [f"n{place - 1}" if place else "x0"],
        }
        for place, (cls, config) in enumerate(layers)
    ]
    return Graph.model_validate({"inputs": [[4]], "nodes": nodes, "outputs": [f"n{len(nodes) - 1}"]})


def test_rows_of_a_model_that_swells_run_a_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few numbers become a million and few again: all rows are answered, never so many at once that memory would not do."""
    rebuilt = Rebuilt(
        graph(("RepeatVector", {"n": 10_000}), ("UpSampling1D", {"size": 30}), ("GlobalMaxPooling1D", {})),
        [np.zeros((8, 4), np.float32)],
    )
    rows = np.random.default_rng(1).random((24, 4), dtype=np.float32)
    at_once: list[int] = []
    run = Rebuilt.run

    def noted(self: Rebuilt, inputs: list[np.ndarray]) -> dict:
        at_once.append(len(inputs[0]) * self.whole)
        return run(self, inputs)

    monkeypatch.setattr(Rebuilt, "run", noted)
    recorded, results = Recorded(tmp_path), Results(tmp_path / "replay")
    (answer,), agrees = _answers(rebuilt, [Asked("call:c1", (rows,), False)], 0, results, recorded)

    made = np.load(tmp_path / "replay" / f"{answer.nodes['out']}.npy")
    assert agrees and np.array_equal(made, rows)
    assert max(at_once) <= CHUNK_NUMBERS < ROWS * rebuilt.whole


def test_a_row_that_takes_all_memory_refuses_its_model() -> None:
    """Each layer alone is within its bound; all of them together are not."""
    layers = [("RepeatVector", {"n": 100_000}), *[("UpSampling1D", {"size": 1})] * 90]

    with pytest.raises(Refused, match="too much memory"):
        rebuilt = Rebuilt(graph(*layers), [np.zeros((8, 4), np.float32)])
        raise Refused(rebuilt.why_missing())
