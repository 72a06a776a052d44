"""A recorder that only counts cells, so that runs can be tested without TensorFlow."""

from __future__ import annotations

import json
from types import SimpleNamespace


def install(shell, out, budget):
    """Write one line after every cell."""
    journal = SimpleNamespace(cell=0)

    def start(info) -> None:
        journal.cell += 1

    def end(result) -> None:
        line = {"kind": "cell_end", "cell": journal.cell, "raised": not result.success}
        with (out / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    shell.events.register("pre_run_cell", start)
    shell.events.register("post_run_cell", end)
    return SimpleNamespace(journal=journal)
