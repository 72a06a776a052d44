"""The corpora through the whole pipeline, in the box that grades a class."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.errors import BoxUnavailable
from autograder.run.probe import Report
from autograder.selftest import grading
from autograder.selftest.cases import all_cases
from autograder.selftest.deviations import deviations
from autograder.selftest.grading import grade_cases
from tests.corpora import sample


def test_a_selftest_without_a_box_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the cause; in continuous integration with bubblewrap it fails instead."""
    console = Console(width=200, record=True, quiet=False, file=io.StringIO())
    none = Report(False, message="There is no box here.", remedy="Type this.")
    monkeypatch.setattr(grading, "box_report", lambda warm: none)
    monkeypatch.setattr(grading, "bwrap_program", lambda: "/usr/bin/bwrap")
    monkeypatch.delenv("CI", raising=False)
    assert grading.sandbox(console) == "none"
    assert console.export_text().count("\n") == 1
    monkeypatch.setenv("CI", "true")
    with pytest.raises(BoxUnavailable, match="no box here"):
        grading.sandbox(console)
    monkeypatch.setattr(grading, "bwrap_program", lambda: None)
    assert grading.sandbox(console) == "none"


@pytest.mark.kernel
@pytest.mark.corpus
def test_a_sample_of_the_corpora_gets_exactly_its_due(tmp_path: Path) -> None:
    """Solutions and honest notebooks get everything, templates nothing, mutants lose what their defects cost."""
    by_id = {case.id: case for case in all_cases()}
    cases = [by_id[name] for name in sample.SHORT]
    grades = grade_cases(cases, tmp_path, 1)
    assert [
        f"{each.case.id}: {each}" for case in cases for each in deviations(case, grades.get(case.id))
    ] == []
