"""Starting one bubblewrap process and knowing when its box stands: used by the zygote and by cold kernels."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import mounts

STAND_SECONDS = 20.0


class BoxFailed(Exception):
    """bubblewrap did not set the box up; the text is what it said."""


@dataclass
class Box:
    """A standing box: the bubblewrap process outside, and the first process inside, by its pid out here."""

    monitor: subprocess.Popen
    first: int

    def open(self, path: str = "/", flags: int = os.O_RDONLY | os.O_DIRECTORY) -> int:
        """A descriptor of a folder inside the box."""
        return os.open(f"/proc/{self.first}/root{path}", flags | os.O_CLOEXEC)

    def namespace(self, kind: str) -> int:
        """A descriptor of one of the box's namespaces (`net`, `mnt`, `user`, ...)."""
        return os.open(f"/proc/{self.first}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


def holder() -> Callable[[bytes], int]:
    """A function that keeps bytes behind new descriptors, at offset 0; the list is its attribute `lent`."""

    def lend(content: bytes) -> int:
        descriptor = os.memfd_create("options")
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        lend.lent.append(descriptor)
        return descriptor

    lend.lent = []
    return lend


def stand(
    view: mounts.View,
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
    lend = holder()
    info_read, info_write = os.pipe()
    try:
        options = mounts.arguments(view, lend)
        options += ["--seccomp", str(lend(filter_program))] if filter_program else []
        options += ["--info-fd", str(info_write), "--clearenv"]
        for name, value in environment.items():
            options += ["--setenv", name, value]
        command = [*before, mounts.bwrap_program() or "bwrap", "--args"]
        command.append(str(lend(b"\0".join(option.encode() for option in options) + b"\0")))
        monitor = subprocess.Popen(
            [*command, "--", *inside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[info_write, *lend.lent, *keep],
            env={},
            cwd="/",
            bufsize=0,
        )
    except OSError as error:
        os.close(info_read)
        raise BoxFailed(f"bwrap: {error}") from error
    finally:
        for descriptor in (info_write, *lend.lent):
            os.close(descriptor)
    return Box(monitor, _await_standing(monitor, info_read, echo))


def _await_standing(monitor: subprocess.Popen, info: int, echo: bool) -> int:
    """Wait for the byte from inside; the pid of the box's first process."""
    try:
        if echo:
            try:
                os.write(monitor.stdin.fileno(), b"+")
            except OSError:
                pass  # it has ended, and its stderr says why
        readable = select.select([monitor.stdout], [], [], STAND_SECONDS)[0]
        if readable and os.read(monitor.stdout.fileno(), 1) == b"+":
            return int(json.loads(os.read(info, 65536))["child-pid"])
        monitor.kill()
        said = monitor.stderr.read().decode("utf-8", "replace").strip()
        monitor.wait()
        raise BoxFailed(said or "bwrap said nothing")
    finally:
        os.close(info)
