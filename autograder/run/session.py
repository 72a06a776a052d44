"""One cell after the other through a running kernel, each state observed from outside."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from autograder.kernels.kernel import KernelProcess
from autograder.records import CellState, RunStatus

from .causes import explain
from .channels import Conversation, Flood, Garbage, Message
from .clock import Clock
from .notebook import CodeCell, Prepared
from .outputs import Outputs
from .tracebacks import ended_its_cell

_TICK = 0.25  # seconds between two looks at the clocks and the process while a cell says nothing
# What a kernel names as the exception where code ran and only the display of its value raised.
_NO_EXCEPTION = "NoneType"
_SETTLE_SECONDS = 2.0  # for outputs that are still on their way when a cell has been answered


@dataclass
class Ending:
    """How the run went so far: the first thing that broke it decides, later ones are added to the detail."""

    status: RunStatus = "ok"
    cell: int | None = None
    detail: str = ""
    flags: set[str] = field(default_factory=set)

    def noted(self, sentence: str) -> None:
        """Something worth a sentence that broke nothing."""
        self.detail = f"{self.detail} {sentence}".strip()

    def broke(self, status: RunStatus, cell: int, sentence: str) -> None:
        """Something went wrong in `cell`; only the first such thing becomes the status."""
        if self.status == "ok":
            self.status, self.cell, self.detail = status, cell, f"{sentence} {self.detail}".strip()
        elif status != "cell_error":
            self.detail = f"{self.detail} Later: {sentence}"


class Exchange:
    """Collects the answers to one cell until a later question was answered too, which proves that it is over.

    A forged `idle` or an early forged reply therefore ends nothing: the kernel answers in order.
    """

    def __init__(self, talk: Conversation, cell: CodeCell) -> None:
        self._talk = talk
        self._source = cell.source
        self.request = talk.execute(cell.source, cell.number)
        self.replies: list[dict[str, Any]] = []
        self.ended: dict[str, Any] | None = None  # the first error that the cell showed as its end
        self._barrier: str | None = None
        self._barrier_answered: float | None = None
        self._barrier_idle = False

    def take(self, message: Message, outputs: Outputs) -> None:
        """Account for one message; those that answer neither question come from threads and only show."""
        if message.channel == "iopub":
            self._barrier_idle |= (
                message.parent == self._barrier and message.content.get("execution_state") == "idle"
            )
            if self.ended is None and message.kind == "error" and message.parent == self.request:
                self.ended = message.content if ended_its_cell(message.content, self._source) else None
            outputs.add(message.kind, message.content, message.size)
        elif message.kind == "execute_reply" and message.parent == self.request:
            if len(self.replies) < 2:  # a second one tells all that can be told
                self.replies.append(message.content)
            if self._barrier is None:
                self._barrier = self._talk.ask_info()
        elif message.parent == self._barrier:
            self._barrier_answered = time.monotonic()

    def over(self) -> bool:
        """Whether the cell has ended and its outputs have come (or do not come within two seconds)."""
        if self._barrier_answered is None:
            return False
        return self._barrier_idle or time.monotonic() > self._barrier_answered + _SETTLE_SECONDS


class NotebookSession:
    """Runs the cells of a prepared notebook; `run` returns their states and fills the document's outputs."""

    def __init__(
        self, talk: Conversation, process: KernelProcess, clock: Clock, left_out: tuple[str, ...] = ()
    ) -> None:
        self._talk = talk
        self._left_out = left_out
        self._process = process
        self._clock = clock
        self.outputs = Outputs()
        self.ending = Ending()

    def run(self, notebook: Prepared) -> tuple[CellState, ...]:
        """One state per code cell. After the kernel's end every cell is `not_reached`."""
        states: list[CellState] = []
        ended = False
        for cell in notebook.cells:
            if ended:
                states.append(CellState(cell.number, "not_reached"))
                continue
            shown = self.outputs.start_cell()
            if cell.blank:
                states.append(CellState(cell.number, "ran"))
                continue
            state, ended = self._run_cell(cell)
            states.append(state)
            notebook.document["cells"][cell.position]["outputs"] = shown
            notebook.document["cells"][cell.position]["execution_count"] = cell.number
            self.outputs.dropped |= not ended and self._talk.hung_up("iopub")
        if self.outputs.dropped or self._talk.lost_outputs:
            self.ending.flags.add("output_dropped")
        if self._talk.bad:
            self.ending.flags.add("unreadable_messages")
        return tuple(states)

    def _run_cell(self, cell: CodeCell) -> tuple[CellState, bool]:
        """The state of the cell, and whether the kernel is gone after it."""
        self._clock.start_cell()
        exchange = Exchange(self._talk, cell)
        try:
            while not exchange.over():
                dead = self._process.alive() is not None or self._clock.expired is not None
                messages = self._talk.receive(0 if dead else _TICK)
                for message in messages:
                    exchange.take(message, self.outputs)
                if dead and not messages and not exchange.over():
                    return self._ended_in(cell, exchange), True
                self._see_that_it_can_answer()
        except Garbage:
            return self._stopped(cell, "protocol", "sent messages that no kernel sends"), True
        except Flood:
            return self._stopped(
                cell, "output_cap", "sent more output than is taken (512 MB, or 16 MB at once)"
            ), True
        return self._judge(cell, exchange.replies, exchange.ended)

    def _see_that_it_can_answer(self) -> None:
        """A kernel that hangs up without ending can answer no more (raises `Garbage`)."""
        if self._talk.hung_up("shell") and not self._ends_soon():
            raise Garbage

    def _ends_soon(self) -> bool:
        """Whether the kernel ends within five seconds: its sockets close a moment before its process is gone."""
        for _ in range(100):
            if self._process.alive() is not None or self._clock.expired:
                return True
            time.sleep(0.05)
        return False

    def _judge(
        self, cell: CodeCell, replies: list[dict[str, Any]], ended: dict[str, Any] | None
    ) -> tuple[CellState, bool]:
        if len(replies) != 1:
            sentence = f"Cell {cell.number} answered for the kernel itself, so how it ended is not known."
            self.ending.broke("protocol", cell.number, sentence)
            return CellState(cell.number, "raised", "forged reply"), False
        reply = replies[0]
        if _asks_exit(reply):
            self._process.kill()
            sentence = (
                f"Cell {cell.number} ended Python (exit() or quit()), so the cells after it did not run."
            )
            self.ending.broke("crash", cell.number, sentence)
            return CellState(cell.number, "killed", "exit()"), True
        if ended is None and reply.get("status") == "ok":
            return CellState(cell.number, "ran"), False
        shown = (
            reply
            if reply.get("status") == "error" and reply.get("ename") != _NO_EXCEPTION
            else ended or reply
        )
        name, text = str(shown.get("ename", "")), str(shown.get("evalue", ""))
        if name == _NO_EXCEPTION:
            said = self.outputs.error or "an error"
            self.ending.noted(
                f"Cell {cell.number} ran, but the value that it ends with could not be shown: {said}."
            )
            return CellState(cell.number, "ran"), False
        explanation = explain(cell.number, name, text, self._left_out)
        self.ending.broke("cell_error", cell.number, explanation.sentence)
        self.ending.flags.update(explanation.flags)
        return CellState(cell.number, "raised", explanation.error), False

    def _ended_in(self, cell: CodeCell, exchange: Exchange) -> CellState:
        """The kernel ended while the cell ran: for a clock, for a limit, or by the cell's own doing."""
        number, cause = cell.number, self._process.cause()
        if self._clock.expired:
            sentence = f"{_time_up(number, self._clock)}, so the cells after it did not run."
            self.ending.broke("timeout", number, sentence)
            return CellState(number, "timed_out", f"{self._clock.expired} clock")
        if cause is not None:
            sentence = f"Cell {number} went beyond the limit of {_LIMITS.get(cause, cause)} and was ended."
            self.ending.broke(cause, number, sentence)
            return CellState(number, "killed", cause)
        how = _how_it_ended(self._process.alive())
        self.ending.broke("crash", number, f"Python ended while cell {number} ran ({how}).")
        return CellState(number, "killed", how)

    def _stopped(self, cell: CodeCell, status: RunStatus, what: str) -> CellState:
        self._process.kill()
        self.ending.broke(status, cell.number, f"Cell {cell.number} {what}, and the run was ended there.")
        return CellState(cell.number, "killed", status)


_LIMITS = {"memory": "memory", "processes": "processes", "disk": "disk space"}


def _time_up(cell: int, clock: Clock) -> str:
    if clock.expired == "cell":
        return f"Cell {cell} was still running after {clock.cell_seconds:g} seconds, the limit for a cell"
    return f"Cell {cell} was running when the notebook's {clock.notebook_seconds:g} seconds were up"


def _asks_exit(reply: dict[str, Any]) -> bool:
    payload = reply.get("payload")
    return isinstance(payload, list) and any(
        isinstance(entry, dict) and entry.get("source") == "ask_exit" for entry in payload
    )


def _how_it_ended(status: int | None) -> str:
    if status is None:
        return "without a status"
    return f"signal {-status}" if status < 0 else f"exit status {status}"
