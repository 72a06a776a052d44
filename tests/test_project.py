"""The project's own files: pins, make targets and documents agree with each other."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import metadata, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from autograder import course

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = [Requirement(line) for line in REQUIREMENTS.splitlines() if "==" in line]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PLATFORM = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = course.read_toml(ROOT / "pyproject.toml")["project"]
EXTRAS = PROJECT["optional-dependencies"]


@cache
def pins(python: str = "") -> dict[str, str]:
    """Package -> version that the lock names for a Python on Linux; for this one and this machine without a name."""
    if not python:
        return {pin.name: exact(pin) for pin in PINS if pin.marker is None or pin.marker.evaluate()}
    there = {**PLATFORM, "python_version": python, "python_full_version": f"{python}.0"}
    return {pin.name: exact(pin) for pin in PINS if pin.marker is None or pin.marker.evaluate(there)}


def exact(pin: Requirement) -> str:
    """The one version of a pin."""
    (specifier,) = pin.specifier
    return specifier.version


def names(lines: list[str]) -> set[str]:
    """The packages of a list of requirements."""
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_every_line_of_the_requirements_is_an_exact_pin():
    """Comments, pins, and the project itself; no range, no address."""
    lines = REQUIREMENTS.splitlines()
    other = [line for line in lines if line and not line.startswith("#") and "==" not in line]

    assert other == ["-e ."]
    assert not [line for line in lines if "://" in line or "--" in line]


@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_has_one_pin_of_everything_that_is_declared(python):
    """The lock names one version of each declared package, inside of its range, and no package twice."""
    there = {**PLATFORM, "python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    named = [pin.name for pin in PINS if pin.marker is None or pin.marker.evaluate(there)]
    locked = pins(python)

    assert len(named) == len(locked)
    for line in (*PROJECT["dependencies"], *EXTRAS["grader"], *EXTRAS["test"]):
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate(there):
            assert need.specifier.contains(locked[canonicalize_name(need.name)]), line


@pytest.mark.parametrize("name", sorted(pins()))
def test_a_pinned_package_is_installed_so_and_so_is_what_it_needs(name):
    """The installed version is the pin, and each package that it needs here is pinned too."""
    needs = [Requirement(line) for line in requires(name) or ()]
    here = {
        canonicalize_name(each.name)
        for each in needs
        if each.marker is None or each.marker.evaluate({"extra": ""})
    }

    assert version(name) == pins()[name]
    assert here <= set(pins())


def test_every_pin_installs_on_any_patch_of_this_python():
    """A pin that wants a later 3.11 than a distribution ships would end `make setup` there."""
    wanted = {name: metadata(name).get("Requires-Python") or "" for name in pins()}
    first = f"{sys.version_info.major}.{sys.version_info.minor}.0"

    assert [name for name, range in wanted.items() if not SpecifierSet(range).contains(first)] == []


def test_the_pythons_are_those_that_the_project_names():
    """The range, the classifiers, the Makefile and the lock speak of the same Pythons."""
    range_ = SpecifierSet(PROJECT["requires-python"])
    classified = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))

    assert [f"3.{minor}" for minor in range(6, 20) if range_.contains(f"3.{minor}.0")] == list(PYTHONS)
    assert tuple(classified) == PYTHONS
    assert set(re.findall(r"python(3\.\d+)", MAKEFILE)) == set(PYTHONS)


def test_what_submissions_use_is_pinned():
    """The libraries that students are promised are there."""
    promised = {"pandas", "scikit-learn", "seaborn", "scikit-image", "opencv-python-headless", "tensorboard"}

    assert all(promised <= set(pins(python)) for python in PYTHONS)


def test_commands_of_the_documents_exist():
    """Every `make` target that README names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)\b", README))

    assert {"grade", "test"} <= named <= targets
    assert targets - {"help"} <= set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())


def test_files_that_the_readme_links_exist():
    """No link of the README leads nowhere."""
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_ci_runs_the_two_commands_of_the_readme():
    """`.ci/run` and the workflow do what the README says."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")

    assert re.findall(r"^make (\S+)$", script, re.MULTILINE) == ["test", "test-all"]
    assert "run: .ci/run" in workflow


def test_the_course_documents_every_key():
    """docs/course.md has a row for each key of `course.toml`."""
    text = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")

    assert [key for key in course.Course.model_fields if f"| `{key}` |" not in text] == []
