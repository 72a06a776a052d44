"""The keeper of limits: bombs end, for the cause that is stated, with a control group and without."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass, field, replace

import pytest

from autograder.sandbox import cgroup, watchdog
from autograder.sandbox.limits import BoxLimits
from autograder.sandbox.watchdog import Sight, Watchdog
from tests.kernels import boxes
from tests.kernels.boxes import run

LIMITS = BoxLimits(memory_bytes=1000, processes=50, inodes=10)


@dataclass
class FakeSight:
    """A box with these numbers."""

    bytes: int = 0
    tasks: int = 0
    crammed: bool = False
    used: float = 0.0

    def processor_seconds(self) -> float:
        return self.used

    def memory(self) -> int:
        return self.bytes

    def threads(self) -> int:
        return self.tasks

    def full(self, inodes: int) -> bool:
        return self.crammed


@dataclass
class FakeGroup:
    """A control group with these counters."""

    killed: bool = False
    charged: int | None = 0

    def out_of_memory(self) -> bool:
        return self.killed

    def usage(self) -> int | None:
        return self.charged


@dataclass
class Ended:
    """Counts how often the box was ended."""

    times: list[float] = field(default_factory=list)

    def __call__(self) -> None:
        self.times.append(time.monotonic())


def dog(sight: FakeSight, group: FakeGroup | None = None) -> Watchdog:
    """A watchdog over these, not started."""
    return Watchdog(sight, group, LIMITS, Ended())


class TestLook:
    """One look."""

    def test_memory_over_the_limit_is_seen_without_a_group(self):
        """The sum of what processes and files take decides; at the limit itself nothing is wrong."""
        assert dog(FakeSight(bytes=1001)).look() == "memory"
        assert dog(FakeSight(bytes=1000)).look() is None

    def test_a_group_that_counts_decides_about_memory(self):
        """Where the system counts, only its own verdict counts; a group that cannot count is not believed."""
        assert dog(FakeSight(bytes=9999), FakeGroup()).look() is None
        assert dog(FakeSight(), FakeGroup(killed=True)).look() == "memory"
        assert dog(FakeSight(bytes=9999), FakeGroup(charged=None)).look() == "memory"

    @pytest.mark.parametrize(
        ("sight", "cause"), [(FakeSight(tasks=50), "processes"), (FakeSight(crammed=True), "disk")]
    )
    def test_what_gives_an_error_first_must_last(self, sight, cause):
        """Full folders and too many processes end a run only when it computes on, so that a cell can report them."""
        keeper = dog(sight)
        first = keeper.look()
        sight.used += watchdog.LASTING_SECONDS

        assert (first, keeper.look()) == (None, cause)

    def test_a_limit_that_is_left_again_starts_anew(self):
        """A folder that was full, was emptied and is full again has not been full for long."""
        sight = FakeSight(crammed=True)
        keeper = dog(sight)
        looks = []
        for crammed in (True, False, True):
            sight.crammed = crammed
            looks.append(keeper.look())
            sight.used += watchdog.LASTING_SECONDS

        assert looks == [None, None, None]

    def test_the_box_is_ended_once_and_the_first_cause_stays(self):
        """After a cause the watchdog ends the box and looks no more."""
        keeper = dog(FakeSight(bytes=2000))
        keeper.start()
        keeper._thread.join(timeout=5)
        keeper.blame("disk")

        assert (keeper.cause, len(keeper._end.times)) == ("memory", 1)


class TestSight:
    """What is seen of processes and folders, tried on this very process."""

    def test_own_process_is_measured(self):
        """PSS, threads and pids of a real /proc are read."""
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        sight = Sight({"proc": proc}, None)

        assert os.getpid() in sight.processes()
        assert (
            1 << 20
            < sight._proportional(os.getpid())
            < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 2048
        )
        assert sight._threads_of(os.getpid()) >= 1
        assert sight._proportional(1 << 22) == 0
        os.close(proc)

    def test_a_box_that_is_gone_has_no_processes(self, tmp_path):
        """Where /proc of the box has gone, nothing is left and nothing raises."""
        folder = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
        sight = Sight({"proc": folder}, None)

        assert (sight.processes(), sight.threads(), sight.memory()) == ([], 0, 0)
        os.close(folder)


FORK_BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
THREAD_BOMB = (
    "import threading, time\nfor _ in range(10_000): threading.Thread(target=time.sleep, args=(9,)).start()"
)
MEMORY_BOMB = "kept = []\nwhile True: kept.append(bytearray(10 << 20))"
CHILD_BOMB = f"import os, time\nif os.fork() == 0:\n    exec({MEMORY_BOMB!r})\ntime.sleep(30)"
SHARED_BOMB = "import os, time\nfile = open('/dev/shm/x', 'wb')\ntry:\n    while True: file.write(bytes(1 << 20))\nexcept OSError: pass\nwhile True: pass"
DISK_FILLER = "file = open('x', 'wb')\nwhile True: file.write(bytes(1 << 20))"
STUBBORN_FILLER = (
    "file = open('x', 'wb', 0)\nwhile True:\n    try: file.write(bytes(1 << 20))\n    except OSError: pass"
)


@pytest.fixture(params=["group", "no group"])
def counted(request, monkeypatch):
    """With the control group that this machine allows, and as if it allowed none."""
    if request.param == "no group":
        monkeypatch.setattr(cgroup, "make", lambda limits: None)


@pytest.mark.kernel
@pytest.mark.usefixtures("counted")
class TestBombs:
    """What strangers' notebooks try."""

    @pytest.mark.parametrize(
        ("bomb", "status"),
        [
            (FORK_BOMB, "processes"),
            (MEMORY_BOMB, "memory"),
            (CHILD_BOMB, "memory"),
            (SHARED_BOMB, "disk"),
            (STUBBORN_FILLER, "disk"),
        ],
        ids=["forks", "memory", "memory of a child", "shared memory", "disk, errors ignored"],
    )
    def test_a_bomb_ends_for_its_cause_in_its_cell(self, bomb, status):
        """The record names the limit and the cell; the cells before it ran."""
        record = run("warm", "1", bomb, "2").record

        assert (record.status, record.cell) == (status, 2)
        assert [state.outcome for state in record.cells] == ["ran", "killed", "not_reached"]

    @pytest.mark.parametrize(
        ("bomb", "words"),
        [(DISK_FILLER, "No space left"), (THREAD_BOMB, "can't start new thread")],
        ids=["disk", "threads"],
    )
    def test_who_gets_an_error_can_report_it(self, bomb, words):
        """A full disk and too many threads are errors of the cell first."""
        record = run("warm", "1", bomb).record

        assert (record.status, record.cell) == ("cell_error", 2) and words in record.detail


@pytest.mark.kernel
def test_bytes_past_jupyter_are_capped():
    """What goes straight to the standard descriptors is counted, and ends the run beyond its limit."""
    small = replace(boxes.SMALL, raw_output_bytes=4 << 20)
    source = """import os, sys
while True: os.write(sys.stdout._original_stdstream_copy, bytes(1 << 20))"""
    record = run("warm", "1", source, limits=small).record

    assert (record.status, record.cell) == ("output_cap", 2)


class TestGroups:
    """Control groups of both versions, in a folder that looks like theirs."""

    def _tree(self, tmp_path, monkeypatch, *places: str):
        """A file system of groups in which a new group has its files at once."""
        made = cgroup.Path.mkdir

        def mkdir(self, *arguments, **options):
            made(self, *arguments, **options)
            if self.name.startswith(cgroup.PREFIX):
                for name in ("cgroup.procs", "memory.max", "pids.max", "memory.swap.max", "memory.oom.group"):
                    (self / name).touch()

        for place in places:
            (tmp_path / place).mkdir(parents=True)
            (tmp_path / place / "cgroup.procs").touch()
            (tmp_path / place / "cgroup.controllers").write_text("cpu memory pids\n")
            (tmp_path / place / "cgroup.subtree_control").write_text("memory pids\n")
        monkeypatch.setattr(cgroup.Path, "mkdir", mkdir)

    def test_version_2_sets_limits_on_a_child_group(self, tmp_path, monkeypatch):
        """Memory without swap and processes are bounded, in a group beside or below our own."""
        self._tree(tmp_path, monkeypatch, "user/app")
        group = cgroup.make(LIMITS, tmp_path, "0::/user/app\n")

        assert group.version == 2 and set(group.folders) == {"memory", "pids"}
        folder = group.folders["memory"]
        assert [(folder / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max")] == [
            "1000",
            "0",
            "50",
        ]

    def test_no_rights_means_no_group(self, tmp_path):
        """Where nothing may be made, or nothing is mounted, there is no group and the watchdog counts."""
        assert cgroup.make(LIMITS, tmp_path, "0::/\n4:memory:/\n") is None
        assert cgroup.make(LIMITS, tmp_path, "") is None

    def test_counters_are_read(self, tmp_path):
        """The system's own counters name memory as the cause, in both versions' words."""
        (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
        (tmp_path / "memory.events").write_text("low 0\noom 3\noom_kill 0\n")
        (tmp_path / "memory.usage_in_bytes").write_text("123\n")
        (tmp_path / "pids.current").write_text("7\n")
        old = cgroup.Group(1, {"memory": tmp_path, "pids": tmp_path})
        new = cgroup.Group(2, {"memory": tmp_path})

        assert (old.out_of_memory(), old.usage(), old.processes()) == (True, 123, 7)
        assert (new.out_of_memory(), new.usage(), new.processes()) == (False, None, None)

    def test_groups_of_a_killed_grader_are_taken_away(self, tmp_path, monkeypatch):
        """An empty group that a process left which is gone is removed; one of a living process stays."""
        self._tree(tmp_path, monkeypatch, "app")
        dead = tmp_path / "app" / f"{cgroup.PREFIX}4194305-0000"
        living = tmp_path / "app" / f"{cgroup.PREFIX}{os.getpid()}-0000"
        os.mkdir(dead)  # noqa: PTH102  (no files in it, as rmdir finds a real group)
        os.mkdir(living)  # noqa: PTH102
        cgroup.make(LIMITS, tmp_path, "0::/app\n")

        assert (dead.exists(), living.exists()) == (False, True)
