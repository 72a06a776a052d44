"""A control group for one run, version 1 or 2, where this user may make one: exact limits, and exact causes."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from .limits import BoxLimits

ROOT = Path("/sys/fs/cgroup")
PREFIX = "autograder-"


@dataclass
class Group:
    """The folders of one run's control group: `memory` and `pids`, one and the same in version 2.

    A controller that could not be had is missing from `folders`.
    """

    version: int
    folders: dict[str, Path] = field(default_factory=dict)

    def cgroup_fds(self) -> list[int]:
        """Descriptors of the `cgroup.procs` files: a process that writes `0` there enters the group."""
        places = dict.fromkeys(self.folders.values())
        return [os.open(place / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC) for place in places]

    def usage(self) -> int | None:
        """Memory charged to the group in bytes, or None where memory is not counted."""
        name = "memory.usage_in_bytes" if self.version == 1 else "memory.current"
        return self._number("memory", name)

    def out_of_memory(self) -> bool:
        """Whether the system ended a process of the group for its memory."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return self._counter("memory", name, "oom_kill") > 0

    def processes(self) -> int | None:
        """Processes and threads in the group, or None where they are not counted."""
        return self._number("pids", "pids.current")

    def remove(self) -> None:
        """Take the group away; it must be empty."""
        for place in dict.fromkeys(self.folders.values()):
            try:
                place.rmdir()
            except OSError:
                pass

    def _number(self, controller: str, name: str) -> int | None:
        try:
            return int((self.folders[controller] / name).read_text())
        except (KeyError, OSError, ValueError):
            return None

    def _counter(self, controller: str, name: str, key: str) -> int:
        try:
            lines = (self.folders[controller] / name).read_text().splitlines()
        except (KeyError, OSError):
            return 0
        return next((int(line.split()[1]) for line in lines if line.split()[:1] == [key]), 0)


def make(limits: BoxLimits, root: Path = ROOT, membership: str | None = None) -> Group | None:
    """A new group with these limits, or None where none may be made; `membership` is /proc/self/cgroup's text."""
    if membership is None:
        membership = Path("/proc/self/cgroup").read_text()
    own = [line.split(":", 2) for line in membership.splitlines() if line.count(":") >= 2]
    return _version_1(limits, root, own) or _version_2(limits, root, own)


def _name() -> str:
    return f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"


def _version_1(limits: BoxLimits, root: Path, own: list[list[str]]) -> Group | None:
    group, name = Group(1), _name()
    for number, controllers, path in own:
        for controller in {"memory", "pids"} & set(controllers.split(",")):
            parent = root / controllers / path.lstrip("/")
            if number != "0" and (folder := _folder(parent, name)) is not None:
                group.folders[controller] = folder
    settings = [
        ("memory", "memory.limit_in_bytes", limits.memory_bytes),
        ("memory", "memory.memsw.limit_in_bytes", limits.memory_bytes),
        ("pids", "pids.max", limits.processes),
    ]
    for controller, setting, value in settings:
        optional = "memsw" in setting  # absent where the system counts no swap
        there = controller in group.folders
        if there and not _set(group.folders[controller] / setting, str(value)) and not optional:
            _drop(group, controller)
    return group if group.folders else None


def _version_2(limits: BoxLimits, root: Path, own: list[list[str]]) -> Group | None:
    path = next((path for number, controllers, path in own if number == "0" and not controllers), None)
    if path is None:
        return None
    here = root / path.lstrip("/")
    # A group with processes of its own may have no limited children, so a sibling is tried too.
    for parent in (here, here.parent) if here != root else (here,):
        active = _words(parent / "cgroup.subtree_control")
        wanted = {"memory", "pids"} & _words(parent / "cgroup.controllers")
        if not wanted <= active:
            _set(parent / "cgroup.subtree_control", " ".join(f"+{name}" for name in sorted(wanted - active)))
            active = _words(parent / "cgroup.subtree_control")
        if not (active & {"memory", "pids"}) or not os.access(parent / "cgroup.procs", os.W_OK):
            continue
        if (folder := _folder(parent, _name())) is None:
            continue
        group = Group(2, dict.fromkeys(sorted(active & {"memory", "pids"}), folder))
        _set(folder / "memory.max", str(limits.memory_bytes))
        _set(folder / "memory.swap.max", "0")
        _set(folder / "memory.oom.group", "1")
        _set(folder / "pids.max", str(limits.processes))
        return group
    return None


def _folder(parent: Path, name: str) -> Path | None:
    """Make a group below `parent`, after removing empty ones that a killed grader left there."""
    try:
        for old in parent.glob(f"{PREFIX}*"):
            keeper = old.name.removeprefix(PREFIX).partition("-")[0]
            if keeper.isdigit() and not Path(f"/proc/{keeper}").exists():
                try:
                    old.rmdir()
                except OSError:
                    continue
        (parent / name).mkdir()
    except OSError:
        return None
    if not os.access(parent / name / "cgroup.procs", os.W_OK):
        (parent / name).rmdir()
        return None
    return parent / name


def _drop(group: Group, controller: str) -> None:
    try:
        group.folders.pop(controller).rmdir()
    except OSError:
        pass


def _set(file: Path, value: str) -> bool:
    try:
        file.write_text(value)
    except OSError:
        return False
    return True


def _words(file: Path) -> set[str]:
    try:
        return set(file.read_text().split())
    except OSError:
        return set()
