"""Reading and judging in a process of their own, which a stranger's evidence may cost no more than a clock and some memory.

The process is forked from the worker. It may read files and answer on one pipe: where the grader is root it becomes a user
that nobody else is, without a network, and keeps of root's rights only that of reading (the folder of grades may be private).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from autograder.errors import AutograderError, HarnessFault
from autograder.gradebook.records_json import GradeRecord, record_from_bytes, record_to_bytes
from autograder.grading.submission_grade import DidNotFit
from autograder.records import SubmissionGrade

JUDGE_CPU_SECONDS = 60  # honest notebooks take up to 1
JUDGE_CLOCK_SECONDS = 240.0  # on a machine that has other things to do
JUDGE_MEMORY = 768 << 20  # bytes beyond what the worker holds already; honest notebooks take up to 70 MB
MOST_ANSWER = 64 << 20  # bytes of one grade; an honest one has 16 kB
_GRADE, _FAULT, _MEMORY = b"g", b"f", b"m"


@dataclass(frozen=True)
class JudgingLimits:
    """What judging one submission may use: seconds of processor and of the clock, and bytes beyond the worker's own."""

    cpu_seconds: int = JUDGE_CPU_SECONDS
    clock_seconds: float = JUDGE_CLOCK_SECONDS
    memory_bytes: int = JUDGE_MEMORY


def judged_apart(
    judge: Callable[[], SubmissionGrade], limits: JudgingLimits = JudgingLimits()
) -> SubmissionGrade:
    """What `judge` returns, computed in a process of its own; in this one where the system has no limits for it.

    Raises `DidNotFit` when it goes beyond a limit, and `HarnessFault` when it fails.
    """
    if not sys.platform.startswith("linux"):
        return judge()
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers)
        _judge_and_end(judge, answer, limits)
    os.close(answer)
    try:
        content = _all_of(answers, time.monotonic() + limits.clock_seconds)
    finally:
        os.close(answers)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return _taken(content, status)


def _all_of(answers: int, end: float) -> bytes | None:
    """What is said until the pipe is closed; None when the clock ended first, or it was more than any grade."""
    content = b""
    while (left := end - time.monotonic()) > 0 and len(content) <= MOST_ANSWER:
        if select.select([answers], [], [], left)[0]:
            piece = os.read(answers, 1 << 20)
            if not piece:
                return content
            content += piece
    return None


def _taken(content: bytes | None, status: int) -> SubmissionGrade:
    if content is None:
        raise DidNotFit("time")
    kind, said = content[:1], content[1:]
    if kind == _GRADE:
        try:
            return record_from_bytes(said).grade
        except ValueError as error:
            raise HarnessFault("Judging ended with a grade that is none.") from error
    if kind == _FAULT:
        raise HarnessFault(said.decode("utf-8", "replace"))
    if status == -signal.SIGXCPU:
        raise DidNotFit("time")
    raise DidNotFit("memory")  # said, or the system ended it: there is nothing else that could


def _judge_and_end(judge: Callable[[], SubmissionGrade], answer: int, limits: JudgingLimits) -> NoReturn:
    """In the fork: give up what is not needed, judge, answer, end."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        _give_up(limits)
        try:
            grade = judge()
            said = _GRADE + record_to_bytes(GradeRecord(key={}, grade=grade))
        except (MemoryError, RecursionError):
            said = _MEMORY
        except AutograderError as error:
            said = _FAULT + str(error).encode("utf-8", "replace")
        except Exception as error:
            said = _FAULT + _told(error).encode("utf-8", "replace")
        while said:
            said = said[os.write(answer, said) :]
    except BaseException:  # the parent hears of it by the missing answer
        os._exit(1)
    os._exit(0)


def _told(error: Exception) -> str:
    """A defect of ours in one line: nothing but this line leaves the process."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"Judging failed in {Path(place.filename).name}, line {place.lineno}: {type(error).__name__}: {error}."


def _give_up(limits: JudgingLimits) -> None:
    """Set the limits, and leave root where the grader is root."""
    import resource  # these three are not for every system that this module is imported on

    from autograder.sandbox import namespaces
    from autograder.sandbox.limits import unused_user

    namespaces.die_with_parent()
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for kind, value in (
        (resource.RLIMIT_AS, in_use + limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, hard))
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # where root may not: a network is no way out of a judge
            namespaces.leave_network()
        namespaces.become_reader(unused_user(first=61_600))
        namespaces.die_with_parent()  # forgotten by the change of user
