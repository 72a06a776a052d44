"""What GitHub reads: workflows, issue templates and dependabot are valid, pinned, and say what the project is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder import course

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
FORMS = [path for path in TEMPLATES if path.stem != "config"]
PROJECT = course.read_toml(ROOT / "pyproject.toml")["project"]
PYTHONS = set(re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"])))


def read(path: Path) -> dict[str, Any]:
    """A YAML file; the key `on` is a string there, which YAML itself takes for true."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def jobs() -> dict[str, dict[str, Any]]:
    """Every job of every workflow."""
    return {name: job for path in WORKFLOWS for name, job in read(path)["jobs"].items()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_digest(path):
    """A tag can be moved to other code; a digest cannot, and the tag stands beside it for people."""
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))

    assert used
    assert [
        line for line in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_may_write(path):
    """The token of a run reads the code and nothing else; no job takes more."""
    workflow = read(path)

    assert workflow["permissions"] == {"contents": "read"}
    assert not [name for name, job in workflow["jobs"].items() if "permissions" in job]


def test_every_job_ends_by_itself():
    """A job that hangs is ended, within three hours at most."""
    assert all(0 < int(job["timeout-minutes"]) <= 180 for job in jobs().values())


def test_every_supported_python_and_system_is_tried():
    """Linux with each Python; Windows and macOS with the first and the last."""
    students = jobs()["students"]["strategy"]["matrix"]
    everything = jobs()["everything"]["steps"][1]["with"]["python-version"]

    assert {everything, *jobs()["pythons"]["strategy"]["matrix"]["python"]} == PYTHONS
    assert {name.partition("-")[0] for name in students["system"]} == {"ubuntu", "windows", "macos"}
    assert {min(PYTHONS), max(PYTHONS)} == set(students["python"])


def test_every_script_that_a_job_runs_is_there():
    """Scripts of `.ci` exist and may be executed; targets of make exist."""
    commands = [step["run"] for job in jobs().values() for step in job["steps"] if "run" in step]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    scripts = [ROOT / line.split()[0] for line in commands if line.startswith(".ci/")]

    assert scripts and [path for path in scripts if not path.stat().st_mode & 0o100] == []
    assert {line.split()[1] for line in commands if line.startswith("make ")} <= targets


def test_the_corpora_are_graded_whole_every_week():
    """The weekly workflow has a schedule, and grades all cases."""
    weekly = read(ROOT / ".github" / "workflows" / "weekly.yml")

    assert weekly["on"]["schedule"] and "make pages" in str(weekly["jobs"])


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_only_under_names_of_its_own(path):
    """Each field has an id that no other has, and a label."""
    fields = [each for each in read(path)["body"] if each["type"] != "markdown"]
    ids = [each["id"] for each in fields]

    assert len(set(ids)) == len(ids) > 0
    assert all(each["attributes"]["label"] for each in fields)


def test_a_wrong_grade_is_reported_with_a_case():
    """The form asks for what `autograder case` packs, and sends escapes of the box elsewhere."""
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong_grade.yml").read_text(encoding="utf-8")

    assert "autograder case REPORTS ID" in text and "SECURITY.md" in text
