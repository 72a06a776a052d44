"""Which shown errors ended their cell: those whose traceback begins at a line of it."""

from __future__ import annotations

import pytest

from autograder.run.tracebacks import ended_its_cell

RULE = "\x1b[31m-----------------------\x1b[39m"
HEAD = "\x1b[31mZeroDivisionError\x1b[39m        Traceback (most recent call last)"
SOURCE = "\n\nx = 1\n1 / 0"
PLACE = "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[3]\x1b[39m\x1b[32m, line 2\x1b[39m"
OF_THE_CELL = f"{PLACE}\n      1 x = 1\n\x1b[31m----> 2 \x1b[39m1 / 0"
OF_A_FUNCTION = f"{PLACE}, in Broken.__repr__(self)\n      1 x = 1\n----> 2 1 / 0"
OF_ANOTHER_CELL = "Cell In[3], line 1\n----> 1 1 / 0"
OF_A_FILE = "File \x1b[32m~/broken.py:1\x1b[39m\n----> 1 1 / 0"


@pytest.mark.parametrize(
    ("frames", "ended"),
    [
        ([OF_THE_CELL], True),
        ([OF_THE_CELL, OF_A_FILE], True),
        (["  Cell In[3], line 2\n    1 / 0\n"], True),
        (["Input In [3], in <cell line: 2>()\n      1 x = 1\n----> 2 1 / 0"], True),
        ([OF_A_FUNCTION], False),
        ([OF_ANOTHER_CELL], False),
        ([OF_A_FILE, OF_THE_CELL], False),
        (["File <timed exec>:1"], False),
        ([], False),
    ],
)
def test_the_first_frame_tells(frames: list[str], ended: bool) -> None:
    """A line of the cell ended it; a method that a display called, another cell inside it, a script or a timer did not."""
    error = {"ename": "ZeroDivisionError", "traceback": [RULE, HEAD, *frames, "ZeroDivisionError: "]}
    assert ended_its_cell(error, SOURCE) is ended


@pytest.mark.parametrize("trace", [None, "text", [None, 3], [["nested"]], ["Cell In[1], line 99999"]])
def test_a_malformed_traceback_is_read_without_failing(trace: object) -> None:
    """It came from the submission, and tells nothing."""
    assert not ended_its_cell({"traceback": trace}, SOURCE)
