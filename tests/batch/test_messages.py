"""What a batch says to its workers and to their fork server comes out of its JSON as it went in."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.batch.messages import EndWorker, StartWorker, WorkerFate, WorkerRequest, decode, encode
from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import HandedNotebook, Submission


@pytest.mark.parametrize("graded", [True, False])
def test_a_request_survives_its_line(graded: bool) -> None:
    """Bytes of notebooks, ids in any script, places: one line, whatever is in it."""
    submission = Submission("é\n", (HandedNotebook("n.ipynb", "0", b"\x00\n{}"),)) if graded else None
    request = WorkerRequest(
        submission_id="é\n",
        key={"content": "c"},
        settings=Settings(sandbox="none", parts=("dense",)),
        submission=submission,
        kept=None if graded else Path("/kept"),
        folder=Path("/new"),
        slots=Slots(Path("/slots"), 2) if graded else None,
        zygote="/z/s",
    )
    line = request.to_line()
    assert line.count(b"\n") == 1 and WorkerRequest.from_line(line) == request


@pytest.mark.parametrize("order", [StartWorker(), EndWorker(17, 15)])
def test_an_order_survives_its_packet(order: object) -> None:
    """Starting a worker is told apart from ending one."""
    assert decode(encode(order)) == order


def test_a_fate_is_read_as_it_comes() -> None:
    """Nothing yet, half a line, the pid, pid and status."""
    told = [WorkerFate.from_lines(said) for said in (b"", b"12", b"123\n", b"123\n-", b"123\n-9\n")]
    assert told == [WorkerFate(), WorkerFate(), WorkerFate(123), WorkerFate(123), WorkerFate(123, -9)]
