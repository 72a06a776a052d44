"""A student's own kernel as a run that can be judged: the grader's recorder, and the grader's checks on what it wrote."""

from __future__ import annotations

import atexit
import io
import os
import shutil
import sys
import tempfile
import weakref
from pathlib import Path
from typing import Any, Literal

from autograder.errors import HarnessFault
from autograder.evidence.receiving import Receiver
from autograder.records import CellState, PartGrade, RunRecord
from autograder.replay.unboxed import replay_unboxed
from autograder.rubrics import Part, known_images
from autograder.text import one_line


def shortens_training() -> bool:
    """Whether training is shortened in this kernel: asked for by the environment, as test runners do."""
    asked = os.environ.get("COURSE_TRAINING") == "quick"
    return asked or os.environ.get("NBGRADER_EXECUTION") == "autograde"


def models_exist() -> bool:
    """Whether any Keras model is alive in this process. Looks at types alone, so that no lazy object wakes up."""
    if "keras" not in sys.modules:
        return False
    import gc

    import keras

    return any(issubclass(type(each), keras.Model) for each in gc.get_objects())


class _Into(io.RawIOBase):
    """Where the recorder's stream goes: into files, in this same process."""

    def __init__(self, received: Receiver) -> None:
        self._received = received

    def write(self, data: Any) -> int:
        """All of these bytes at once. Raises OSError when the disk is full, which ends the record."""
        self._received.feed(data)
        return len(data)


class OwnKernel:
    """One kernel under the recorder.

    Attributes:
        late: whether models were built before the recorder came, so that it cannot know them.
        training: the training budget in force.
    """

    def __init__(self, shell: Any) -> None:
        from autograder.recorder import install_books
        from autograder.recorder.budget import Budget

        self.late = models_exist()
        self.training: Literal["quick", "full"] = "quick" if shortens_training() else "full"
        self.folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._received = Receiver(self.folder)
        atexit.register(self._received.close)  # run before the folder goes
        budget = Budget.quick() if self.training == "quick" else Budget.full()
        self._shell = shell
        books = install_books(shell, _Into(self._received), budget)
        self._recording, self._models = books.rec, books.models
        begun = _cells_begun(shell)
        self._has_history = (
            begun > 0
        )  # nbval numbers no cell at all; then all are counted here, this one first
        self._last = max(0, begun - 1)  # number of the last cell that ended
        self._recording.journal.cell = self._last + 1
        self._states: dict[str, CellState] = {}
        self._running = ""
        self._built_in: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        shell.events.register("pre_run_cell", self._before_cell)
        shell.events.register("post_run_cell", self._after_cell)

    def _before_cell(self, info: Any) -> None:
        """Cells go by the number that students see beside them, `[n]`."""
        number = self._last + self._is_cell(info)
        self._recording.journal.cell = number
        self._running = getattr(info, "cell_id", None) or f"cell {number}"

    def _after_cell(self, result: Any) -> None:
        """Keep how a cell ended; running it again replaces what it said before."""
        if not self._is_cell(result.info):
            return
        number = self._last = result.execution_count if self._has_history else self._last + 1
        error = result.error_before_exec or result.error_in_exec
        text = "" if error is None else f"{type(error).__name__}: {error}"
        self._states[self._running] = CellState(number, "raised" if error else "ran", one_line(text))
        self._note_built(number)

    def _note_built(self, cell: int) -> None:
        """Keep in which cell each model was first there, whether or not anything was done with it."""
        if "keras" in sys.modules:
            import keras

            for value in list(self._shell.user_ns.values()):
                if issubclass(type(value), keras.Model):
                    self._built_in.setdefault(value, cell)

    def _meet_built(self) -> None:
        """Students check a model as soon as it is built, before they compile or call it: the recorder meets it now."""
        book, journal = self._models, self._recording.journal
        now = journal.cell
        for model, cell in list(self._built_in.items()):
            if model.built and not book.knows(model):
                journal.cell = cell
                with self._recording.guard("model", "models that were built"):
                    book.attempt(model, book.declare(model, "build"))
        journal.cell = now

    def _is_cell(self, info: Any) -> bool:
        """Whether this is a cell of the notebook: what an editor runs behind its back (to list variables) is none."""
        return info.store_history or not self._has_history

    def run_record(self) -> RunRecord:
        """The kernel's life so far as a run."""
        cells = tuple(sorted(self._states.values(), key=lambda state: state.cell))
        raised = next((state.cell for state in cells if state.outcome == "raised"), None)
        return RunRecord(
            status="ok" if raised is None else "cell_error",
            cell=raised,
            cells=cells,
            training=self.training,
            sandbox="none",
            warm=False,
            seconds=0.0,
        )

    def judge(self, part: Part, with_replay: bool) -> PartGrade:
        """The grade of one part by what this kernel did so far; the kernel itself stays as it is.

        With replay, recorded models are rebuilt in a process of their own, from a copy of the records.
        """
        from autograder.evidence.reader import read
        from autograder.grading.grade import grade_parts

        with self._recording.quiet():
            self._meet_built()
            self._received.flush()
            if not with_replay:
                return _of(part, grade_parts([read(self.folder, self.run_record())], [part]))
            with tempfile.TemporaryDirectory(prefix="autograder-replay-") as place:
                copy = Path(place) / "evidence"
                shutil.copytree(self.folder, copy)
                _replay(copy, part, Path(place) / "known.npz")
                return _of(part, grade_parts([read(copy, self.run_record())], [part]))


def _cells_begun(shell: Any) -> int:
    """How many numbered cells this kernel has begun, the running one included (its counter differs by version)."""
    return len(shell.history_manager.input_hist_parsed) - 1


def _of(part: Part, grades: tuple[PartGrade, ...]) -> PartGrade:
    return next(grade for grade in grades if grade.part == part.id)


def _replay(evidence: Path, part: Part, known: Path) -> None:
    """Rebuild the recorded models in a fresh process, its findings beside the records.

    Raises `HarnessFault` when that process gives none.
    """
    import numpy as np

    images: dict[str, Any] = known_images([part])
    np.savez(known, **images)
    fault = replay_unboxed(evidence, known)
    if not fault and not (evidence / "replay.json").is_file():
        fault = "replay ended without a result"
    if fault:
        raise HarnessFault(
            f"The recorded models could not be rebuilt ({fault}).", "Ask about one item alone."
        )
