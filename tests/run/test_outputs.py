"""What the executed notebook keeps of a cell's outputs."""

from __future__ import annotations

import json

from autograder.run import outputs
from autograder.run.notebook import prepare
from autograder.run.outputs import CELL_CAP, NOTEBOOK_CAP, Outputs
from tests.notebooks import notebook


def test_streams_are_joined_and_kept_in_order() -> None:
    """Two prints are one output; stderr is another."""
    collected = Outputs()
    cell = collected.start_cell()
    for name, text in (("stdout", "a"), ("stdout", "b"), ("stderr", "c")):
        collected.add("stream", {"name": name, "text": text}, 1)
    assert [(each["name"], each["text"]) for each in cell] == [("stdout", "ab"), ("stderr", "c")]


def test_the_start_of_a_text_beyond_the_cap_is_kept() -> None:
    """Two megabytes a cell, then one line that says so, however much follows."""
    collected = Outputs()
    cell = collected.start_cell()
    for _ in range(3):
        collected.add("stream", {"name": "stdout", "text": "x" * 2 * CELL_CAP}, 2 * CELL_CAP)
    assert len(cell[0]["text"]) == CELL_CAP and "dropped" in cell[1]["text"] and len(cell) == 2
    assert collected.dropped


def test_the_notebook_has_a_cap_too() -> None:
    """Many cells just below theirs."""
    collected, total = Outputs(), 0
    for _ in range(20):
        cell = collected.start_cell()
        collected.add("stream", {"name": "stdout", "text": "x" * (CELL_CAP - 1)}, CELL_CAP - 1)
        total += sum(len(each["text"]) for each in cell)
    assert total < NOTEBOOK_CAP + 20 * 100


def test_a_storm_of_messages_is_bounded(monkeypatch) -> None:
    """Widgets and display updates by the thousand."""
    monkeypatch.setattr(outputs, "MESSAGES_CAP", 5)
    collected = Outputs()
    cell = collected.start_cell()
    for _ in range(100):
        collected.add("display_data", {"data": {"text/plain": "x"}}, 1)
    assert len(cell) == 6 and collected.dropped


def test_clear_output_clears_at_once_or_before_the_next() -> None:
    """As a notebook program does it."""
    collected = Outputs()
    cell = collected.start_cell()
    for wait, kept in ((False, []), (True, ["a"])):
        collected.add("stream", {"name": "stdout", "text": "a"}, 1)
        collected.add("clear_output", {"wait": wait}, 1)
        assert [each["text"] for each in cell] == kept
    collected.add("stream", {"name": "stdout", "text": "b"}, 1)
    assert [each["text"] for each in cell] == ["b"]


def test_malformed_and_silent_messages_show_nothing() -> None:
    """A kernel may send anything."""
    collected = Outputs()
    cell = collected.start_cell()
    collected.add("comm_open", {}, 1)
    collected.add("display_data", {"data": 7}, 1)
    collected.add("error", {"ename": 1, "traceback": 7}, 1)
    assert [each["output_type"] for each in cell] == ["error"] and cell[0]["traceback"] == []


def test_cells_are_numbered_among_code_cells() -> None:
    """Text cells do not count; blank code cells do, and are marked."""
    raw = json.loads(notebook("a", " ", "b"))
    raw["cells"].insert(1, {"cell_type": "markdown", "source": ["# T\n", "text"]})
    cells = prepare(json.dumps(raw).encode()).cells
    assert [(cell.number, cell.position, cell.blank) for cell in cells] == [
        (1, 0, False),
        (2, 2, True),
        (3, 3, False),
    ]
