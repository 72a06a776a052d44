"""Running notebooks in tests: plain kernels without TensorFlow, and a look at what a run left."""

from __future__ import annotations

import functools
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.kernels import unboxed
from autograder.records import RunRecord
from autograder.run.execute import RunJob, run_notebook
from tests.notebooks import notebook

PLAIN = unboxed.Places(recorder=Path(__file__).resolve().parent / "plain_recorder", imports=())


@dataclass(frozen=True)
class Ran:
    """A run and what it left: the record, the recorded events, and the outputs of each cell as text."""

    record: RunRecord
    events: list[dict]
    shown: list[str]

    @property
    def outcomes(self) -> str:
        """First letters of the cells' outcomes: r(an), R(aised), t(imed out), k(illed), n(ot reached)."""
        letters = {"ran": "r", "raised": "R", "timed_out": "t", "killed": "k", "not_reached": "n"}
        return "".join(letters[state.outcome] for state in self.record.cells)


def run(*sources: str, **job: object) -> Ran:
    """Run these code cells without a box."""
    folder = Path(tempfile.mkdtemp(prefix="test-run-"))
    launcher = functools.partial(unboxed.start_unboxed_kernel, places=PLAIN)
    record = run_notebook(
        RunJob(notebook(*sources), sandbox="none", **job), folder / "e", folder / "x.ipynb", launcher
    )
    events = folder / "e" / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    document = json.loads((folder / "x.ipynb").read_text(encoding="utf-8"))
    return Ran(record, [json.loads(line) for line in lines], [_text(cell) for cell in document["cells"]])


def _text(cell: dict) -> str:
    parts = []
    for output in cell["outputs"]:
        parts += [
            output.get("text", ""),
            output.get("data", {}).get("text/plain", ""),
            output.get("ename", ""),
        ]
    return "".join(parts)
