"""What runs inside a student's kernel and writes down what the notebook did; imports nothing else of ours."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .books import Books, compose
from .budget import Budget
from .hooking.contract import Contract
from .hooking.intact import Intact
from .hooks import TESTED, attach_to_shell, hooks
from .recording import Recording
from .versions import installed_versions, untested


def install(shell: Any, out: Path, budget: Budget) -> Recording:
    """Start recording in this process; install once a process.

    Args:
        shell: the running IPython shell, or None when the caller starts and ends cells itself.
        out: folder of the evidence; `events.jsonl` and `arrays/` are made in it.
        budget: how much training is really run.
    """
    return install_books(shell, out, budget).rec


def install_books(shell: Any, out: Path, budget: Budget) -> Books:
    """Like `install`; gives what takes the notes, for a caller that has something to tell of its own."""
    rec = Recording(Path(out), budget, shell)
    versions = installed_versions(("keras", "tensorflow", "numpy", "matplotlib"))
    rec.journal.event(
        "session",
        schema_version=1,
        training=budget.mode,
        versions={"python": platform.python_version(), **versions},
    )
    words = untested(versions, TESTED)
    if words:
        rec.journal.note("recorder_untested", "; ".join(words))
    check = _keep_intact(rec) if shell is not None else None
    books = compose(rec)
    with rec.guard("recorder", "install"):
        contract = Contract(rec, hooks(books), check)
        contract.attach()
        contract.tell_missing()
        rec.cell_ends.append(("recorder", contract.tell_missing))
        if shell is not None:
            attach_to_shell(books)
    rec.journal.flush()
    return books


def _keep_intact(rec: Recording) -> Callable[[], None]:
    """From now on, functions of the recorder that a notebook replaces are put back before they are used again."""
    own = Intact(__name__)

    def check() -> None:
        if own.restore():
            rec.journal.note(
                "recorder_changed", "functions of the recorder were replaced; they were put back"
            )

    rec.cell_starts.append(("recorder", check))
    rec.cell_ends.append(("recorder", check))
    return check
