"""How a fork of the zygote moves into a standing box and gives up everything on the way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass

from autograder.sandbox import namespaces as ns
from autograder.sandbox.bwrap import Box
from autograder.sandbox.limits import Limits, apply_rlimits

_INNER = ("net", "ipc", "uts", "cgroup", "pid", "mnt")
_REPORT = 3


@dataclass(frozen=True)
class Passage:
    """What a fork needs on its way: the box, its limits, the doors of its control group, its output, the filter."""

    box: Box
    limits: Limits
    doors: list[int]
    parcel: int
    output: int
    filter_program: bytes


def send_inside(passage: Passage, become: Callable[[int], None]) -> int:
    """Fork twice; the grandchild calls `become(parcel)` inside the box. Its pid, as this process sees it.

    Raises OSError with the step that failed. Only the caller returns from this function; the first fork ends by
    itself and is waited for with all other children.
    """
    report_read, report_write = os.pipe()
    first = os.fork()
    if first == 0:
        try:
            os.close(report_read)
            _walk(passage, report_write, become)
        finally:
            os._exit(98)
    os.close(report_write)
    with os.fdopen(report_read, "rb") as report:
        said = report.read()
    return _understood(said)


def _understood(said: bytes) -> int:
    pid = 0
    for line in said.decode("utf-8", "replace").splitlines():
        fact = json.loads(line)
        if "error" in fact:
            raise OSError(fact["error"])
        pid = fact.get("pid", pid)
    if not pid:
        raise OSError("a fork ended on its way into the box")
    return pid


def _walk(passage: Passage, report: int, become: Callable[[int], None]) -> None:
    """First fork: everything that needs privileges. The order matters; see the design of the box."""
    try:
        for door in passage.doors:
            os.write(door, b"0")
        parcel = _move_in(passage, report)
        second = os.fork()
    except OSError as error:
        _tell(report, error=str(error))
        os._exit(98)
    if second:
        _tell(_REPORT, pid=second)
        os.close(_REPORT)  # or the caller would wait until this copy of a large process is torn down
        os._exit(0)
    try:
        os.setsid()
        ns.drop_capabilities()
        if passage.filter_program:
            ns.install_filter(passage.filter_program)
        else:
            ns.prctl(ns.PR_SET_NO_NEW_PRIVS, 1)
        ns.prctl(ns.PR_SET_DUMPABLE, 1)
    except OSError as error:
        _tell(_REPORT, error=str(error))
        os._exit(98)
    os.close(_REPORT)
    become(parcel)
    os._exit(0)


def _move_in(passage: Passage, report: int) -> int:
    """Into every namespace of the box, then only the descriptors that belong there: 0 to 3, and 4, the parcel."""
    spaces = {kind: passage.box.namespace(kind) for kind in (*_INNER, "user")}
    ns.setns(ns.owner_of(spaces["mnt"]), ns.CLONE_NEWUSER)
    for kind in _INNER:
        ns.setns(spaces[kind], ns.KINDS[kind])
    ns.setns(spaces["user"], ns.CLONE_NEWUSER)
    apply_rlimits(passage.limits)
    null = os.open("/dev/null", os.O_RDWR)
    high = [
        os.dup(descriptor) for descriptor in (null, passage.output, passage.output, report, passage.parcel)
    ]
    low = min(high)
    if low < 5:  # never happens in a process with this many descriptors open, and would mix them up
        raise OSError("too few descriptors are open")
    for target, descriptor in enumerate(high):
        os.dup2(descriptor, target, inheritable=target < 3)
    ns.close_from(5)
    return 4


def _tell(report: int, **fact: object) -> None:
    os.write(report, json.dumps(fact).encode() + b"\n")
