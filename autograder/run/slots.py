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

LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Slots:
    """`count` places, each a file to lock below `folder`, which exists for as long as the grading."""

    folder: Path
    count: int

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place while inside; waits for one."""
        import fcntl

        with ExitStack() as opened:
            files = [
                opened.enter_context((self.folder / str(number)).open("ab")) for number in range(self.count)
            ]
            while True:
                for file in files:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    yield  # closing the file gives the place back
                    return
                time.sleep(LOOK_SECONDS)
