"""The state that all hooks share, and the two guards that keep them invisible to a student."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .journal import Journal
from .models.generated_batches import Fed

if TYPE_CHECKING:
    from .budget import Budget
    from .models.book import ModelBook
    from .training.updates import UpdateBook


class Recording:
    """One notebook kernel under observation.

    Attributes:
        journal: where events and arrays go.
        models: the models seen so far.
        budget: how much training is really run.
        shell: the IPython shell, or None in tests.
        answered: how many numbers the rows have that models answered.
        cell_starts: functions called without arguments when a cell starts.
        cell_ends: functions called without arguments when a cell ends, before its `cell_end` event.
        drawings: functions called without arguments before a figure is written down.
        fed: answers of models that trainings are fed with.
        updates: which optimizer changes which weights.
        moments: functions that tell how far the trainings that run now have come, as fields of an event.
    """

    models: ModelBook
    updates: UpdateBook

    def __init__(self, out: Path, budget: Budget, shell: Any) -> None:
        self.journal = Journal(out)
        self.budget = budget
        self.shell = shell
        self.answered: set[int] = set()
        self.fed = Fed()
        self.cell_starts: list[Callable[[], None]] = []
        self.cell_ends: list[Callable[[], None]] = []
        self.drawings: list[Callable[[], None]] = []
        self.moments: list[Callable[[], dict[str, Any]]] = []
        self._local = threading.local()

    @property
    def busy(self) -> bool:
        """Whether the recorder itself is at work on this thread: hooks then pass straight through."""
        return getattr(self._local, "quiet", 0) > 0

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """While inside, every hook on this thread passes straight through to the original function."""
        self._local.quiet = getattr(self._local, "quiet", 0) + 1
        try:
            yield
        finally:
            self._local.quiet -= 1

    @contextmanager
    def guard(self, where: str) -> Iterator[None]:
        """An exception inside becomes a fault in the journal and never reaches the student."""
        try:
            yield
        except Exception as error:
            try:
                self.journal.fault(where, error)
            except Exception:
                pass  # a full disk must not turn into a student's traceback

    def moment(self) -> dict[str, Any]:
        """How far the trainings that run now have come: the epoch of a fit, the batches of own loops."""
        return {name: value for tell in self.moments for name, value in tell().items()}

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
        self.journal.cell += 1
        self._tell(self.cell_starts, "cell start")

    def end_cell(self, result: Any = None) -> None:
        """Shell event `post_run_cell`: tell those who wait for it, write the heartbeat, flush."""
        self._tell(self.cell_ends, "cell end")
        with self.guard("cell end"):
            raised = result is not None and not getattr(result, "success", True)
            self.journal.event("cell_end", raised=raised)
            self.journal.flush()

    def _tell(self, listeners: list[Callable[[], None]], where: str) -> None:
        for listener in listeners:
            with self.guard(f"{where}: {getattr(listener, '__qualname__', listener)}"), self.quiet():
                listener()
