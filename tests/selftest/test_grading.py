"""The corpora through the whole pipeline, in the box that grades a class."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from autograder.errors import BoxUnavailable
from autograder.run.probe import Report
from autograder.selftest import grading
from autograder.selftest.cases import CorpusCase, all_cases
from autograder.selftest.deviations import deviations
from autograder.selftest.grading import grade_cases
from autograder.settings import CORE_PARTS
from tests.corpora import sample

SHARES = 2


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


def sampled(cases: Sequence[CorpusCase]) -> list[CorpusCase]:
    """Solutions and templates of the core parts, and the named cases."""
    by_id = {case.id: case for case in cases}
    own = [case for case in cases if case.kind in ("solution", "template") and case.asked == CORE_PARTS]
    return own + [by_id[name] for name in sample.SHORT]


def failures(cases: list[CorpusCase], kept: Path) -> list[str]:
    """The deviations of cases graded into `kept`, as lines."""
    grades = grade_cases(cases, kept, 1)
    found = [deviation for case in cases for deviation in deviations(case, grades.get(case.id))]
    return [f"{d.case.id}: {d.part}/{d.item} {d.got:g} instead of {d.expected:g}: {d.message}" for d in found]


@pytest.mark.kernel
@pytest.mark.corpus
@pytest.mark.parametrize("share", range(SHARES))
def test_a_sample_of_the_corpora_gets_exactly_its_due(share: int, tmp_path: Path) -> None:
    """Solutions and honest notebooks get everything, templates nothing, mutants lose what the table says."""
    assert failures(sampled(all_cases())[share::SHARES], tmp_path) == []
