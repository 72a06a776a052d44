"""Notebooks written against the grader earn what they may earn at most, and leave the flag that is due."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.records import SubmissionGrade
from autograder.selftest.cases import ROOT, CorpusCase
from autograder.selftest.deviations import deviations
from autograder.selftest.grading import grade_cases
from autograder.selftest.thirds import third_at
from corpora.attacks import ATTACKS
from corpora.attacks.attack import Attack
from tests.corpora.sample import ATTACKED

# Every week, and where somebody asks for it, all attacks are graded at once.
ALL = os.environ.get("ALL_ATTACKS") == "1"


def case_of(name: str, kind: str, attack: Attack, notebook: bytes) -> CorpusCase:
    """A submission of the attacked part alone."""
    files = {"notebook.ipynb": notebook, **dict(attack.beside)}
    return CorpusCase(name, kind, (attack.base,), files, {}, (attack.base,))


def flags_of(grade: SubmissionGrade) -> set[str]:
    """Every flag that a person sees on a submission, of a run or of an item."""
    runs = {flag for notebook in grade.notebooks for flag in notebook.run.flags}
    items = {flag for part in grade.parts for item in part.items for flag in item.flags}
    return {*runs, *items}


def wrong(attacks: list[Attack], out: Path) -> list[str]:
    """What a grading of these attacks and of their honest twins gave that it must not give, a line each."""
    twins = {attack.honest_twin(): attack for attack in attacks}
    honest = [case_of(f"twin-of-{each.name}", "honest", each, code) for code, each in twins.items()]
    forged = [case_of(each.name, "mutant", each, each.notebook()) for each in attacks]
    grades = grade_cases([*honest, *forged], out, 2)
    found = [f"{case.id}: {each}" for case in honest for each in deviations(case, grades.get(case.id))]
    for case in honest:
        blamed = flags_of(grades[case.id]) & {"evidence_changed", "recorder_changed"}
        found += [f"{case.id} is blamed: {flag}" for flag in blamed]
    for attack in attacks:
        grade = grades[attack.name]
        if grade.points > attack.most:
            found.append(f"{attack.name} earned {grade.points:g}, at most {attack.most:g} are allowed")
        if attack.flag and attack.flag not in flags_of(grade):
            found.append(f"{attack.name} lacks the flag {attack.flag}; it has {sorted(flags_of(grade))}")
    return found


def test_attacks_have_names_of_their_own() -> None:
    """No two attacks have one name, and each may earn less than everything or is flagged."""
    assert len({each.name for each in ATTACKS}) == len(ATTACKS)
    assert [each.name for each in ATTACKS if each.most >= 100 and not each.flag] == []


def test_every_attack_has_a_place_in_its_base() -> None:
    """Each edit finds its text exactly once, and an attack is another notebook than its honest twin."""
    assert [each.name for each in ATTACKS if each.notebook() == each.honest_twin()] == []


@pytest.mark.kernel
@pytest.mark.corpus
def test_some_attacks_earn_no_more_than_they_may(tmp_path: Path) -> None:
    """A few of every kind, with their honest twins, which get every point."""
    assert wrong([each for each in ATTACKS if each.name in ATTACKED], tmp_path) == []


@pytest.mark.kernel
@pytest.mark.corpus
@pytest.mark.long
def test_no_attack_earns_more_than_it_may(tmp_path: Path) -> None:
    """All of them, a third at each commit, with their honest twins, which get every point."""
    third = third_at("HEAD", ROOT)
    assert wrong([each for each in ATTACKS if ALL or third.holds(each.name)], tmp_path) == []
