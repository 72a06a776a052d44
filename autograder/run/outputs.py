"""What a cell showed, kept for the executed notebook within caps; nothing here is ever graded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.text import one_line

CELL_CAP = 2 * 2**20  # bytes
NOTEBOOK_CAP = 10 * 2**20  # bytes; a class of 200 then keeps at most 2 GB of executed notebooks
MESSAGES_CAP = 2000  # of one cell: figures mostly, for printed text that follows text becomes one output
# One output of a cell in nbformat 4: JSON whose keys depend on its `output_type`.
Output = dict[str, Any]
_DROPPED: Output = {
    "output_type": "stream",
    "name": "stderr",
    "text": "[output beyond the cap was dropped]\n",
}


class Outputs:
    """Collects outputs of one notebook; beyond 2 MiB a cell or 10 MiB in all they are counted and dropped."""

    def __init__(self) -> None:
        self.dropped = False
        self.error = ""  # the last error that the current cell showed, in one line
        self._total = 0
        self._cell_bytes = 0
        self._cell: list[Output] = []
        self._clear_next = False
        self._full = False

    def start_cell(self) -> list[Output]:
        """Begin the next cell; the returned list fills as messages arrive."""
        self._cell, self._cell_bytes, self._clear_next, self._full = [], 0, False, False
        self.error = ""
        return self._cell

    def add(self, kind: str, content: Mapping[str, Any], size: int) -> None:
        """Take one message of `size` bytes; kinds that show nothing are ignored."""
        if kind == "clear_output":
            self._clear(bool(content.get("wait")))
            return
        output = _output(kind, content)
        if output is None:
            return
        if kind == "error":
            self.error = one_line(f"{output['ename']}: {output['evalue']}")
        if self._clear_next:
            self._clear(wait=False)
        left = (
            0
            if len(self._cell) >= MESSAGES_CAP
            else min(CELL_CAP - self._cell_bytes, NOTEBOOK_CAP - self._total)
        )
        over = size > left
        if over and output["output_type"] == "stream" and left > 0:
            output["text"], size = output["text"][:left], left  # the start of a long text is worth keeping
        if size <= left:
            self._cell_bytes += size
            self._total += size
            self._append(output)
        if over:
            self._drop()

    def _append(self, output: Output) -> None:
        last = self._cell[-1] if self._cell else None
        if (
            last
            and output["output_type"] == "stream" == last["output_type"]
            and last["name"] == output["name"]
        ):
            last["text"] += output["text"]
        else:
            self._cell.append(output)

    def _clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
            return
        self._cell.clear()
        self._clear_next = False
        self._cell_bytes = 0

    def _drop(self) -> None:
        self.dropped = True
        if not self._full:
            self._cell.append(dict(_DROPPED))
            self._full = True


def _output(kind: str, content: Mapping[str, Any]) -> Output | None:
    """The message in notebook format, or None when it shows nothing or is malformed."""
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": str(content.get("text", ""))}
    if kind in ("display_data", "execute_result"):
        data = content.get("data")
        if not isinstance(data, dict):
            return None
        output: Output = {"output_type": kind, "data": data, "metadata": {}}
        return output | {"execution_count": None} if kind == "execute_result" else output
    if kind == "error":
        trace = content.get("traceback")
        lines = [str(line) for line in trace] if isinstance(trace, list) else []
        return {
            "output_type": "error",
            "ename": str(content.get("ename", "")),
            "evalue": str(content.get("evalue", "")),
            "traceback": lines,
        }
    return None
