"""What is imported is declared, for whom it is declared, and nothing else is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import course
from autograder.release.imports import imported_names, needed_files
from autograder.release.pack import PACKAGES, STARTS, whole_folders

ROOT = Path(__file__).resolve().parents[1]
PROJECT = course.read_toml(ROOT / "pyproject.toml")["project"]
OURS = {"autograder", "helpers", "corpora", "tests", "bench", ""}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

# Modules that come from a package of another name.
PACKAGE_OF = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml"}

# What is declared without an import in our code, and why.
FOR_STUDENTS = {
    "jupyterlab": "the program they write in",
    "ipywidgets": "progress bars in notebooks: tqdm imports it",
    "tomli": "tomllib of Python 3.10",
}
FOR_SUBMISSIONS = {"opencv-python-headless", "pillow", "scikit-image", "scipy", "seaborn", "tensorboard"}
PROGRAMS = {
    *("codespell", "mypy", "nbconvert", "nbstripout", "nbval", "papermill", "pre-commit"),
    *("pytest-cov", "pytest-xdist", "ruff", "types-psutil"),
}


def declared(*groups: str) -> set[str]:
    """The packages of the plain dependencies (`""`) and of extras."""
    lines = [
        line
        for group in groups
        for line in (PROJECT["optional-dependencies"][group] if group else PROJECT["dependencies"])
    ]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imported(paths: list[Path]) -> set[str]:
    """The packages that these files import, inside functions too, by the names that they are installed under."""
    tops = set()
    for path in paths:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tops |= {each.split(".")[0] for each in imported_names(path, name)}
    own = {*OURS, *sys.stdlib_module_names, "tomllib"}  # the last one is in the library from Python 3.11 on
    return {canonicalize_name(PACKAGE_OF.get(top, top)) for top in tops - own}


def files(*folders: str) -> list[Path]:
    """All modules of these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def checker_files() -> list[Path]:
    """What the bundle for students holds of our code."""
    return [*needed_files(STARTS, ROOT, PACKAGES), *whole_folders(ROOT)]


def test_what_the_package_imports_is_declared():
    """Students and graders have all that `autograder` and `helpers` import."""
    assert imported(files("autograder", "helpers")) - declared("", "grader") == set()


def test_what_is_declared_is_imported():
    """Nothing is installed for nothing."""
    used = imported(files("autograder", "helpers"))

    assert declared("") - used - set(FOR_STUDENTS) == set()
    assert declared("grader") - used - FOR_SUBMISSIONS == set()
    assert declared("test") - imported(files("tests", "corpora", "bench")) - PROGRAMS == set()


def test_what_tests_import_is_declared():
    """A contributor has all that the tests, the corpora and the bench import."""
    assert imported(files("tests", "corpora", "bench")) - declared("", "grader", "test") == set()


def test_no_package_is_declared_twice():
    """An extra holds only what the plain package does not bring."""
    assert not declared("") & (declared("grader") | declared("test"))
    assert not declared("grader") & declared("test")


def test_every_program_of_the_tests_is_used():
    """Each is named in the Makefile, the hooks of a commit, the workflow, or a test."""
    places = [MAKEFILE, *(path.read_text(encoding="utf-8") for path in _places())]
    words = {
        "pytest-xdist": r"-n \$",
        "pytest-cov": "--cov",
        "types-psutil": "mypy",
        "pre-commit": "pre-commit",
    }

    assert [
        name for name in PROGRAMS if not any(re.search(words.get(name, name), text) for text in places)
    ] == []


def _places() -> list[Path]:
    return [ROOT / ".pre-commit-config.yaml", ROOT / "tests" / "test_nbval.py"]


def test_the_bundle_asks_for_what_the_checker_needs():
    """A student with the bundle alone installs what its files import (pandas only where a notebook asks for it)."""
    assert imported(checker_files()) - {"pandas"} <= declared("")
