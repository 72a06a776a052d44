"""The checker in a student's own kernel: what it prints, when it speaks up, and that it never raises."""

from __future__ import annotations

import subprocess
import sys
import types
from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder import own_kernel, student
from autograder.errors import HarnessFault
from autograder.own_kernel import OwnKernel
from autograder.replay import unboxed
from autograder.rubrics import CORE

from .reports.builders import a_part, an_item

DENSE = CORE[0]
ALL = a_part(*(an_item(item.id, points=item.points, of=item.points) for item in DENSE.items))


class FakeKernel:
    """Answers with a grade, or raises; notes whether replay was asked for."""

    late = False

    def __init__(self, answer=ALL) -> None:
        self.answer = answer
        self.replays: list[bool] = []

    def judge(self, part, with_replay):
        """Stand in for the recorder and the checks."""
        self.replays.append(with_replay)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def said(capsys, *items: str, kernel=None) -> str:
    """What `check(*items)` prints."""
    student.Check(DENSE, kernel or FakeKernel())(*items)
    return capsys.readouterr().out


def test_one_item_is_a_short_table(capsys):
    """Title, then the item with symbol, points and sentence, and nothing else."""
    assert said(capsys, "architecture").splitlines() == [
        DENSE.title,
        "  ✓ architecture  30 / 30  The architecture is passed.",
    ]


def test_without_a_name_all_items_are_listed(capsys):
    """`check()` has a line for each item of the part."""
    lines = said(capsys).splitlines()

    assert [line.split()[1] for line in lines[1:]] == [item.id for item in DENSE.items]


def test_notes_are_told_with_all_items_only(capsys):
    """A note speaks of the part as a whole."""
    noted = FakeKernel(replace(ALL, notes=("The output is constant.",)))

    assert "Note: The output is constant." in said(capsys, kernel=noted)
    assert "Note" not in said(capsys, "architecture", kernel=noted)


def test_models_are_rebuilt_only_where_that_is_needed(capsys):
    """The architecture is read from the records alone; reconstructions are compared with a rebuilt model."""
    kernel = FakeKernel()
    said(capsys, "architecture", "training", "loss-plot", kernel=kernel)
    said(capsys, "architecture", "reconstructions", kernel=kernel)

    assert kernel.replays == [False, True]


def test_a_mistyped_item_is_answered_with_the_nearest(capsys):
    """No traceback for a typo."""
    assert said(capsys, "architcture") == "There is no item `architcture`. Did you mean architecture?\n"


def test_a_mistyped_part_is_answered_with_the_nearest(capsys):
    """The check that comes back is harmless."""
    student.checker("dens")("architecture")
    out = capsys.readouterr().out

    assert out.startswith("There is no part `dens`. Did you mean dense")
    assert "Nothing is checked here" in out


def test_outside_a_notebook_it_says_so(capsys):
    """A plain script runs on, with one sentence."""
    student.checker("dense")("architecture")

    assert student.NO_NOTEBOOK in capsys.readouterr().out


@pytest.mark.parametrize("error", [HarnessFault("No data.", "Fetch it."), ZeroDivisionError("boom")])
def test_a_fault_of_ours_never_reaches_the_notebook(capsys, error):
    """One sentence that does not blame the student."""
    text = said(capsys, kernel=FakeKernel(error))

    assert str(error) in text and "Traceback" not in text


def test_a_checker_that_cannot_start_lets_the_notebook_run(capsys, monkeypatch):
    """An unknown environment costs the checker, not the notebook."""
    monkeypatch.setattr(student, "_shell", lambda: 1 / 0)
    check = student.checker("dense")
    check()

    assert "your notebook runs without it" in capsys.readouterr().out


def test_models_built_before_the_checker_ask_for_a_restart(capsys, monkeypatch):
    """The sentence stands at the checker's cell and above every answer."""
    late = FakeKernel()
    late.late = True
    monkeypatch.setattr(student, "_kernels", [late])
    student.checker("dense")("architecture")

    assert capsys.readouterr().out.count(student.RESTART) == 2


def test_two_parts_share_one_recorder(monkeypatch):
    """A second `checker` in the same kernel does not record everything twice."""
    kernel = FakeKernel()
    monkeypatch.setattr(student, "_kernels", [kernel])

    assert student.checker("dense")._kernel is student.checker("conv")._kernel is kernel


@pytest.mark.parametrize(
    ("name", "value", "short"),
    [
        ("COURSE_TRAINING", "quick", True),
        ("COURSE_TRAINING", "full", False),
        ("NBGRADER_EXECUTION", "autograde", True),
        ("NBGRADER_EXECUTION", "validate", False),
        ("OTHER", "quick", False),
    ],
)
def test_training_is_shortened_only_where_a_runner_asks(monkeypatch, name, value, short):
    """A student's own training is never shortened."""
    monkeypatch.delenv("COURSE_TRAINING", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv(name, value)

    assert own_kernel.shortens_training() is short


def test_a_living_model_is_noticed(monkeypatch):
    """Only objects whose class is a Keras model count."""
    keras = types.ModuleType("keras")
    keras.Model = type("Model", (), {})
    monkeypatch.setitem(sys.modules, "keras", keras)
    before = own_kernel.models_exist()
    alive = [type("Own", (keras.Model,), {"held": []})()]

    assert (before, own_kernel.models_exist(), len(alive)) == (False, True, 1)


class FakeShell:
    """The part of an IPython shell that the checker touches."""

    def __init__(self, begun: int = 2) -> None:
        self.callbacks: dict[str, list] = {}
        self.events = SimpleNamespace(
            register=lambda name, call: self.callbacks.setdefault(name, []).append(call)
        )
        self.history_manager = SimpleNamespace(input_hist_parsed=[""] * (begun + 1))
        self.user_ns: dict[str, object] = {}

    def run(self, cell_id: str | None, number: int | None, error: Exception | None = None) -> None:
        """Tell the callbacks of one cell from its beginning to its end; one without a number is not kept in history."""
        info = SimpleNamespace(cell_id=cell_id, store_history=number is not None)
        result = SimpleNamespace(
            info=info, execution_count=number or 1, error_before_exec=None, error_in_exec=error
        )
        for call in self.callbacks["pre_run_cell"]:
            call(info)
        for call in self.callbacks["post_run_cell"]:
            call(result)


@pytest.fixture(name="own")
def _own(no_recorder) -> tuple[OwnKernel, FakeShell]:
    shell = FakeShell()
    return OwnKernel(shell), shell


@pytest.fixture(name="no_recorder")
def _no_recorder(monkeypatch, tmp_path) -> None:
    recording = SimpleNamespace(journal=SimpleNamespace(cell=0))
    recorder = types.ModuleType("autograder.recorder")
    books = SimpleNamespace(rec=recording, models=None)
    recorder.install_books = lambda shell, out, budget: books
    monkeypatch.setitem(sys.modules, "autograder.recorder", recorder)
    monkeypatch.setitem(sys.modules, "autograder.recorder.budget", SimpleNamespace(Budget=budgets()))
    monkeypatch.setattr(own_kernel.tempfile, "mkdtemp", lambda prefix: str(tmp_path))


def budgets():
    """The two makers of a training budget."""
    return SimpleNamespace(quick=lambda: "quick", full=lambda: "full")


def test_cells_go_by_the_number_beside_them(own):
    """The cell with `checker` was the second; what an editor runs in between has no number."""
    kernel, shell = own
    first = kernel._recording.journal.cell
    shell.run("a", 2)
    shell.run(None, None)
    shell.run("b", 3)

    assert first == 2
    assert [(state.cell, state.outcome) for state in kernel.run_record().cells] == [(2, "ran"), (3, "ran")]
    assert kernel._recording.journal.cell == 3


def test_without_any_history_every_cell_is_counted(no_recorder):
    """nbval keeps no history: its cells are numbered from the checker's own, which comes first."""
    shell = FakeShell(begun=0)
    kernel = OwnKernel(shell)
    first = kernel._recording.journal.cell
    for cell in (None, None, None):
        shell.run(cell, None)

    assert first == 1
    assert [state.cell for state in kernel.run_record().cells] == [1, 2, 3]


def test_a_cell_that_was_mended_no_longer_counts_as_broken(own):
    """Running the same cell again replaces how it ended; another cell's error stays."""
    kernel, shell = own
    shell.run("a", 2, NameError("x"))
    broken = kernel.run_record()
    shell.run("a", 3)
    mended = kernel.run_record()

    assert (broken.status, broken.cell, broken.cells[0].error) == ("cell_error", 2, "NameError: x")
    assert (mended.status, mended.cell) == ("ok", None)


def test_a_replay_without_findings_is_our_fault(tmp_path, monkeypatch):
    """When the fresh process gives nothing, the student is not told that images are wrong."""
    monkeypatch.setattr(own_kernel, "known_images", lambda parts: {})
    monkeypatch.setattr(
        unboxed.subprocess, "run", lambda of, **_: subprocess.CompletedProcess(of, 0, b"", b"")
    )

    with pytest.raises(HarnessFault, match="could not be rebuilt"):
        own_kernel._replay(tmp_path, DENSE, tmp_path / "known.npz")
