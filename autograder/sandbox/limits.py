"""What one run may use besides time, and the user that boxes belong to when the grader is root."""

from __future__ import annotations

import os
import resource
from dataclasses import asdict, dataclass

_OURS = 8  # processes of the box itself, which this limit counts too


@dataclass(frozen=True)
class BoxLimits:
    """Bounds of one box, kept from outside.

    Attributes:
        memory_bytes: memory of all its processes together, files in its temporary folders included.
        processes: processes and threads at one time; TensorFlow takes several per core.
        disk_bytes: what fits into the working folder; the temporary folders hold half of that each.
        evidence_bytes: what fits into the evidence folder.
        raw_output_bytes: what may be written past Jupyter, straight to the standard descriptors.
        files: descriptors that one process may have open.
        inodes: files that may exist in the writable folders together.
    """

    memory_bytes: int = 4096 << 20
    processes: int = 256 + 16 * (os.cpu_count() or 1)
    disk_bytes: int = 512 << 20
    evidence_bytes: int = 1024 << 20
    raw_output_bytes: int = 64 << 20
    files: int = 4096
    inodes: int = 200_000

    def as_json(self) -> dict[str, int]:
        """Plain values, for the process that applies them."""
        return asdict(self)


def apply_rlimits(limits: BoxLimits) -> None:
    """Set the limits that the kernel of the operating system keeps for a process by itself.

    Call it inside the box's user namespace: there the number of processes counts only those of the box.
    """
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_NPROC: limits.processes + _OURS,
        resource.RLIMIT_FSIZE: max(limits.disk_bytes, limits.evidence_bytes),
        resource.RLIMIT_MEMLOCK: 64 << 10,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def unused_user(first: int = 61_300, last: int = 61_900) -> int:
    """A user id that no account has: whoever runs as it owns nothing on this machine."""
    import pwd

    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.pw_gid for entry in pwd.getpwall()}
    return next(user for user in range(first, last) if user not in taken)


def box_user() -> int | None:
    """The user to start boxes as: None for oneself, another when the grader is root."""
    return unused_user() if os.geteuid() == 0 else None
