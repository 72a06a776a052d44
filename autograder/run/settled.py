"""One notebook of a submission run until its record counts: once, and once more in full where shortening may be to blame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from autograder.files import remove_tree
from autograder.grading.unsettled import UNSETTLED
from autograder.records import RunRecord
from autograder.settings import Settings
from autograder.submissions import HandedNotebook

from .execute import RunJob, run_notebook
from .layout import laid_out
from .notebook import prepare
from .shortened import may_have_failed_for_it
from .slots import Slots


@dataclass(frozen=True)
class Surroundings:
    """What all notebooks of one submission share.

    Attributes:
        files: relative POSIX names and bytes of the files handed in, from the submission's own folder.
        data_dir: folder with the course's data sets.
        slots: places that the whole grading runs notebooks in, or None.
        left_out: sentences about files that were handed in and are not among `files`.
    """

    files: tuple[tuple[str, bytes], ...]
    data_dir: Path
    slots: Slots | None
    left_out: tuple[str, ...] = ()


def run_settled(
    notebook: HandedNotebook, settings: Settings, around: Surroundings, folder: Path
) -> RunRecord:
    """Run once, and once more in full where shortened training may have broken it.

    The evidence of the run that counts lies in `folder/evidence`, the notebook with its outputs beside it. A run
    in full that does not fit into time or memory leaves the first one in force, with the flag `UNSETTLED`: an endless loop, which ends both in the same cell, does not count.
    """
    first = _run(notebook, settings, around, folder)
    cells = prepare(notebook.content).cells
    if settings.training == "full" or not may_have_failed_for_it(first, folder / "evidence", cells):
        return first
    again = folder / "full"
    again.mkdir()
    second = _run(notebook, settings.in_full(), around, again)
    if _stopped(second) not in (None, _stopped(first)):
        remove_tree(again)
        return replace(first, flags=tuple(sorted({*first.flags, UNSETTLED})))
    for name in ("evidence", "executed.ipynb"):
        if (folder / name).is_dir():
            remove_tree(folder / name)
        if (again / name).exists():
            (again / name).replace(folder / name)
    remove_tree(again)
    return replace(second, flags=tuple(sorted({*second.flags, "run_again_in_full"})))


def _stopped(run: RunRecord) -> tuple[int, str] | None:
    """The cell in which a run was ended before its time, and how; None when every cell had its turn.

    The status tells of the first cell that failed, which may be another one. A cell that asked Python to exit had its turn.
    """
    for state in run.cells:
        if state.outcome in ("timed_out", "killed") and state.error != "exit()":
            return state.cell, state.outcome
    return None


def _run(notebook: HandedNotebook, settings: Settings, around: Surroundings, folder: Path) -> RunRecord:
    layout = laid_out(notebook.name, notebook.content, around.files)
    job = RunJob(
        notebook=notebook.content,
        files=layout.files,
        folder=layout.folder,
        training=settings.training,
        cell_timeout=settings.cell_seconds,
        notebook_timeout=settings.notebook_seconds,
        memory_mb=settings.memory_mb,
        sandbox=settings.sandbox,
        warm=settings.warm,
        data_dir=around.data_dir,
        flags=notebook.flags,
        left_out=around.left_out,
        slots=around.slots,
    )
    executed = folder / "executed.ipynb" if settings.keep_notebooks else None
    return run_notebook(job, folder / "evidence", executed)
