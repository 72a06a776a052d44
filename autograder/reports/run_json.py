"""`run.json`: how a class was graded, everything that `results.json` must not hold (times, machine, versions)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from autograder.records import RunStatus
from autograder.settings import Settings

from .graded import GradedClass


@dataclass(frozen=True)
class NotebookTimes:
    """How one notebook ran. `seconds` is wall time from its first cell's start to its last one's end."""

    submission: str
    notebook: str
    status: RunStatus
    training: Literal["quick", "full"]
    sandbox: Literal["bwrap", "none"]
    warm: bool
    seconds: float
    detail: str
    flags: list[str]


@dataclass(frozen=True)
class RunFile:
    """How a class was graded: the file `run.json`.

    Attributes:
        autograder, python, platform: versions of this program and of Python, and the machine's kind.
        packages: name of a package that decides what notebooks do -> its version, or `not installed`.
        settings: the choices of the command.
        seconds: wall time of this grading.
        runs: one entry a notebook, by submission.
        title: of the course, as its reports show it.
        kept_bytes: what the records of the class take on the disk, evidence included.
    """

    schema: Literal[1]
    autograder: str
    python: str
    platform: str
    packages: dict[str, str]
    settings: Settings
    seconds: float
    runs: list[NotebookTimes]
    title: str = ""
    kept_bytes: int = 0


def write(file: RunFile) -> dict[str, bytes]:
    """The file `run.json`."""
    text = json.dumps(asdict(file), indent=2, ensure_ascii=False)
    return {"run.json": (text + "\n").encode("utf-8", errors="backslashreplace")}


def times_of(graded: GradedClass) -> list[NotebookTimes]:
    """How each notebook of a class ran."""
    return [
        NotebookTimes(
            submission=grade.id,
            notebook=notebook.name,
            status=notebook.run.status,
            training=notebook.run.training,
            sandbox=notebook.run.sandbox,
            warm=notebook.run.warm,
            seconds=round(notebook.run.seconds, 2),
            detail=notebook.run.detail,
            flags=list(notebook.run.flags),
        )
        for grade in graded.by_id
        for notebook in grade.notebooks
    ]
