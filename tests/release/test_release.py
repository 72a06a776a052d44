"""From a solution to a student notebook: stubs, tags, nbgrader's metadata, and nothing of the solution left."""

from __future__ import annotations

import copy
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.course import read_toml
from autograder.errors import UsageError
from autograder.release import differences, release, student_notebook
from autograder.release.imports import needed_files
from autograder.release.notebook import to_bytes
from autograder.release.pack import PACKAGES, STARTS, pack

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (
    "# Build the encoder.\ndef build():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION\nbuild()"
)
STUB = "# Build the encoder.\ndef build():\n    # YOUR CODE HERE\n    raise NotImplementedError()\nbuild()"


def marked(grade_id: str = "build", **more) -> dict:
    """nbgrader's metadata of an autograded answer."""
    base = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}
    return {"nbgrader": {**base, "grade_id": grade_id, **more}}


def a_solution() -> nbformat.NotebookNode:
    """A solution with a stub, a cell that needs it, an answer in prose, and traces of its run."""
    cells = [
        new_markdown_cell("# Part 1", id="title"),
        new_code_cell(SOURCE, id="build", metadata=marked(), execution_count=3),
        new_code_cell(
            "print(build())", id="use", metadata={"tags": ["needs-solution", "nbval-check-output"]}
        ),
        new_markdown_cell("It rises.", id="reading", metadata=marked("reading", grade=True, points=2)),
        new_code_cell(
            "1 + 1", id="sum", metadata={"execution": {"iopub.status.busy": "now"}, "tags": ["mine"]}
        ),
    ]
    cells[2].outputs = [new_output("stream", text="42\n")]
    metadata = {"papermill": {"duration": 3}, "language_info": {"name": "python", "version": "3.11.7"}}
    return new_notebook(cells=cells, metadata=metadata)


@pytest.fixture(name="student")
def _student() -> nbformat.NotebookNode:
    return student_notebook(a_solution())


def test_a_region_becomes_the_stub_of_nbgrader(student):
    """What stands around the region stays, the stub takes its indent."""
    assert student.cells[1].source == STUB


def test_an_answer_in_prose_becomes_a_request(student):
    """A text cell that is a solution keeps nothing of it."""
    assert student.cells[3].source == "YOUR ANSWER HERE"


def test_outputs_counts_and_traces_of_the_run_go(student):
    """No output, no counter, no time, no version of the machine that ran the solution."""
    code = [cell for cell in student.cells if cell.cell_type == "code"]

    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "execution" not in student.cells[4].metadata
    assert set(student.metadata) == {"kernelspec", "language_info"}
    assert student.metadata.language_info == {"name": "python"}


def test_tags_are_those_that_nbval_needs(student):
    """Stubs and what needs them are left out by nbval; without outputs there is nothing to compare."""
    tags = [list(cell.metadata.get("tags", [])) for cell in student.cells]

    assert tags == [[], ["nbval-skip"], ["nbval-skip"], [], ["mine"]]


def test_checksum_is_that_of_nbgrader(student):
    """MD5 of source, kind, grade, solution, locked, id, and points where graded, in this order."""
    answer, reading = student.cells[1].metadata.nbgrader, student.cells[3].metadata.nbgrader

    assert answer.checksum == hashlib.md5(f"{STUB}codeFalseTrueFalsebuild".encode()).hexdigest()
    assert reading.checksum == hashlib.md5(b"YOUR ANSWER HEREmarkdownTrueTrueFalsereading2.0").hexdigest()
    assert (answer.cell_type, reading.cell_type) == ("code", "markdown")


def test_ids_stay_and_missing_ones_are_made_from_the_text():
    """Two releases of one solution have the same ids; two equal cells have different ones."""
    solution = a_solution()
    solution.cells += [new_code_cell("twice"), new_code_cell("twice")]
    for cell in solution.cells[-2:]:
        cell.id = "title"  # a copied cell keeps the id of another
    first, second = student_notebook(solution), student_notebook(copy.deepcopy(solution))
    ids = [cell.id for cell in first.cells]

    assert ids[:5] == ["title", "build", "use", "reading", "sum"]
    assert len(set(ids)) == len(ids)
    assert to_bytes(first) == to_bytes(second)


def test_the_solution_itself_is_not_changed():
    """Releasing works on a copy."""
    solution = a_solution()
    student_notebook(solution)

    assert solution == a_solution()


@pytest.mark.parametrize(
    ("source", "metadata", "complaint"),
    [
        ("### BEGIN SOLUTION\n1", marked(), "without `END SOLUTION`"),
        ("1\n### END SOLUTION", marked(), "without `BEGIN SOLUTION`"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", marked(), "inside another"),
        ("### BEGIN SOLUTION\n1\n### END SOLUTION", {}, "does not call a solution"),
        ("1", marked(points=-1, grade=True), "points"),
        ("1", marked(schema_version=2), "schema_version"),
        ("1", marked("with space"), "grade_id"),
        ("1", marked(colour="red"), "colour"),
        ("1", marked("build"), "used twice"),
    ],
)
def test_a_wrong_solution_is_refused_with_its_cell(source, metadata, complaint):
    """Markers that do not pair and metadata that nbgrader would refuse are named with their cell."""
    solution = a_solution()
    solution.cells.append(new_code_cell(source, metadata=metadata))

    with pytest.raises(UsageError, match=re.escape(complaint)) as caught:
        student_notebook(solution, "part1.ipynb")
    assert "part1.ipynb, cell 6" in str(caught.value)


def written(folder: Path, notebook: nbformat.NotebookNode, name: str = "part1.ipynb") -> Path:
    """The notebook, in a file."""
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / name)
    return folder


def test_release_writes_what_is_new_and_then_nothing(tmp_path):
    """The second release finds everything up to date."""
    solutions = written(tmp_path / "solutions", a_solution())

    assert release(solutions, tmp_path / "notebooks") == [tmp_path / "notebooks" / "part1.ipynb"]
    assert release(solutions, tmp_path / "notebooks") == []
    assert differences(solutions, tmp_path / "notebooks") == []


def test_differences_name_the_notebook_and_the_lines(tmp_path):
    """An edited template, a missing one and one without a solution are each named."""
    solutions = written(tmp_path / "solutions", a_solution())
    notebooks = tmp_path / "notebooks"
    release(solutions, notebooks)
    path = notebooks / "part1.ipynb"
    path.write_text(path.read_text().replace("1 + 1", "1 + 2"))
    written(solutions, a_solution(), "part2.ipynb")
    written(notebooks, a_solution(), "part9.ipynb")

    found = differences(solutions, notebooks)

    assert [line for line in found if not line.startswith(" ")] == [
        "part1.ipynb: differs from its solution",
        "part2.ipynb: not released yet",
        "part9.ipynb: has no solution",
    ]
    assert any("1 + 2" in line for line in found)


def test_a_folder_without_solutions_is_a_wrong_folder(tmp_path):
    """Nothing is released from nowhere."""
    with pytest.raises(UsageError, match="no solution"):
        release(tmp_path, tmp_path / "notebooks")


def test_the_bundle_holds_what_students_import_and_no_solution():
    """Notebooks, helpers, the checker with all that it imports; the same bytes each time."""
    notebooks = {"part1.ipynb": to_bytes(student_notebook(a_solution()))}
    bundle = pack(notebooks, ROOT)
    names = {name.removeprefix("autoencoders/") for name in zipfile.ZipFile(io.BytesIO(bundle)).namelist()}

    assert {
        "part1.ipynb",
        "requirements.txt",
        "LICENSE",
        "helpers/__init__.py",
        "autograder/student.py",
    } <= names
    assert "autograder/replay/__main__.py" in names
    assert not [
        name for name in names if name.startswith(("solutions", "autograder/cli", "autograder/batch"))
    ]
    assert bundle == pack(notebooks, ROOT)


@pytest.mark.tensorflow
def test_the_checker_of_an_unpacked_bundle_starts(tmp_path):
    """Apart from the clone, the recorder installs every hook without a fault."""
    zipfile.ZipFile(io.BytesIO(pack({}, ROOT))).extractall(tmp_path)
    bundle = tmp_path / "autoencoders"
    code = (
        "import pathlib, autograder.student as student\n"
        "from autograder.recorder import install\n"
        "from autograder.recorder.budget import Budget\n"
        "install(None, pathlib.Path('evidence'), Budget.full())\n"
        "print(student.__file__, pathlib.Path('evidence/evidence.stream').read_bytes())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bundle, env=environment, capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(str(bundle)) and '"session"' in done.stdout
    assert '"fault"' not in done.stdout


def test_every_import_of_the_bundle_is_in_it():
    """No module of the bundle imports one of ours that stayed behind."""
    inside = needed_files(STARTS, ROOT, PACKAGES)

    assert {path.relative_to(ROOT).parts[0] for path in inside} == set(PACKAGES)
    assert ROOT / "autograder" / "records.py" in inside
    assert not [path for path in inside if "templates" in path.parts or path.name == "html.py"]


def test_students_install_ranges_not_pins():
    """The bundle's requirements are the plain dependencies of pyproject.toml, none of its extras, with ranges."""
    archive = zipfile.ZipFile(io.BytesIO(pack({}, ROOT)))
    lines = archive.read("autoencoders/requirements.txt").decode().splitlines()

    assert lines == read_toml(ROOT / "pyproject.toml")["project"]["dependencies"]
    assert "keras>=3.10" in lines and not [line for line in lines if line.startswith("pytest")]
    assert not [line for line in lines if "==" in line]


def test_the_student_notebooks_are_what_the_solutions_give():
    """`notebooks/` was generated from `solutions/` as they are now."""
    assert differences(ROOT / "solutions", ROOT / "notebooks") == []
