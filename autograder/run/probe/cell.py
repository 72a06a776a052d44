"""The questions that the probe's notebook asks from inside: an empty answer is the right one."""

# ruff: noqa: PTH108, PTH110, PTH115, PTH118, PTH123, PTH208, SIM115
# the shortest words for the kernel's own files; nothing else runs after this in its interpreter

import ctypes
import json
import os
import socket

PACKAGE = globals().get("PACKAGE", "")
SECRET_FILE = globals().get("SECRET_FILE", "")
HIDDEN = globals().get("HIDDEN", ())


def write_outside() -> str:
    """Every place that is not the notebook's own."""
    for folder in ("/", "/usr", "/etc", "/box", "/dev", "/proc/sys/kernel", PACKAGE):
        try:
            with open(os.path.join(folder, "probe"), "x"):
                os.unlink(os.path.join(folder, "probe"))
                return folder
        except OSError:
            continue
    return ""


def read_outside() -> str:
    """A file that the grader wrote for this purpose."""
    return SECRET_FILE if os.path.exists(SECRET_FILE) else ""


def connect() -> str:
    """Sockets of the internet, and the devices of the network."""
    for family in (socket.AF_INET, socket.AF_INET6, getattr(socket, "AF_VSOCK", 40)):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
            return f"family {family}"
        except OSError:
            continue
    devices = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
    return ",".join(sorted(set(devices) - {"lo"}))


def see_processes() -> str:
    """Pids here are the box's own: its first process, what holds it, this kernel."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return f"{len(pids)} processes" if len(pids) > 4 or 1 not in pids else ""


def _status() -> dict[str, str]:
    lines = open("/proc/self/status").read().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def capabilities() -> str:
    """None held, none in the bounding set, no way to new ones."""
    status = _status()
    held = [name for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[name], 16)]
    if status["NoNewPrivs"].strip() != "1":
        held.append("new privileges")
    try:
        os.setuid(0)
        held.append("root")
    except OSError:
        pass
    return ",".join(held)


def namespaces() -> str:
    """unshare and clone with any new namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    for kind in (0x10000000, 0x00020000, 0x40000000, 0x20000000):
        if libc.unshare(kind) == 0:
            return f"{kind:#x}"
    return ""


def grader() -> str:
    """Whatever the package holds beside what is shown on purpose: above all how notebooks are judged."""
    names = [name for name in HIDDEN if os.path.exists(f"{PACKAGE}/{name}")]
    try:
        import autograder.grading.grade  # noqa: F401

        names.append("import")
    except ImportError:
        pass
    return ",".join(names)


def environment() -> str:
    """What processes in the box were started with."""
    for pid in os.listdir("/proc"):
        for name in ("environ", "cmdline") if pid.isdigit() else ():
            try:
                content = open(f"/proc/{pid}/{name}", "rb").read()
            except OSError:
                continue
            if b"AUTOGRADER" in content or PACKAGE.encode() in content:
                return f"/proc/{pid}/{name}"
    return "os.environ" if any(name.startswith("AUTOGRADER_") for name in os.environ) else ""


def descriptors() -> str:
    """Open files that lead out of the box: anything that is a folder, or a file that is not shown here."""
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/box/", "/usr/", "/proc/")):
            return target
    return ""


def identity() -> str:
    """The one user of the box, in no group of the machine."""
    return (
        ""
        if os.getuid() == os.geteuid() == 1000 and set(os.getgroups()) <= {1000}
        else f"{os.getuid()} {os.getgroups()}"
    )


ANSWERS = {
    "write outside": write_outside(),
    "read outside": read_outside(),
    "connect": connect(),
    "see processes": see_processes(),
    "capabilities": capabilities(),
    "namespaces": namespaces(),
    "grader": grader(),
    "environment": environment(),
    "descriptors": descriptors(),
    "identity": identity(),
}
print("PROBE " + json.dumps(ANSWERS))
