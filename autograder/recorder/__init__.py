"""What runs inside a student's kernel and writes down what the notebook did; imports nothing else of ours."""

from __future__ import annotations

import platform
from io import RawIOBase
from pathlib import Path
from types import ModuleType
from typing import Any

from .books import Books, compose
from .budget import Budget
from .hooking import genuine
from .hooking.asked import ASKED, owners
from .hooking.bound import bind
from .hooking.contract import Contract
from .hooking.imports import ImportWatcher
from .hooking.intact import Intact, watched_from_python
from .hooking.writers import writers
from .hooks import TESTED, attach_to_shell, hooks
from .journal import GUARDED
from .recording import Recording
from .versions import installed_versions, untested


def install(shell: Any, out: Path | int | RawIOBase, budget: Budget) -> Recording:
    """Start recording in this process; install once a process.

    Args:
        shell: the running IPython shell, or None when the caller starts and ends cells itself.
        out: where the evidence goes, see `stream.FrameStream`.
        budget: how much training is really run.
    """
    return install_books(shell, out, budget).rec


def install_books(shell: Any, out: Path | int | RawIOBase, budget: Budget) -> Books:
    """Like `install`; gives what takes the notes, for a caller that has something to tell of its own."""
    rec = Recording(out, budget, shell)
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
    own = _keep_intact(rec) if shell is not None else None
    books = compose(rec)
    with rec.guard("recorder", "install"):
        contract = Contract(rec, hooks(books), rec.check, own.keep) if own else Contract(rec, hooks(books))
        contract.attach()
        contract.tell_missing()
        rec.cell_ends.append(("recorder", contract.tell_missing))
        if shell is not None:
            attach_to_shell(books)
    rec.journal.only_for(writers(__name__, GUARDED))
    return books


def _keep_intact(rec: Recording) -> Intact:
    """From now on, what the recorder stands on is put back before it is used again, when a notebook replaced it."""
    bind(__name__)
    own, watcher = Intact(__name__), ImportWatcher()

    def check() -> None:
        if own.restore():
            rec.journal.note(
                "recorder_changed", "functions that the recorder calls were replaced; they were put back"
            )
        if watched_from_python():
            rec.journal.note(
                "recorder_changed", "a trace or profile function watched the recorder at its work"
            )

    def library_came(module: ModuleType) -> None:
        check()
        own.keep_asked(owners(module.__name__))
        if module.__name__ in genuine.PARTS:
            genuine.remember(module.__name__)
            own.accept(genuine)

    for library in ASKED:
        watcher.when_imported(library, library_came)

    rec.check = check
    rec.cell_starts.append(("recorder", check))
    rec.cell_ends.append(("recorder", check))
    return own
