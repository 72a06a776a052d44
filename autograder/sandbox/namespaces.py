"""The few Linux calls that Python has no function for: namespaces, privileges, descriptors. Standard library only."""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import signal
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
KINDS = {
    "net": CLONE_NEWNET,
    "ipc": CLONE_NEWIPC,
    "uts": CLONE_NEWUTS,
    "cgroup": CLONE_NEWCGROUP,
    "pid": CLONE_NEWPID,
    "mnt": CLONE_NEWNS,
    "user": CLONE_NEWUSER,
}
NS_GET_USERNS = 0xB701  # ioctl: a descriptor of the user namespace that owns this namespace

CAP_DAC_READ_SEARCH = 2
PR_SET_KEEPCAPS = 8
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CLOSE_RANGE = 436  # the same number on every architecture since Linux 5.9

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def prctl(option: int, first: int = 0, second: object = 0) -> int:
    """prctl(2); raises OSError."""
    arguments = (
        ctypes.c_ulong(first),
        second if second else ctypes.c_ulong(0),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
    return _check(_libc.prctl(ctypes.c_int(option), *arguments), f"prctl {option}")


def setns(descriptor: int, kind: int) -> None:
    """Move this thread into the namespace behind `descriptor`; for `pid`, the children of this process."""
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), f"setns {kind:#x}")


def owner_of(namespace: int) -> int:
    """A descriptor of the user namespace that owns the namespace behind this descriptor."""
    return fcntl.ioctl(namespace, NS_GET_USERNS)


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    if _libc.syscall(ctypes.c_long(_CLOSE_RANGE), ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), 0) < 0:
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
            if int(name) >= first:
                try:
                    os.close(int(name))
                except OSError:
                    pass


def drop_capabilities() -> None:
    """Give up every capability: bounding, ambient, effective, permitted and inheritable."""
    capability = 0
    while _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) == 0:
        capability += 1
    _libc.prctl(PR_CAP_AMBIENT, ctypes.c_ulong(4), 0, 0, 0)  # 4: clear all
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)), "capset")


def become_reader(user: int) -> None:
    """Become `user` for good, with no group and no right but that of reading every file. Call it as root."""
    capability = 0
    while _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) == 0:
        capability += 1
    prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    reading = 1 << CAP_DAC_READ_SEARCH
    _check(_libc.capset(header, struct.pack("6I", reading, reading, 0, 0, 0, 0)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def leave_network() -> None:
    """Move this process into a network of its own, which leads nowhere. Call it as root."""
    _check(_libc.unshare(ctypes.c_int(CLONE_NEWNET)), "unshare")


def become_subreaper() -> None:
    """Orphaned grandchildren become children of this process, so that it can wait for them."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """This process ends when the one does that it was forked from."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def install_filter(program: bytes) -> None:
    """no_new_privs, then the seccomp filter `program` (an array of struct sock_filter) for good."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    code = ctypes.create_string_buffer(program, len(program))
    packed = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)), 16
    )
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(packed))


def hide_start(shown: str) -> None:
    """Overwrite what others read in /proc/self/cmdline by `shown`, and in /proc/self/environ by nothing.

    Forks inherit both. The environment must have been emptied before (`os.environ.clear()`).
    """
    fields = open("/proc/self/stat", "rb").read().rpartition(b")")[2].split()  # noqa: PTH123, SIM115
    for first, end, text in ((45, 46, shown.encode()), (47, 48, b"")):  # arg_start and env_start of proc(5)
        start, room = int(fields[first]), int(fields[end]) - int(fields[first])
        if start and room > len(text):
            ctypes.memset(start, 0, room)
            ctypes.memmove(start, text, len(text))


def machine() -> str:
    """The kernel's name of this architecture, such as `x86_64` or `aarch64`."""
    return platform.machine()
