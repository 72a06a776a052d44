"""The contract with the libraries: the table names each function once, all of it attaches, and what is missing is said."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import types
from collections import Counter
from pathlib import Path

import pytest

from autograder.evidence.facts import FAULT_PLACES
from autograder.recorder.books import compose
from autograder.recorder.budget import Budget
from autograder.recorder.hooking.contract import Contract, Hook
from autograder.recorder.hooks import TESTED, hooks
from autograder.recorder.places import PLACES
from autograder.recorder.recording import Recording
from tests.recorder.received import events, lines

ROOT = Path(__file__).resolve().parents[2]
RECORDER = ROOT / "autograder" / "recorder"


def table(folder: Path, budget: Budget) -> list[Hook]:
    """The table of a recording without a shell."""
    return hooks(compose(Recording(folder, budget, None)))


def test_the_recorder_and_the_grader_know_the_same_places() -> None:
    """The recorder imports nothing of ours, so its list is a copy."""
    assert PLACES == FAULT_PLACES


def test_no_function_is_wrapped_twice(tmp_path: Path) -> None:
    """Whoever looks for what happens in `fit` finds one wrapper."""
    names = Counter(hook.name for hook in table(tmp_path, Budget.quick()))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_hook_says_what_it_is_for(tmp_path: Path) -> None:
    """Each names a place of the closed set, and why it is needed."""
    for hook in table(tmp_path, Budget.quick()):
        assert hook.place in PLACES and hook.why, hook.name


def guarded() -> list[tuple[str, ast.expr | None]]:
    """The first argument of each call of `guard` and `fault` in the recorder, with where it is."""
    calls = []
    for path in sorted(RECORDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("guard", "fault"):
                where = f"{path.relative_to(RECORDER)}:{node.lineno}"
                calls.append((where, node.args[0] if node.args else None))
    return calls


def test_every_guard_names_a_place_of_the_closed_set() -> None:
    """A literal; or the place of a hook or of a listener, which are typed and tested."""
    strange = []
    for where, argument in guarded():
        literal = isinstance(argument, ast.Constant) and argument.value in PLACES
        typed = isinstance(argument, ast.Attribute) and argument.attr == "place"
        passed_on = isinstance(argument, ast.Name) and argument.id == "place"
        if not (literal or typed or passed_on):
            strange.append(where)
    assert strange == []
    assert sum(isinstance(argument, ast.Constant) for _, argument in guarded()) > 30


@pytest.mark.parametrize("name", ["starts", "ends"])
def test_every_listener_of_cells_names_a_place(tmp_path: Path, name: str) -> None:
    """A failure at the start or the end of a cell keeps only its own items open."""
    rec = Recording(tmp_path, Budget.quick(), types.SimpleNamespace())
    compose(rec)
    listeners = rec.cell_starts if name == "starts" else rec.cell_ends
    assert listeners and all(place in PLACES for place, _ in listeners)


@pytest.mark.parametrize(
    ("budget", "hurries"),
    [(Budget.quick(), True), (Budget("quick", speedups=False), False), (Budget.full(), False)],
    ids=["quick", "switched off", "full"],
)
def test_one_switch_takes_all_short_ways_out_of_the_table(
    tmp_path: Path, budget: Budget, hurries: bool
) -> None:
    """They are taken where trainings are shortened and nobody switched them off."""
    assert any(hook.place == "speed" for hook in table(tmp_path, budget)) == hurries


@pytest.fixture
def library(monkeypatch) -> types.ModuleType:
    """A library of one module, imported already."""
    module = types.ModuleType("library_of_a_test")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def passing_on(original, *args):
    """A wrapper that changes nothing."""
    return original(*args)


def hook_of(module: str, place: str = "fit", **more) -> Hook:
    """A hook on `Trainer.fit` in a module of the library."""
    return Hook(module, "Trainer", "fit", passing_on, place, "a test", **more)


def test_a_hook_that_finds_nothing_is_a_fault_of_its_place(tmp_path: Path, library) -> None:
    """One fault a place that names the functions, and one note, however many cells there are."""
    rec = Recording(tmp_path, Budget.quick(), None)
    gone = [hook_of(library.__name__), hook_of(f"{library.__name__}.gone", "model")]
    contract = Contract(rec, gone)
    contract.attach()
    for _ in range(3):
        contract.tell_missing()

    faults = [(event["where"], event["message"]) for event in events(tmp_path) if event["kind"] == "fault"]
    assert [place for place, _ in faults] == ["fit", "model"]
    assert "library_of_a_test.Trainer.fit" in faults[0][1]
    (note,) = [event for event in events(tmp_path) if event["kind"] == "note"]
    assert (
        note["id"] == "recorder_incomplete"
        and "library_of_a_test.gone.Trainer.fit (model)" in note["message"]
    )


def test_a_library_that_nobody_imported_is_not_missed(tmp_path: Path, library) -> None:
    """Neither a library that is not there, nor a module that another import brings."""
    rec = Recording(tmp_path, Budget.quick(), None)
    waiting = [
        hook_of("no_such_library_of_a_test.trainer"),
        hook_of(f"{library.__name__}.more", after=f"{library.__name__}.other"),
    ]
    contract = Contract(rec, waiting)
    contract.attach()
    contract.tell_missing()

    assert events(tmp_path) == []


def test_a_hook_that_attached_is_not_missed(tmp_path: Path, library) -> None:
    """The function is wrapped, and nothing is said."""
    library.Trainer = type("Trainer", (), {"fit": lambda self: 1})
    before = library.Trainer.fit
    rec = Recording(tmp_path, Budget.quick(), None)
    contract = Contract(rec, [hook_of(library.__name__)])
    contract.attach()
    contract.tell_missing()

    assert library.Trainer.fit is not before and library.Trainer().fit() == 1
    assert events(tmp_path) == []


ALL_ATTACH = """
import sys
from pathlib import Path
libraries = "keras, sklearn.datasets, matplotlib.pyplot, tensorflow, urllib.request"
if sys.argv[2] == "libraries":
    exec(f"import {libraries}")
from autograder.recorder import install
from autograder.recorder.budget import Budget
rec = install(None, Path(sys.argv[1]), Budget.quick())
exec(f"import {libraries}")
rec.end_cell()
from autograder.recorder.books import compose
from autograder.recorder.hooks import hooks
from autograder.recorder.recording import Recording
from tests.recorder.received import events, lines
from inspect import getattr_static
for hook in hooks(compose(Recording(Path(sys.argv[1]) / "more", Budget.quick(), None))):
    owner = getattr(sys.modules[hook.module], hook.owner) if hook.owner else sys.modules[hook.module]
    function = getattr_static(owner, hook.function)
    if not hasattr(getattr(function, "__func__", function), "__wrapped__"):
        print(hook.name)
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize("first", ["libraries", "recorder"])
def test_every_hook_attaches_to_the_installed_libraries(tmp_path: Path, first: str) -> None:
    """Whichever was imported first: no function of the table is missing, and none is left as it was."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg"}
    command = [sys.executable, "-c", ALL_ATTACH, str(tmp_path / "out"), first]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr[-2000:]
    written = "\n".join(lines(tmp_path / "out"))
    assert '"fault"' not in written and "recorder_incomplete" not in written


def test_the_installed_libraries_are_tested_ones() -> None:
    """Whoever installs another release runs these tests and writes it down."""
    from autograder.recorder.versions import installed_versions, untested

    assert untested(installed_versions(TESTED), TESTED) == []
