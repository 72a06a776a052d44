"""How a fork of the zygote moves into a standing box and gives up everything on the way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

from autograder.sandbox import namespaces as ns
from autograder.sandbox.arrive import EVIDENCE
from autograder.sandbox.bwrap import Box
from autograder.sandbox.limits import BoxLimits, apply_rlimits

_INNER = ("net", "ipc", "uts", "cgroup", "pid", "mnt")
_REPORT = 3  # the descriptor that the way in is reported on, once the fork has moved
_FAILED = 98  # exit status of a fork that did not get into its box


@dataclass(frozen=True)
class BoxEntry:
    """What a fork needs on its way into a box.

    Attributes:
        box: the standing box.
        limits: what the process may use.
        cgroup_fds: descriptors of `cgroup.procs` files; who writes `0` there belongs to the box's control group.
        payload: descriptor of the files that go in.
        output: descriptor of the pipe for everything that is written past Jupyter.
        evidence: descriptor that a kernel's evidence goes into, or None.
        filter_program: the seccomp filter, empty where there is none.
    """

    box: Box
    limits: BoxLimits
    cgroup_fds: list[int]
    payload: int
    output: int
    evidence: int | None
    filter_program: bytes


@dataclass(frozen=True)
class EntryReport:
    """One line of the two forks to the zygote: the pid of the second one, or what failed."""

    pid: int = 0
    error: str = ""


def send_inside(entry: BoxEntry, become: Callable[[int], None]) -> int:
    """Fork twice; the grandchild calls `become(payload)` inside the box. Its pid, as this process sees it.

    Raises OSError with the step that failed. Only the caller returns from this function; the first fork ends by
    itself and is waited for with all other children.
    """
    report_read, report_write = os.pipe()
    first = os.fork()
    if first == 0:
        try:
            os.close(report_read)
            _walk(entry, report_write, become)
        finally:
            os._exit(_FAILED)
    os.close(report_write)
    with os.fdopen(report_read, "rb") as stream:
        return _understood(stream.read())


def _understood(said: bytes) -> int:
    reports = [EntryReport(**json.loads(line)) for line in said.decode("utf-8", "replace").splitlines()]
    for report in reports:
        if report.error:
            raise OSError(report.error)
    pid = next((report.pid for report in reports if report.pid), 0)
    if not pid:
        raise OSError("a fork ended on its way into the box")
    return pid


def _walk(entry: BoxEntry, report: int, become: Callable[[int], None]) -> None:
    """First fork: everything that needs privileges. The order matters; see the design of the box."""
    try:
        for descriptor in entry.cgroup_fds:
            os.write(descriptor, b"0")
        payload = _move_in(entry, report)
        second = os.fork()
    except OSError as error:
        _tell(report, EntryReport(error=str(error)))
        os._exit(_FAILED)
    if second:
        _tell(_REPORT, EntryReport(pid=second))
        os.close(_REPORT)  # or the caller would wait until this copy of a large process is torn down
        os._exit(0)
    try:
        os.setsid()
        ns.drop_capabilities()
        if entry.filter_program:
            ns.install_filter(entry.filter_program)
        else:
            ns.prctl(ns.PR_SET_NO_NEW_PRIVS, 1)
        ns.prctl(ns.PR_SET_DUMPABLE, 1)
    except OSError as error:
        _tell(_REPORT, EntryReport(error=str(error)))
        os._exit(_FAILED)
    os.close(_REPORT)
    become(payload)
    os._exit(0)


def _move_in(entry: BoxEntry, report: int) -> int:
    """Into every namespace of the box, then only the descriptors that belong there: 0 to 3, 4, the payload, and the evidence."""
    spaces = {kind: entry.box.namespace(kind) for kind in (*_INNER, "user")}
    ns.setns(ns.owner_of(spaces["mnt"]), ns.CLONE_NEWUSER)
    for kind in _INNER:
        ns.setns(spaces[kind], ns.KINDS[kind])
    ns.setns(spaces["user"], ns.CLONE_NEWUSER)
    apply_rlimits(entry.limits)
    null = os.open("/dev/null", os.O_RDWR)
    wanted = [null, entry.output, entry.output, report, entry.payload]
    wanted += [entry.evidence] if entry.evidence is not None else []  # EVIDENCE is its place in this list
    high = [os.dup(descriptor) for descriptor in wanted]
    if (
        min(high) <= EVIDENCE
    ):  # never happens in a process with this many descriptors open, and would mix them up
        raise OSError("too few descriptors are open")
    for target, descriptor in enumerate(high):
        os.dup2(descriptor, target, inheritable=target < 3)
    ns.close_from(len(high))
    return 4


def _tell(descriptor: int, report: EntryReport) -> None:
    os.write(descriptor, json.dumps(asdict(report)).encode() + b"\n")
