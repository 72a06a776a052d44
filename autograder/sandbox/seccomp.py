"""Which system calls a boxed process is refused, as a BPF program. Standard library only.

A list of refusals, not of permissions: TensorFlow, ipykernel and what students import need hundreds of calls. Refused
are calls that only administrators, debuggers and containers need, every socket but local ones, and every call that is
newer than this list: nobody has looked at what it opens.
"""

from __future__ import annotations

import errno
import struct

# name: (x86_64, aarch64); None where the architecture has no such call
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "memfd_secret": (447, 447),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
}
# The highest number looked at: mseal, of Linux 6.10. From 424 on, numbers are the same on all architectures. Of those up
# to here that are not refused, pidfd_*, close_range, openat2, faccessat2, fchmodat2, epoll_pwait2, futex_*, cachestat,
# process_madvise, process_mrelease, map_shadow_stack and mseal work on what the process already has; landlock_* and
# lsm_* only restrict it further; statmount and listmount tell what /proc/self/mountinfo does.
NEWEST_REVIEWED = 462

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
SOCKET = (41, 198)
CLONE = (56, 220)
CLONE3 = (435, 435)
IOCTL = (16, 29)
_AF_UNIX, _AF_NETLINK = 1, 16  # libzmq aborts the kernel when it cannot ask netlink for interfaces
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW* flag of clone(2), time included

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # offsets in struct seccomp_data, low words


def supported(machine: str) -> bool:
    """Whether call numbers of this architecture are known here."""
    return machine in _ARCHITECTURES


def program(machine: str) -> bytes:
    """The filter for `machine` (x86_64 or aarch64) as an array of struct sock_filter. Raises KeyError elsewhere."""
    audit, column = _ARCHITECTURES[machine]
    code = [
        _do(_LOAD, _ARCHITECTURE),
        _jump(_EQUAL, audit, 1, 0),
        _do(_RETURN, _KILL),
        _do(_LOAD, _NUMBER),
    ]
    # As an older kernel answers, so that libraries do without; the x32 calls of x86_64, from 0x40000000 on, are among them.
    code += [_jump(_AT_LEAST, NEWEST_REVIEWED + 1, 0, 1), _refuse(errno.ENOSYS)]
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += [_jump(_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    # Its flags lie in memory, where a filter cannot look: the C library then uses clone.
    code += [_jump(_EQUAL, CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    code += _when(CLONE[column], _FIRST, [_jump(_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(errno.EPERM)])
    code += _when(
        IOCTL[column],
        _SECOND,
        [_jump(_EQUAL, _TIOCSTI, 1, 0), _jump(_EQUAL, _TIOCLINUX, 0, 1), _refuse(errno.EPERM)],
    )
    code += _when(
        SOCKET[column],
        _FIRST,
        [_jump(_EQUAL, _AF_UNIX, 2, 0), _jump(_EQUAL, _AF_NETLINK, 1, 0), _refuse(errno.EAFNOSUPPORT)],
    )
    return b"".join([*code, _do(_RETURN, _ALLOW)])


def _when(number: int, argument: int, tests: list[bytes]) -> list[bytes]:
    """`tests` on an argument of one call; whoever is not refused there is allowed."""
    body = [_do(_LOAD, argument), *tests, _do(_RETURN, _ALLOW)]
    return [_jump(_EQUAL, number, 0, len(body)), *body]


def _do(code: int, value: int) -> bytes:
    return struct.pack("HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _do(_RETURN, _ERRNO | error)
