"""What runs inside a student's kernel and writes down what the notebook did; imports nothing else of ours."""

from __future__ import annotations

import importlib
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .hooking import patching
from .hooking.intact import Intact
from .recording import Recording

if TYPE_CHECKING:
    from .budget import Budget

HOOKS = (
    "models.book",
    "models.calls",
    "models.files",
    "training.fit_hooks",
    "shown.figures",
    "shown.texts",
    "shown.held_arrays",
    "data.datasets",
)


def install(shell: Any, out: Path, budget: Budget) -> Recording:
    """Start recording in this process; install once a process.

    Args:
        shell: the running IPython shell, or None when the caller starts and ends cells itself.
        out: folder of the evidence; `events.jsonl` and `arrays/` are made in it.
        budget: how much training is really run.
    """
    rec = Recording(Path(out), budget, shell)
    rec.journal.event("session", schema_version=1, training=budget.mode, versions=_versions())
    for name in HOOKS:
        with rec.guard(f"install {name}"):
            importlib.import_module(f"{__name__}.{name}").install(rec)
    if shell is not None:
        shell.events.register("pre_run_cell", rec.start_cell)
        shell.events.register("post_run_cell", rec.end_cell)
        _stay_intact(rec)
    rec.journal.flush()
    return rec


def _stay_intact(rec: Recording) -> None:
    """From now on, functions of the recorder that a notebook replaces are put back before they are used again."""
    own = Intact(__name__)

    def check() -> None:
        if own.restore():
            rec.journal.note(
                "recorder_changed", "functions of the recorder were replaced; they were put back"
            )

    patching.checks.append(check)
    rec.cell_starts.insert(0, check)
    rec.cell_ends.insert(0, check)


def _versions() -> dict[str, str]:
    """Versions of what decides numbers and pictures."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for package in ("keras", "tensorflow", "numpy", "matplotlib"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            pass
    return found
