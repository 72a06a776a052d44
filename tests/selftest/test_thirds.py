"""Which third of the mutants a commit decides on: the next one at each commit, none left out, and repeatable."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.selftest.thirds import Third, third_at

AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    return subprocess.run(
        ["git", "-C", str(folder), *AUTHOR, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture(name="clone")
def _clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "--quiet")
    for number in range(5):
        git(clone, "commit", "--quiet", "--allow-empty", "-m", str(number))
    return clone


def test_three_commits_in_a_row_grade_every_mutant_once(clone: Path) -> None:
    """Whatever a mutant is called, one of any three commits in a row holds it."""
    thirds = [third_at(f"HEAD~{back}", clone) for back in range(5)]
    for three in (thirds[:3], thirds[1:4], thirds[2:]):
        for number in range(50):
            assert sum(third.holds(f"mutant-{number}") for third in three) == 1


def test_a_commit_named_again_decides_on_the_same_third(clone: Path) -> None:
    """Later commits do not change what an earlier one graded, and its name is printed."""
    before = third_at("HEAD", clone)
    git(clone, "commit", "--quiet", "--allow-empty", "-m", "more")
    assert third_at(before.commit, clone) == before != third_at("HEAD", clone)
    assert before.commit[:12] in str(before)


def test_a_clone_without_history_goes_by_the_name_of_the_commit(clone: Path, tmp_path: Path) -> None:
    """Its one commit decides: always the same third, whatever lies before it."""
    git(tmp_path, "clone", "--quiet", "--depth", "1", clone.as_uri(), "shallow")
    commit = git(clone, "rev-parse", "HEAD")
    assert third_at("HEAD", tmp_path / "shallow") == Third(int(commit, 16) % 3, commit)


@pytest.mark.parametrize("name", ["no-such-branch", "--all", ""])
def test_a_name_that_git_does_not_know_is_refused(name: str, clone: Path) -> None:
    """No commit, no third: a typing error never grades by chance."""
    with pytest.raises(UsageError):
        third_at(name, clone)


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    """Outside a clone there is no commit to go by."""
    with pytest.raises(UsageError):
        third_at("HEAD", tmp_path)
