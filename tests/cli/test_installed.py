"""A student's installation: what it can do without the packages of a grader, and what it says where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import course
from autograder.cli import installed

ROOT = Path(__file__).resolve().parents[2]
PLAIN = course.read_toml(ROOT / "pyproject.toml")["project"]["dependencies"]
# Run with the command's own arguments: modules named in BLOCKED cannot be imported, as if they were not installed.
COMMAND = """
import os, sys
blocked = set(os.environ["BLOCKED"].split())
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from autograder.cli import main
main()
"""


def with_plain_packages() -> set[str]:
    """Everything that `pip install .` brings: the plain dependencies and what they need."""
    todo, seen = list(PLAIN), set()
    while todo:
        need = Requirement(todo.pop())
        name = canonicalize_name(need.name)
        if name in seen or (need.marker is not None and not need.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            todo += requires(name) or ()
        except PackageNotFoundError:  # of another platform
            pass
    return seen


def as_a_student(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `autograder` where only a student's packages can be imported."""
    there = with_plain_packages()
    others = [each for each in distributions() if canonicalize_name(each.metadata["Name"]) not in there]
    listed = [each.read_text("top_level.txt") or each.metadata["Name"].replace("-", "_") for each in others]
    blocked = {module for text in listed for module in text.split()} - {"autograder", "helpers"}
    assert {"pandas", "seaborn", "pytest"} <= blocked
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, "BLOCKED": " ".join(blocked), "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_a_rubric_is_shown_to_students():
    """`autograder rubric` needs no package of the grader."""
    done = as_a_student("rubric", "dense")

    assert done.returncode == 0 and "architecture" in done.stdout, done.stderr


@pytest.mark.kernel
@pytest.mark.tensorflow
def test_a_student_checks_a_notebook_of_their_own():
    """`autograder check` runs and grades one without any package of the grader."""
    done = as_a_student("check", "examples/class/haugen_nils_autoencoders.ipynb")

    assert done.returncode == 0 and "90.5" in done.stdout, done.stdout + done.stderr


def test_grading_without_the_extra_ends_in_a_sentence(monkeypatch):
    """The missing packages are named, and what to type; nothing begins."""
    monkeypatch.setattr(
        installed, "requires", lambda name: ['jinja2>=3.1; extra == "grader"', 'nosuch-a; extra == "grader"']
    )
    begun = []

    with pytest.raises(installed.UsageError) as caught:
        installed.for_graders(begun.append)(1)

    assert "nosuch-a." in str(caught.value) and "jinja2" not in str(caught.value)
    assert '".[grader]"' in caught.value.remedy and not begun


def test_all_packages_of_the_grader_are_here():
    """In an installation for grading nothing is missing, so that every command begins."""
    assert installed.missing_packages() == []


def test_a_folder_that_was_never_installed_asks_for_nothing(monkeypatch):
    """Beside notebooks of a bundle, nothing says what belongs to a grader."""

    def unknown(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installed, "requires", unknown)

    assert installed.missing_packages() == []
