"""Joins the control groups of a run, gives up root, and becomes the program named. Standard library only.

    python -I drop_root.py OPTIONS -- PROGRAM ARGUMENT...

OPTIONS is JSON: `groups` (descriptors of `cgroup.procs` files), `user` (a number or null), `reach` (paths that this user
must be able to read), `environment` (of the program).

Root is no place to start a box from: its process limits do not count and file permissions do not hold. So root first
becomes a user that nobody else is, in a mount namespace of its own where the interpreter can be reached by that user
even when it lies in root's private home.
"""

# ruff: noqa: PTH103, PTH110, PTH112, PTH116, PTH120
# descriptors and raw paths; every import here is paid for at every cold start

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

_NEWNS, _BIND, _REC, _PRIVATE, _NODEV_NOSUID = 0x20000, 4096, 16384, 1 << 18, 6
_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    arguments = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    if _libc.mount(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mounting {target}: {os.strerror(error)}")


def hidden_ancestor(path: str) -> str | None:
    """The outermost folder above `path` that other users may not enter, or None when all may."""
    place = "/"
    for part in path.strip("/").split("/")[:-1]:
        place = place.rstrip("/") + "/" + part
        if not os.stat(place).st_mode & 0o001:
            return place
    return None


def open_ways(paths: list[str]) -> None:
    """Make every path reachable for other users, in a mount namespace that only this process sees."""
    hidden: dict[str, list[str]] = {}
    for path in {os.path.realpath(path) for path in paths}:
        if (ancestor := hidden_ancestor(path)) is not None:
            hidden.setdefault(ancestor, []).append(path)
    if not hidden:
        return
    if _libc.unshare(_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "a mount namespace of one's own is refused")
    _mount("none", "/", "none", _REC | _PRIVATE)
    for ancestor, places in hidden.items():
        places.sort(key=len)
        # in the new namespace, before they are covered
        opened = [os.open(place, os.O_PATH) for place in places]
        _mount("none", ancestor, "tmpfs", _NODEV_NOSUID, "mode=755,size=1m")
        for place, descriptor in zip(places, opened, strict=True):
            _show(place, descriptor)
            os.close(descriptor)


def _show(real: str, descriptor: int) -> None:
    """Bind the thing behind `descriptor` where it was before its ancestor was covered."""
    source = f"/proc/self/fd/{descriptor}"
    if os.path.isdir(source):
        os.makedirs(real, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(real), mode=0o755, exist_ok=True)
        if not os.path.exists(real):
            os.close(os.open(real, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(source, real, "none", _BIND | _REC)


def give_up_root(user: int) -> None:
    """Become `user`, with no groups but that user's own."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def main() -> None:
    """Read the options, take the steps, become the program; a failure is one line on stderr and status 97."""
    options = json.loads(sys.argv[1])
    program = sys.argv[sys.argv.index("--") + 1 :]
    try:
        for descriptor in options.get("groups", ()):
            os.write(descriptor, b"0")
            os.close(descriptor)
        if options.get("user"):
            os.umask(0o022)
            open_ways(options.get("reach", []))
            give_up_root(options["user"])
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, the program should not
            signal.signal(number, signal.SIG_DFL)
        os.execve(program[0], program, options.get("environment", {}))
    except OSError as error:
        print(f"drop_root: {error}", file=sys.stderr)
        os._exit(97)


if __name__ == "__main__":
    main()
