"""The first steps inside a box: files out of the payload, then the kernel. Standard library only, imports nothing of ours.

Run as a script it is the cold way in: it says that the box stands, reads the payload from stdin and goes on as
`bootstrap.py`. A forked kernel calls `unpack` and `settle`.
"""

# ruff: noqa: PTH103, PTH120, PTH123
# every import here is paid for at every cold start

from __future__ import annotations

import os
import random
import runpy
import shutil
import signal
import sys
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

CODE, WORK, CONFIG = "/box/code", "/box/work", "/box/ipc/b.json"
EVIDENCE = 5  # the descriptor that a kernel sends its evidence into


def unpack(payload: BinaryIO) -> None:
    """Write the files of a payload (a tar in memory made by `transfer.pack`) below `/`."""
    with tarfile.open(fileobj=payload, mode="r:") as archive:
        for member in archive:
            path = "/" + member.name
            if member.isdir():
                os.makedirs(path, exist_ok=True)
            elif member.isreg():
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    _copy(payload.fileno(), member.offset_data, member.size, file.fileno())


def _copy(source: int, start: int, size: int, target: int) -> None:
    while size > 0 and (sent := os.sendfile(target, source, start, size)):
        start, size = start + sent, size - sent


def settle(environment: dict[str, str]) -> None:
    """Make a forked interpreter look new: environment, folder, arguments, signals, random numbers."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(WORK)
    os.umask(0o022)
    sys.argv[:] = ["ipykernel_launcher.py"]
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    reseed()
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("600")  # when the machine's memory runs out, a notebook ends before the grader does
    except OSError:
        pass


def reseed() -> None:
    """New random numbers, so that no two runs share a stream that nobody seeded."""
    import tempfile

    random.seed()
    tempfile.tempdir = None
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()


def own_packages(root: str) -> None:
    """From now on, our own packages are those in the folder `root`. No stand-in is left."""
    if getattr(sys.modules.get("autograder"), "__path__", None):
        return  # a stand-in has none
    for name in [name for name in sys.modules if name.partition(".")[0] in ("autograder", "helpers")]:
        del sys.modules[name]
    ours = ("CourseFinder", "HelpersFinder")
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ not in ours]
    sys.path.insert(0, root)


def become_module(root: str, module: str, *arguments: str) -> None:
    """Be `python -m module arguments` with the packages in the folder `root`, and end."""
    own_packages(root)
    sys.argv[:] = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit(0)


def keep(evidence: str) -> None:
    """Close all descriptors but the standard ones, and that of the evidence, which gets its number."""
    first = 3
    if evidence != "none":
        if int(evidence) != EVIDENCE:
            os.dup2(int(evidence), EVIDENCE, inheritable=False)
        os.set_inheritable(EVIDENCE, False)
        os.closerange(first, EVIDENCE)
        first = EVIDENCE + 1
    os.closerange(first, 256)


def main() -> None:
    """Say that the box stands, wait for the payload, become the kernel.

    The first argument is the descriptor of the evidence, or `none`; what follows is a module to become instead.
    """
    os.write(1, b"+")
    with os.fdopen(os.dup(0), "rb") as pipe, os.fdopen(os.memfd_create("payload"), "w+b") as payload:
        shutil.copyfileobj(pipe, payload, 1 << 20)
        payload.seek(0)
        unpack(payload)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(1, 2)  # one pipe, which the watchdog reads to its limit
    os.close(null)
    keep(sys.argv[1])
    if sys.argv[2:]:
        become_module(*sys.argv[2:])
    sys.argv[:] = [f"{CODE}/bootstrap.py", CONFIG]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
