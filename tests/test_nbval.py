"""The course's notebooks under other runners: nbval compares stored outputs, papermill and nbconvert run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.settings import CORE_PARTS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [
    path.relative_to(ROOT) for folder in ("solutions", "notebooks") for path in ROOT.glob(f"{folder}/*.ipynb")
]
SOLUTIONS = [path for path in NOTEBOOKS if path.parts[0] == "solutions"]
CORE = [path for path in NOTEBOOKS if path.stem.partition("_")[2] in CORE_PARTS]
QUICK = {"COURSE_TRAINING": "quick"}
KERAS_LIMITS = {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "2"}

whole_course = [pytest.mark.kernel, pytest.mark.corpus, pytest.mark.tensorflow]
long_course = [*whole_course, pytest.mark.long]


def run(*command: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Run a module of this environment in the repository's folder."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1200,
    )


def nbval(path: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Compare a notebook's stored outputs with those of a new run, where its tags ask for it."""
    plugins = ("-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=")
    return run("pytest", "-q", *plugins, "--nbval-lax", "--nbval-current-env", path, env=env)


def a_notebook(path: Path, stored: str, tags: tuple[str, ...]) -> Path:
    """A notebook of one cell that prints 1, with `stored` as its stored output."""
    cell = new_code_cell("print(1)", metadata={"tags": list(tags)}, execution_count=1)
    cell.outputs = [new_output("stream", name="stdout", text=stored)]
    nbformat.write(new_notebook(cells=[cell]), path)
    return path


@pytest.mark.kernel
def test_a_changed_stored_output_fails(tmp_path):
    """The tag makes nbval compare: the same output passes, another one does not."""
    right = nbval(a_notebook(tmp_path / "right.ipynb", "1\n", ("nbval-check-output",)))
    wrong = nbval(a_notebook(tmp_path / "wrong.ipynb", "2\n", ("nbval-check-output",)))

    assert (right.returncode, wrong.returncode) == (0, 1)


@pytest.mark.kernel
def test_an_untagged_output_is_not_compared(tmp_path):
    """Without the tag, a trained number may differ."""
    assert nbval(a_notebook(tmp_path / "free.ipynb", "2\n", ())).returncode == 0


@pytest.mark.parametrize("path", SOLUTIONS, ids=str)
def test_a_solution_compares_at_least_four_cells_and_hides_no_error(path):
    """Four or more tagged cells; none that may raise, none that compares while it is left out."""
    code = [cell for cell in nbformat.read(ROOT / path, 4).cells if cell.cell_type == "code"]
    tags = [set(cell.metadata.get("tags", [])) for cell in code]

    assert sum("nbval-check-output" in each for each in tags) >= 4
    assert not [each for each in tags if "raises-exception" in each]
    assert not [each for each in tags if {"nbval-check-output", "nbval-skip"} <= each]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=whole_course if path in CORE else long_course) for path in NOTEBOOKS],
    ids=str,
)
def test_a_notebook_passes_nbval(path):
    """Solutions and templates pass with shortened training."""
    done = nbval(path, QUICK)

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=long_course) for path in SOLUTIONS if path in CORE], ids=str
)
def test_a_solution_passes_nbval_under_the_limits_of_keras(path):
    """Core solutions pass where Keras itself cuts training short (templates hold a part of the same cells); it cuts
    predictions, too, and with them the measures over whole test sets that later parts compute."""
    done = nbval(path, KERAS_LIMITS)

    assert done.returncode == 0, done.stdout[-3000:]


# The two usual runners, which share nbclient: one of them for each core solution.
PAPERMILL = ("papermill", "{path}", "{out}/a.ipynb", "--no-progress-bar")
NBCONVERT = ("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", "{out}", "{path}")


@pytest.mark.parametrize(
    ("path", "runner"),
    [
        pytest.param(path, runner, marks=long_course, id=f"{path}-{runner[0]}")
        for path, runner in zip(
            sorted(set(SOLUTIONS) & set(CORE)), (PAPERMILL, NBCONVERT, PAPERMILL), strict=True
        )
    ],
)
def test_a_solution_runs_under_another_runner(path, runner, tmp_path):
    """Papermill and nbconvert get through the core solutions."""
    done = run(*(word.format(path=path, out=tmp_path) for word in runner), env=QUICK)

    assert done.returncode == 0, done.stdout[-3000:]
    assert list(tmp_path.glob("*.ipynb"))
