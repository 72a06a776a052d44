"""The keeper of one box's limits: looks at it from outside a few times a second, and ends it for a stated cause."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping

from autograder.records import RunStatus

from .cgroup import Group
from .limits import BoxLimits

LOOK_SECONDS = 0.05  # each look reads one or two files of every process in the box
LASTING_SECONDS = 2.0  # of processor time
_NEAR = 4  # a bomb's processes come and go, so their number stays a little below the limit
LOOK_SECONDS_WITH_GROUP = 0.1  # the system itself keeps memory and processes, so fewer looks do
_FULL_BYTES = 16 << 10  # a folder with less room than this is full
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Sight:
    """What can be seen of a box from outside, through open folders of it: its /proc and its writable places."""

    def __init__(self, folders: Mapping[str, int], group: Group | None) -> None:
        self._proc = folders["proc"]
        self._writable = [folders[name] for name in ("work", "home", "tmp", "shm") if name in folders]
        self._all = [*self._writable, *(folders[name] for name in ("evidence",) if name in folders)]
        self._group = group

    def processes(self) -> list[int]:
        """Pids inside the box of all its processes; empty when it is gone."""
        try:
            return sorted(int(name) for name in os.listdir(self._proc) if name.isdigit())  # noqa: PTH208
        except OSError:
            return []

    def memory(self) -> int:
        """Bytes in use by the processes and by files in the temporary folders."""
        charged = self._group.usage() if self._group is not None else None
        if charged is not None:
            return charged
        return sum(self._proportional(pid) for pid in self.processes()) + sum(map(self._stored, self._all))

    def threads(self) -> int:
        """Processes and threads in the box."""
        counted = self._group.processes() if self._group is not None else None
        if counted is not None:
            return counted
        return sum(self._threads_of(pid) for pid in self.processes())

    def processor_seconds(self) -> float:
        """Processor time that the processes in the box have used, and their ended children."""
        return sum(self._ticks_of(pid) for pid in self.processes()) / _TICKS

    def full(self, inodes: int) -> bool:
        """Whether a writable folder has no room left, or they hold more than `inodes` files together."""
        files = 0
        for folder in self._writable:
            facts = os.fstatvfs(folder)
            files += facts.f_files - facts.f_ffree
            if facts.f_bavail * facts.f_frsize < _FULL_BYTES:
                return True
        return files > inodes

    def _stored(self, folder: int) -> int:
        facts = os.fstatvfs(folder)
        return (facts.f_blocks - facts.f_bfree) * facts.f_frsize

    def _read(self, name: str) -> bytes:
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        try:
            return os.read(descriptor, 65536)
        finally:
            os.close(descriptor)

    def _proportional(self, pid: int) -> int:
        """PSS of one process in bytes; its resident size where PSS may not be read."""
        try:
            for line in self._read(f"{pid}/smaps_rollup").splitlines():
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) << 10
        except OSError:
            pass
        try:
            return int(self._read(f"{pid}/statm").split()[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def _threads_of(self, pid: int) -> int:
        return self._fields(pid, 17, 18)

    def _ticks_of(self, pid: int) -> int:
        return self._fields(pid, 11, 15)  # utime, stime, cutime, cstime

    def _fields(self, pid: int, first: int, end: int) -> int:
        """The sum of some fields of /proc/PID/stat, counted after the name; 0 when it has ended."""
        try:
            return sum(map(int, self._read(f"{pid}/stat").rpartition(b")")[2].split()[first:end]))
        except (OSError, ValueError):
            return 0


class Watchdog:
    """A thread that looks until it is stopped, and calls `end` once, after noting the cause."""

    def __init__(self, sight: Sight, group: Group | None, limits: BoxLimits, end: Callable[[], None]) -> None:
        self.cause: RunStatus | None = None
        self._sight, self._group, self._limits, self._end = sight, group, limits, end
        self._stopped = threading.Event()
        self._since: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a cause that a last look finds is still noted, for what ended by itself."""
        self._stopped.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def blame(self, cause: RunStatus) -> None:
        """Note a cause found elsewhere, unless there is one already."""
        self.cause = self.cause or cause

    def look(self) -> RunStatus | None:
        """The limit that is broken now, or None."""
        group, limits = self._group, self._limits
        if group is not None and group.out_of_memory():
            return "memory"
        uncounted = group is None or group.usage() is None
        if uncounted and self._sight.memory() > limits.memory_bytes:
            return "memory"
        if self._lasts("processes", self._sight.threads() >= limits.processes - _NEAR):
            return "processes"
        return "disk" if self._lasts("disk", self._sight.full(limits.inodes)) else None

    def _lasts(self, limit: str, reached: bool) -> bool:
        """Whether the box has gone on computing for a while at a limit.

        What runs into it gets an error from the system first, which the cell may report. Counted in the box's own
        processor time, so that the same notebook ends the same way however busy this machine is.
        """
        if not reached:
            self._since.pop(limit, None)
            return False
        used = self._sight.processor_seconds()
        return used - self._since.setdefault(limit, used) >= LASTING_SECONDS

    def _run(self) -> None:
        pause = LOOK_SECONDS if self._group is None else LOOK_SECONDS_WITH_GROUP
        while not self._stopped.wait(pause):
            try:
                cause = self.look()
            except OSError:
                return  # the box is gone
            if cause is not None:
                self.blame(cause)
                self._end()
                return
