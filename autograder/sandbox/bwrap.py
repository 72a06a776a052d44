"""Starting one bubblewrap process and knowing when its box stands: used by the zygote and by cold kernels."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from . import mounts

STAND_SECONDS = 20.0  # a box stands after 0.02 s on an idle machine


class BoxFailed(Exception):
    """bubblewrap did not set the box up; the text is what it said."""


@dataclass
class Box:
    """A standing box.

    Attributes:
        monitor: the bubblewrap process outside.
        first: the first process inside, by its pid out here.
        stdin, stdout, stderr: this side's ends of the monitor's pipes.
    """

    monitor: subprocess.Popen[bytes]
    first: int
    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    def open(self, path: str = "/", flags: int = os.O_RDONLY | os.O_DIRECTORY) -> int:
        """A descriptor of a folder inside the box."""
        return os.open(f"/proc/{self.first}/root{path}", flags | os.O_CLOEXEC)

    def namespace(self, kind: str) -> int:
        """A descriptor of one of the box's namespaces (`net`, `mnt`, `user`, ...)."""
        return os.open(f"/proc/{self.first}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)

    def close_pipes(self) -> None:
        """Let go of the monitor's pipes; the box itself may go on."""
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()


class LentDescriptors:
    """Keeps bytes behind new descriptors, at offset 0, which a child process can read them from."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def lend(self, content: bytes) -> int:
        """A descriptor of a file in memory that holds `content`."""
        descriptor = os.memfd_create("options")
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        self.numbers.append(descriptor)
        return descriptor

    def close(self) -> None:
        """Take all descriptors back."""
        for descriptor in self.numbers:
            os.close(descriptor)


def stand(
    view: mounts.BoxView,
    inside: Sequence[str],
    *,
    filter_program: bytes,
    environment: dict[str, str],
    before: Sequence[str] = (),
    keep: Sequence[int] = (),
    echo: bool = True,
) -> Box:
    """Make a box that runs `inside`, which must write `+` to its stdout once it runs; `echo`: it is sent one first.

    `before` is put in front of the bubblewrap command, `keep` are descriptors that it needs. The monitor's stdin,
    stdout and stderr are pipes. Raises `BoxFailed` with bubblewrap's own words.
    """
    lent = LentDescriptors()
    info_read, info_write = os.pipe()
    try:
        options = mounts.arguments(view, lent.lend)
        options += ["--seccomp", str(lent.lend(filter_program))] if filter_program else []
        options += ["--info-fd", str(info_write), "--clearenv"]
        for name, value in environment.items():
            options += ["--setenv", name, value]
        command = [*before, mounts.bwrap_program() or "bwrap", "--args"]
        command.append(str(lent.lend(b"\0".join(option.encode() for option in options) + b"\0")))
        monitor = subprocess.Popen(
            [*command, "--", *inside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[info_write, *lent.numbers, *keep],
            env={},
            cwd="/",
            bufsize=0,
        )
    except OSError as error:
        os.close(info_read)
        raise BoxFailed(f"bwrap: {error}") from error
    finally:
        os.close(info_write)
        lent.close()
    assert monitor.stdin is not None and monitor.stdout is not None and monitor.stderr is not None  # pipes
    box = Box(monitor, 0, monitor.stdin, monitor.stdout, monitor.stderr)
    box.first = _await_standing(box, info_read, echo)
    return box


def _await_standing(box: Box, info: int, echo: bool) -> int:
    """Wait for the byte from inside; the pid of the box's first process."""
    try:
        if echo:
            try:
                os.write(box.stdin.fileno(), b"+")
            except OSError:
                pass  # it has ended, and its stderr says why
        readable = select.select([box.stdout], [], [], STAND_SECONDS)[0]
        if readable and os.read(box.stdout.fileno(), 1) == b"+":
            return int(json.loads(os.read(info, 65536))["child-pid"])
        box.monitor.kill()
        said = box.stderr.read().decode("utf-8", "replace").strip()
        box.monitor.wait()
        raise BoxFailed(said or "bwrap said nothing")
    finally:
        os.close(info)
