"""The clocks of a run, kept in a thread of their own: they end the kernel, they never ask it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal


class Clock:
    """Calls `on_expiry` once when the cell's or the notebook's time is up, and remembers which."""

    def __init__(self, cell_seconds: float, notebook_seconds: float, on_expiry: Callable[[], None]) -> None:
        self.expired: Literal["cell", "notebook"] | None = None
        self.cell_seconds = cell_seconds
        self.notebook_seconds = notebook_seconds
        self._on_expiry = on_expiry
        self._changed = threading.Condition()
        self._notebook_end = time.monotonic() + notebook_seconds
        self._cell_end: float | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def start_cell(self) -> None:
        """A cell begins now."""
        with self._changed:
            self._cell_end = time.monotonic() + self.cell_seconds
            self._changed.notify()

    def stop(self) -> None:
        """Nothing expires any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                cell_end = self._cell_end or float("inf")
                left = min(cell_end, self._notebook_end) - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self.expired = "cell" if cell_end <= self._notebook_end else "notebook"
                break
        if self.expired:
            self._on_expiry()
