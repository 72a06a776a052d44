"""The bundle that students download: notebooks, helpers, and the part of the grader that runs in their kernel."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from autograder import course
from autograder.errors import UsageError

from .imports import needed_files

# What the student's checker imports or starts by name.
STARTS = ["autograder.student", "autograder.replay.__main__", "helpers"]
PACKAGES = ("autograder", "helpers")
FIRST_LINES = """Unpack this folder, then in it:

    python -m pip install -r requirements.txt
    jupyter lab

Open a notebook, read on from its top, and keep the folders `helpers` and `autograder` beside it.
"""
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold: the same files give the same bundle


def pack(notebooks: dict[str, bytes], root: Path) -> bytes:
    """The bytes of the student zip; `root` is the clone that holds helpers, autograder and pyproject.toml."""
    files = dict(notebooks)
    for path in (*needed_files(STARTS, root, PACKAGES), *whole_folders(root)):
        files[path.relative_to(root).as_posix()] = path.read_bytes()
    files["requirements.txt"] = student_requirements(root).encode()
    files["README.txt"] = FIRST_LINES.encode()
    files["LICENSE"] = (root / "LICENSE").read_bytes()
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"autoencoders/{name}", EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return bundle.getvalue()


def whole_folders(root: Path) -> list[Path]:
    """What goes along whole: helpers are there to be read, and the recorder finds its hooks by their names."""
    return [
        path
        for folder in ("helpers", "autograder/recorder")
        for path in sorted(root.glob(f"{folder}/**/*.py"))
    ]


def student_requirements(root: Path) -> str:
    """What students install, a line each: pyproject.toml's plain dependencies, with their version ranges."""
    path = root / "pyproject.toml"
    if not path.is_file():
        raise UsageError("The student bundle is packed from a clone of the course.", "Run it in the clone.")
    dependencies: list[str] = course.read_toml(path)["project"]["dependencies"]
    return "\n".join(dependencies) + "\n"
