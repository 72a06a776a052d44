"""What the system call filter answers, asked by running its program; and whether its numbers are those of libseccomp."""

from __future__ import annotations

import ctypes
import errno
import struct
import sys

import pytest

from autograder.sandbox import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SOCKET = {"x86_64": 41, "aarch64": 198}
CLONE = {"x86_64": 56, "aarch64": 220}


def answer(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter returns for one call: a small interpreter of the few BPF instructions that it uses."""
    program = list(struct.iter_unpack("HBBI", seccomp.program(machine)))
    given = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("IIQ6Q", number, AUDIT[machine] if audit is None else audit, 0, *given)
    at, value = 0, 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == 0x20:
            value = struct.unpack_from("I", data, operand)[0]
        elif code == 0x06:
            return operand
        else:
            test = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
            at += yes if test else no


def refusal(error: int) -> int:
    """The filter's answer that makes a call fail with this error."""
    return 0x00050000 | error


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request) -> str:
    """Each architecture whose call numbers are known."""
    return request.param


def test_every_listed_call_is_refused(machine):
    """A listed call is answered EPERM on both architectures, and the program stays short enough to load."""
    column = ["x86_64", "aarch64"].index(machine)
    for name, numbers in seccomp.REFUSED.items():
        if numbers[column] is not None:
            assert answer(machine, numbers[column]) == refusal(errno.EPERM), name
    assert len(seccomp.program(machine)) // 8 < 4096


def test_ordinary_calls_are_allowed(machine):
    """Calls that are on no list pass: read, write, exit and their like."""
    listed = {number for numbers in seccomp.REFUSED.values() for number in numbers}
    special = {SOCKET[machine], CLONE[machine], 435, 16, 29, 424, 434}

    assert all(answer(machine, number) == ALLOW for number in set(range(424)) - listed - special)


def test_only_local_sockets_are_made(machine):
    """The internet's families, VSOCK and packet sockets do not exist; unix sockets and netlink do."""
    answers = {family: answer(machine, SOCKET[machine], family, 1, 0) for family in (1, 2, 10, 16, 17, 40)}

    refused = refusal(errno.EAFNOSUPPORT)
    assert answers == {1: ALLOW, 2: refused, 10: refused, 16: ALLOW, 17: refused, 40: refused}


def test_clone_makes_threads_and_children_but_no_namespaces(machine):
    """Flags of threads and of fork pass; every flag of a namespace does not, and clone3 is unknown."""
    threads, fork = 0x3D0F00, 17
    namespaces = [1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30]

    assert answer(machine, CLONE[machine], threads) == answer(machine, CLONE[machine], fork) == ALLOW
    assert {answer(machine, CLONE[machine], flag | fork) for flag in namespaces} == {refusal(errno.EPERM)}
    assert answer(machine, 435) == refusal(errno.ENOSYS)


def test_no_other_architecture_gets_through(machine):
    """A call made in another architecture's manner (32 bit) ends the process; x32 numbers are unknown."""
    assert answer(machine, 1, audit=0x40000003) == KILL
    assert answer("x86_64", 0x40000001) == refusal(errno.ENOSYS)


def test_calls_newer_than_the_list_do_not_exist(machine):
    """What nobody has looked at is answered as an older kernel would; the newest call that was looked at passes."""
    newest = seccomp.NEWEST_REVIEWED
    answers = {
        answer(machine, number) for number in (newest + 1, newest + 2, 500, 1000, 0x7FFFFFFF, 0xFFFFFFFF)
    }

    assert answers == {refusal(errno.ENOSYS)} and answer(machine, newest) == ALLOW


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="boxes, and libseccomp, exist on Linux alone"
)
def test_numbers_are_those_of_libseccomp(machine):
    """Every number in the lists is what the library of the kernel's own developers gives for the name.

    On Debian and Ubuntu apt itself needs that library; elsewhere this fails with the name of the package to install.
    """
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.fail(
            "libseccomp.so.2 is missing, so no number was compared: install libseccomp2 (or libseccomp)"
        )
    resolve = library.seccomp_syscall_resolve_name_arch
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    special = {
        "socket": seccomp.SOCKET,
        "clone": seccomp.CLONE,
        "clone3": seccomp.CLONE3,
        "ioctl": seccomp.IOCTL,
    }
    column = ["x86_64", "aarch64"].index(machine)
    ours = {name: numbers[column] for name, numbers in {**seccomp.REFUSED, **special}.items()}
    theirs = {name: resolve(AUDIT[machine], name.encode()) for name in ours}

    # The library gives a call that an architecture lacks a number below -1, and -1 for a name that it does not know.
    assert ours == {name: None if number < -1 else number for name, number in theirs.items()}


def test_keystrokes_cannot_be_forged(machine):
    """TIOCSTI and TIOCLINUX are refused, other terminal calls are not."""
    ioctl = {"x86_64": 16, "aarch64": 29}[machine]
    answers = [answer(machine, ioctl, 0, request) for request in (0x5412, 0x541C, 0x5413)]

    assert answers == [refusal(errno.EPERM), refusal(errno.EPERM), ALLOW]
