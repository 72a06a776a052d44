"""The project's own files: pins, make targets and documents agree with each other."""

from __future__ import annotations

import re
from importlib.metadata import metadata, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from autograder import course

ROOT = Path(__file__).resolve().parents[1]
PINS = dict(
    re.findall(
        r"^([a-z0-9-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = course.read_toml(ROOT / "pyproject.toml")["project"]


def test_every_line_of_the_requirements_is_an_exact_pin():
    """Comments, pins, and the project itself; no range, no address."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    other = [line for line in lines if line and not line.startswith("#") and "==" not in line]

    assert other == ["-e ."]
    assert not [line for line in lines if "://" in line]


@pytest.mark.parametrize("name", sorted(PINS))
def test_a_pinned_package_is_installed_so_and_so_is_what_it_needs(name):
    """The installed version is the pin, and each package that it needs here is pinned too."""
    needs = [Requirement(line) for line in requires(name) or ()]
    here = {
        canonicalize_name(each.name)
        for each in needs
        if each.marker is None or each.marker.evaluate({"extra": ""})
    }

    assert version(name) == PINS[name]
    assert here <= set(PINS)


def test_every_pin_installs_on_any_python_3_11():
    """A pin that wants a later 3.11 than a distribution ships would end `make setup` there."""
    wanted = {name: metadata(name).get("Requires-Python") or "" for name in PINS}

    assert [name for name, range in wanted.items() if not SpecifierSet(range).contains("3.11.0")] == []


def test_the_ranges_for_students_admit_the_pins():
    """What a grader installs is inside of what students may install."""
    for line in PROJECT["dependencies"]:
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate():
            assert need.specifier.contains(PINS[canonicalize_name(need.name)])


def test_what_submissions_use_is_pinned():
    """The libraries that students are promised are there."""
    promised = {"pandas", "scikit-learn", "seaborn", "scikit-image", "opencv-python-headless", "tensorboard"}

    assert promised <= set(PINS)


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
