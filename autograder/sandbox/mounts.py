"""What a box looks like from inside, as options for bubblewrap: where things lie, what is there, what is not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

WORK, HOME, EVIDENCE = "/box/work", "/box/home", "/box/evidence"
IPC, DATA, CODE = "/box/ipc", "/box/data", "/box/code"
USER_ID = 1000  # inside; what it is outside is no concern of the notebook
_LOOKED_AT = {
    "ipc": IPC,
    "work": WORK,
    "home": HOME,
    "tmp": "/tmp",
    "shm": "/dev/shm",
    "proc": "/proc",
}
PACKAGE = Path(__file__).resolve().parent.parent

_PASSWD = b"student:x:1000:1000::/box/home:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
_GROUP = b"student:x:1000:\nnogroup:x:65534:\n"
_ETC = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "fonts",
    "localtime",
    "alternatives",
    "magic",
    "mime.types",
)
_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


@dataclass(frozen=True)
class BoxView:
    """What one box shows besides the system's programs.

    Attributes:
        data_dir: host folder shown read only as `/box/data`, or None.
        disk_bytes: size of the writable folder `/box/work`; temporary folders get half of it each.
        evidence_bytes: size of `/box/evidence`; 0 where there is none.
        grader: whether our own package is shown whole (only where no stranger's code runs).
    """

    data_dir: Path | None = None
    disk_bytes: int = 512 << 20
    evidence_bytes: int = 0
    grader: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the process that makes the box."""
        return {**asdict(self), "data_dir": None if self.data_dir is None else str(self.data_dir)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> BoxView:
        """The view that `as_json` wrote down."""
        return cls(**{**values, "data_dir": Path(values["data_dir"]) if values["data_dir"] else None})


def folders(view: BoxView) -> dict[str, str]:
    """What of a box is looked at from outside, through open folders: their names, and where they lie inside."""
    return {**({"evidence": EVIDENCE} if view.evidence_bytes else {}), **_LOOKED_AT}


def folders_shown(view: BoxView) -> list[Path]:
    """Host folders and files that a box is made of, which whoever starts it must be able to reach."""
    program = bwrap_program()
    shown = [*_interpreter(), *_system_folders(), *([Path(program)] if program else [])]
    shown += [PACKAGE] if view.grader else [source for source, _ in _own_code()]
    return [*shown, view.data_dir] if view.data_dir else shown


def arguments(view: BoxView, descriptor_for: Callable[[bytes], int]) -> list[str]:
    """Options for bwrap, in the order that it needs. `descriptor_for` lends a descriptor that holds these bytes."""
    options = _isolation()
    for place in _system_folders():
        options += ["--ro-bind", str(place), str(place)]
    options += _system_links() + _etc(descriptor_for)
    # before all that may lie below a temporary folder: a clone, its virtual environment, the data
    options += _writable(view)
    for place in _interpreter():
        options += ["--ro-bind", str(place), str(place)]
    options += _grader(view)
    if view.data_dir is not None and view.data_dir.is_dir():
        options += ["--ro-bind", str(Path(view.data_dir).resolve()), DATA]
    options += [
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--size",
        str(view.disk_bytes // 2),
        "--tmpfs",
        "/dev/shm",
    ]
    options += ["--remount-ro", "/dev", "--chdir", WORK, "--remount-ro", "/"]
    return options


def _isolation() -> list[str]:
    spaces = [f"--unshare-{kind}" for kind in ("user", "pid", "net", "ipc", "uts", "cgroup")]
    identity = ["--uid", str(USER_ID), "--gid", str(USER_ID), "--hostname", "notebook"]
    return [*spaces, "--disable-userns", *identity, "--cap-drop", "ALL", "--die-with-parent", "--new-session"]


def _writable(view: BoxView) -> list[str]:
    sizes = {
        WORK: view.disk_bytes,
        HOME: view.disk_bytes // 2,
        "/tmp": view.disk_bytes // 2,
        **({EVIDENCE: view.evidence_bytes} if view.evidence_bytes else {}),
        IPC: 1 << 20,
    }
    options: list[str] = []
    for place, size in sizes.items():
        options += ["--size", str(size), "--tmpfs", place]
    return options


def _system_folders() -> list[Path]:
    """/usr, and the old folders beside it where they are no links into it."""
    return [
        Path("/usr"),
        *(Path(name) for name in _LINKS if Path(name).is_dir() and not Path(name).is_symlink()),
    ]


def _system_links() -> list[str]:
    options: list[str] = []
    for link in map(Path, _LINKS):
        if link.is_symlink():
            options += ["--symlink", str(link.readlink()), str(link)]
    return options


def _etc(descriptor_for: Callable[[bytes], int]) -> list[str]:
    options: list[str] = []
    for name in _ETC:
        if (Path("/etc") / name).exists():
            options += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    for name, content in (("passwd", _PASSWD), ("group", _GROUP)):
        options += ["--ro-bind-data", str(descriptor_for(content)), f"/etc/{name}"]
    return options


def _interpreter() -> list[Path]:
    """The prefixes of this interpreter and of its virtual environment, outermost first, none inside /usr."""
    prefixes = {Path(sys.base_prefix), Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}
    prefixes |= {Path(sys.prefix), Path(sys.base_exec_prefix).resolve()}
    kept = [place for place in prefixes if not place.is_relative_to("/usr") and place != Path("/")]
    return sorted(kept, key=lambda place: (len(place.parts), str(place)))


def _own_code() -> list[tuple[Path, str]]:
    """The little of ours that a notebook needs, and where it lies inside: the same place, so imports go on."""
    standin = PACKAGE / "kernels" / "standin.py"
    shown = [
        (standin, str(PACKAGE / "__init__.py")),
        (standin, str(PACKAGE / "student.py")),
        (standin, f"{CODE}/standin.py"),
        (PACKAGE / "recorder", str(PACKAGE / "recorder")),
        (PACKAGE / "kernels" / "bootstrap.py", f"{CODE}/bootstrap.py"),
        (PACKAGE / "sandbox" / "arrive.py", f"{CODE}/arrive.py"),
        (PACKAGE.parent / "helpers", str(PACKAGE.parent / "helpers")),
    ]
    return [(source, inside) for source, inside in shown if source.exists()]


def hidden_names() -> list[str]:
    """What lies at the top of our own package and must not be seen in a box: all but what is shown on purpose."""
    inside = [Path(place) for _, place in _own_code()]
    shown = {place.relative_to(PACKAGE).parts[0] for place in inside if place.is_relative_to(PACKAGE)}
    return sorted(place.name for place in PACKAGE.iterdir() if place.name not in {*shown, "__pycache__"})


def _grader(view: BoxView) -> list[str]:
    """Our package covered by emptiness wherever it is installed, then the little of it that is needed."""
    if view.grader:
        code = PACKAGE / "sandbox" / "arrive.py"
        return ["--ro-bind", str(PACKAGE), str(PACKAGE), "--ro-bind", str(code), f"{CODE}/arrive.py"]
    covered = [PACKAGE, *_distribution_folders()]
    options: list[str] = []
    for place in covered:
        options += ["--size", "65536", "--tmpfs", str(place)]
    for source, inside in _own_code():
        options += ["--ro-bind", str(source), inside]
    for place in covered:
        options += ["--remount-ro", str(place)]
    return options


def _distribution_folders() -> list[Path]:
    """The metadata folder of our own distribution, which names where it was installed from."""
    packages = Path(sys.prefix).glob("lib/python*/site-packages/autoencoder_course-*.dist-info")
    return sorted(place.resolve() for place in packages)


def bwrap_program() -> str | None:
    """The absolute path of bubblewrap, or None where it is not installed."""
    return shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin") or shutil.which("bwrap")


def pause_command() -> list[str]:
    """A program that answers one byte when the box stands, and ends when its stdin is closed: `cat`."""
    return [shutil.which("cat", path="/usr/bin:/bin") or "cat"]
