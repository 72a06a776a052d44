"""How many notebooks run at a time: a worker process holds one of `--workers` file locks while its cells run.

Meanwhile other workers may start kernels, replay and judge. The system gives back the lock of a process that died.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

LOOK_SECONDS = 0.02  # a look costs 0.1 ms of CPU a place


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
        place = self._free_place()
        self.waited += time.monotonic() - began
        try:
            yield
        finally:
            place.release()

    def _free_place(self) -> BaseFileLock:
        """The first place that could be locked, now held."""
        places = [FileLock(self.folder / str(number), timeout=0) for number in range(self.count)]
        while True:
            for place in places:
                with suppress(Timeout):
                    place.acquire()
                    return place
            time.sleep(LOOK_SECONDS)
