"""A recorder that only counts cells, so that runs can be tested without TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

__path__.append(str(Path(__file__).resolve().parents[3] / "autograder" / "recorder"))


def install(shell, out, budget):
    """Send one line after every cell."""
    from .stream import EVENT, FrameStream  # of the real recorder

    journal, stream = SimpleNamespace(cell=0), FrameStream(out)

    def start(info) -> None:
        journal.cell += 1

    def end(result) -> None:
        line = {"kind": "cell_end", "cell": journal.cell, "raised": not result.success}
        stream.send(EVENT, (json.dumps(line).encode(),))

    shell.events.register("pre_run_cell", start)
    shell.events.register("post_run_cell", end)
    return SimpleNamespace(journal=journal)
