"""What all hooks of one recording share: the journal, the budget, and the guards that keep them invisible to a student."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import Any

from .budget import Budget
from .journal import Journal
from .places import Place
from .stream import FrameStream

CHECKED_SHARE = 1 / 16  # of the steps of a loop; a check takes a tenth of a millisecond
_SHOWN: tuple[Place, ...] = ("figure", "held", "text")  # what is read of objects that a notebook made


class Recording:
    """One notebook kernel under observation.

    Attributes:
        journal: where events and arrays go.
        budget: how much training is really run.
        shell: the IPython shell, or None in tests.
        cell_starts: functions called without arguments when a cell starts, each with the place that a failure of it
            concerns.
        cell_ends: the same when a cell ends, before its `cell_end` event.
        check: puts back what the recorder stands on, where a notebook replaced it; nothing where none of this is kept.
    """

    def __init__(self, out: Path | int | RawIOBase, budget: Budget, shell: Any) -> None:
        self.journal = Journal(FrameStream(out))
        self.budget = budget
        self.shell = shell
        self.cell_starts: list[tuple[Place, Callable[[], None]]] = []
        self.cell_ends: list[tuple[Place, Callable[[], None]]] = []
        self.check: Callable[[], None] = lambda: None
        self._dice = (
            random.Random()
        )  # a generator of its own, seeded by the system: a notebook's seeds stay as they are
        self._local = threading.local()
        self._depth = 0  # of cells that run inside one another

    def check_sometimes(self) -> None:
        """`check` for each step of a long loop, where it would cost more than the recording: at one in sixteen, no one knows which."""
        if self._dice.random() < CHECKED_SHARE:
            self.check()

    @property
    def busy(self) -> bool:
        """Whether this thread is inside the recorder, so that hooks must pass straight through."""
        return bool(getattr(self._local, "quiet", 0) > 0)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """While inside, every hook on this thread passes straight through to the original function."""
        self._local.quiet = getattr(self._local, "quiet", 0) + 1
        try:
            yield
        finally:
            self._local.quiet -= 1

    @contextmanager
    def guard(self, place: Place, doing: str = "") -> Iterator[None]:
        """An exception inside becomes a fault in the journal and never reaches the student.

        What a notebook shows and holds are objects of its own making: one that raises when it is looked at, in the notebook's
        own code, is noted and no fault of ours.

        Args:
            place: what evidence may be incomplete then.
            doing: what was being done, for whoever mends it.
        """
        try:
            yield
        except Exception as error:
            try:
                if place in _SHOWN and self._raised_in_notebook(error):
                    self.journal.note(
                        "unreadable_objects", f"an object raised {type(error).__name__} when it was read"
                    )
                else:
                    self.journal.fault(place, error, doing)
            except Exception:
                pass  # a full disk must not turn into a student's traceback

    def _raised_in_notebook(self, error: BaseException) -> bool:
        """Whether code of a cell was running when the error was raised."""
        space, trace = getattr(self.shell, "user_ns", None), error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is space:
                return True
            trace = trace.tb_next
        return False

    @property
    def inside(self) -> tuple[Any, ...]:
        """Models whose fit, evaluate or predict is running on this thread, outermost first."""
        return tuple(getattr(self._local, "inside", ()))

    @contextmanager
    def within(self, model: Any) -> Iterator[None]:
        """While inside, model calls belong to `model`'s own fit, evaluate or predict and are no calls of a student.

        Every hook around such a method must use it around the original.
        """
        stack = self._local.__dict__.setdefault("inside", [])
        stack.append(model)
        try:
            yield
        finally:
            stack.pop()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """While inside, a student's own code runs again (a callback of a running fit), so that its calls count."""
        stack = self._local.__dict__.setdefault("inside", [])
        saved, stack[:] = list(stack), []
        try:
            yield
        finally:
            stack[:] = saved

    def start_cell(self, info: Any = None) -> None:
        """Shell event `pre_run_cell`: count the cell and tell those who wait for it."""
        if getattr(info, "cell_id", None):
            self._depth = 0  # the frontend asked for it, so it runs inside no other
        self._depth += 1
        self.journal.cell += 1
        self._tell(self.cell_starts)

    def end_cell(self, result: Any = None) -> None:
        """Shell event `post_run_cell`: tell those who wait for it, and that the cell has ended.

        Code that a cell runs as a cell of its own (`%%capture` does) ends nothing.
        """
        self._tell(self.cell_ends)
        self._depth = max(0, self._depth - 1)
        if self._depth:
            return
        with self.guard("recorder", "cell end"):
            raised = result is not None and not getattr(result, "success", True)
            self.journal.event("cell_end", raised=raised)

    def _tell(self, listeners: list[tuple[Place, Callable[[], None]]]) -> None:
        for place, listener in listeners:
            with self.guard(place, getattr(listener, "__qualname__", "")), self.quiet():
                listener()
