"""Whether this machine can grade: each need looked at, and what to type where it is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from autograder.errors import UsageError
from autograder.run.packages import installed_version
from autograder.text import nearest

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
LEAST_MEMORY_GB = 3.0
LEAST_DISK_GB = 2.0
KEPT_MB_EACH = 8.0  # of a notebook of three parts once it is graded; most keep 5 to 7
RUNNING_MB = 500.0  # for the notebooks that run at that moment, and the reports


@dataclass(frozen=True)
class MachineFinding:
    """One look: at what, whether it is as grading needs it, what was found, and what to do."""

    subject: str
    fine: bool
    found: str
    remedy: str = ""


def examine(only: str | None = None) -> Iterator[MachineFinding]:
    """Look at everything, or at one subject alone. Raises `UsageError` for a subject that is unknown."""
    if only is not None and only not in LOOKS:
        raise UsageError(f"The doctor knows no `{only}`.", nearest(only, LOOKS))
    for subject, look in LOOKS.items():
        if only in (None, subject):
            yield look()


def _python() -> MachineFinding:
    fine = (3, 10) <= sys.version_info[:2] <= (3, 13)
    remedy = "Install Python 3.10, 3.11, 3.12 or 3.13."
    return MachineFinding("python", fine, f"{platform.python_version()} on {platform.system()}", remedy)


def _packages() -> MachineFinding:
    """Installed versions against the pins, where the pins are at hand (in a clone)."""
    remedy = "Run `make setup`, or pip install -r requirements.txt in a fresh environment."
    if not REQUIREMENTS.is_file():
        return MachineFinding("packages", True, "no pins here to compare with")
    pins = dict(_pins(REQUIREMENTS.read_text(encoding="utf-8")))
    other = [
        f"{name} {_installed(name)} instead of {pin}" for name, pin in pins.items() if _installed(name) != pin
    ]
    if other:
        return MachineFinding(
            "packages", False, "; ".join(other[:5]) + (" …" if len(other) > 5 else ""), remedy
        )
    return MachineFinding("packages", True, f"{len(pins)} as pinned")


def _pins(text: str) -> Iterator[tuple[str, str]]:
    """Name and version of each line that pins a package for this Python and this machine."""
    for line in text.splitlines():
        if "==" in line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate():
                yield pin.name, str(pin.specifier).removeprefix("==")


def _installed(name: str) -> str:
    return installed_version(name) or "(missing)"


def _data() -> MachineFinding:
    from helpers import data

    try:
        for name in data.SHA256:
            data.ensure(name)
    except data.DataMissing as error:
        return MachineFinding("data", False, str(error), "Then run `autograder data`.")
    return MachineFinding("data", True, f"{', '.join(data.SHA256)} in {data.data_dir()}")


def _box() -> MachineFinding:
    """The box, tried from inside by a notebook of ours."""
    from autograder.run.probe import report

    found = report(warm=False)
    if not found.holds:
        remedy = found.remedy or "Without a box, only trusted notebooks: --sandbox none."
        return MachineFinding("box", False, found.message, remedy)
    return MachineFinding("box", True, f"bubblewrap holds; limits are kept by the {found.limits}")


def _memory() -> MachineFinding:
    import psutil

    free = psutil.virtual_memory().available / 2**30
    found = f"{free:.1f} GB free, {os.cpu_count()} processors"
    return MachineFinding(
        "memory", free >= LEAST_MEMORY_GB, found, f"One notebook needs {LEAST_MEMORY_GB:g} GB."
    )


def _disk() -> MachineFinding:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    found = f"{free:.1f} GB free here"
    return MachineFinding(
        "disk", free >= LEAST_DISK_GB, found, f"A class needs {LEAST_DISK_GB:g} GB while it is graded."
    )


def class_disk(path: Path) -> MachineFinding:
    """Whether the disk here has room for grading what lies under `path`. Raises `UsageError` for a path with nothing."""
    from autograder import submissions as intake

    found = intake.look([path]).submissions
    notebooks = sum(not notebook.problem for each in found for notebook in each.notebooks)
    unpacked = sum(file.size for each in found for file in each.files)
    needed = notebooks * KEPT_MB_EACH + RUNNING_MB + unpacked / 2**20
    free = shutil.disk_usage(Path.cwd()).free / 2**20
    said = f"{len(found)} submissions with {notebooks} notebooks need about {needed:,.0f} MB; {free:,.0f} MB are free here"
    return MachineFinding("class", free >= needed, said, "Free some space, or grade to another disk.")


LOOKS: dict[str, Callable[[], MachineFinding]] = {
    "python": _python,
    "packages": _packages,
    "data": _data,
    "box": _box,
    "memory": _memory,
    "disk": _disk,
}
