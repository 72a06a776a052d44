"""From grades to files: all reports of a class, each written whole or not at all."""

from __future__ import annotations

import platform
from pathlib import Path

from autograder import __version__
from autograder.errors import HarnessFault
from autograder.records import SubmissionGrade
from autograder.reports import run_json
from autograder.reports.graded import GradedClass
from autograder.run.packages import installed_version
from autograder.settings import Settings

NAMED_PACKAGES = ("keras", "tensorflow", "numpy", "matplotlib", "ipykernel", "jupyter_client")


def part_titles() -> dict[str, str]:
    """Part id -> its title, `Part 1: Fully connected autoencoder`."""
    from autograder.rubrics import PARTS

    return {part.id: f"Part {number}: {part.title}" for number, part in enumerate(PARTS, start=1)}


def graded_class(title: str, grades: list[SubmissionGrade]) -> GradedClass:
    """The class as reports take it."""
    return GradedClass(title, tuple(grades), part_titles())


def publish(graded: GradedClass, settings: Settings, seconds: float, out: Path) -> None:
    """Write all reports below `out`; `seconds` is the wall time of this grading."""
    from autograder.reports.files import all_files  # students print grades without what pages need

    files = all_files(graded) | run_json.write(how_graded(graded, settings, seconds, _kept_bytes(out)))
    for path, data in files.items():
        write_whole(out / path, data)


def how_graded(
    graded: GradedClass, settings: Settings, seconds: float, kept_bytes: int = 0
) -> run_json.RunFile:
    """What graded the class, how, for how long, and what is kept of it."""
    return run_json.RunFile(
        schema=1,
        autograder=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: _version(name) for name in NAMED_PACKAGES},
        settings=settings,
        seconds=round(seconds, 1),
        runs=run_json.times_of(graded),
        title=graded.title,
        kept_bytes=kept_bytes,
    )


def _kept_bytes(out: Path) -> int:
    """What the records below `out` take on the disk."""
    kept = (out / "submissions").rglob("*")
    return sum(path.lstat().st_size for path in kept if path.is_file() and not path.is_symlink())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by renaming a finished one into its place: a reader never sees half of it.

    Raises `HarnessFault` when the folder cannot be written.
    """
    from autograder.files import write_new

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, data)
    except OSError as error:
        raise HarnessFault(
            f"{path} cannot be written: {error.strerror}.", "Free the disk or the folder."
        ) from error


def _version(package: str) -> str:
    return installed_version(package) or "not installed"
