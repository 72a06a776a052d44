"""`course.toml`: every key optional, unknown keys and wrong values refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import load
from autograder.errors import UsageError
from autograder.settings import CORE_PARTS

ROOT = Path(__file__).resolve().parents[1]


def course(tmp_path: Path, text: str):
    """The course that a file of this text gives."""
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_an_empty_file_is_the_core_course(tmp_path):
    """Title and parts have defaults."""
    assert tuple(course(tmp_path, "").parts) == CORE_PARTS


def test_no_file_is_the_core_course(tmp_path, monkeypatch):
    """A folder without `course.toml` is no error."""
    monkeypatch.chdir(tmp_path)

    assert tuple(load().parts) == CORE_PARTS


def test_the_file_of_the_folder_is_found(tmp_path, monkeypatch):
    """Without a path, `course.toml` of the current folder counts."""
    course(tmp_path, 'title = "Here"')
    monkeypatch.chdir(tmp_path)

    assert load().title == "Here"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('titel = "x"', "`titel` is unknown. Did you mean title?"),
        ("parts = 3", "`parts` is wrong"),
        ("parts = []", "`parts` is wrong"),
        ("title = 3", "`title` is wrong"),
        ("title = ", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path, text, complaint):
    """The sentence names the key, and offers the nearest one that exists."""
    with pytest.raises(UsageError) as caught:
        course(tmp_path, text)
    assert complaint in caught.value.message


def test_a_missing_file_that_was_named_is_an_error(tmp_path):
    """A path that was given must exist."""
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_the_file_of_this_course_is_right():
    """The repository's own `course.toml` loads."""
    assert load(ROOT / "course.toml").title == "Autoencoders"
