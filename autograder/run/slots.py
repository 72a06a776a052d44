"""How many notebooks run at a time: places that processes of one grading take in turn.

While one notebook runs in each place, another process may start its kernel, and a third replay and judge what ran before;
a place is held for no longer than cells run. The system gives back what a process that died held.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: every process runs its notebook at once, and there are no more of them
    fcntl = None

HAD = fcntl is not None
LOOK_SECONDS = 0.01


@dataclass
class Slots:
    """`count` places, each a file to lock below `folder`, which exists for as long as the grading.

    Attributes:
        waited: seconds that this process has waited for a place, in all.
    """

    folder: Path
    count: int
    waited: float = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place while inside; waits for one."""
        began = time.monotonic()
        with ExitStack() as opened:
            files = [
                opened.enter_context((self.folder / str(number)).open("ab")) for number in range(self.count)
            ]
            while not any(map(_taken, files)):
                time.sleep(LOOK_SECONDS)
            self.waited += time.monotonic() - began
            yield  # closing the file gives the place back


def _taken(file: object) -> bool:
    """Whether the lock on a file could be had, and now is."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
