"""Which releases count as tested."""

from __future__ import annotations

import pytest

from autograder.recorder.versions import installed_versions, untested

TESTED = {"keras": ("3.9", "3.15")}


@pytest.mark.parametrize("version", ["3.9.0", "3.10", "3.15.99", "3.15rc1"])
def test_a_release_of_the_range_is_tested(version: str) -> None:
    """3.10 comes after 3.9, and the last number does not count."""
    assert untested({"keras": version}, TESTED) == []


@pytest.mark.parametrize("version", ["3.8.9", "3.16.0", "4.0", "2.15"])
def test_a_release_outside_is_said(version: str) -> None:
    """Older or newer, by name."""
    (words,) = untested({"keras": version, "numpy": "1.0"}, TESTED)
    assert words == f"keras {version} is outside of the tested releases 3.9 to 3.15"


def test_what_is_not_installed_is_passed_over() -> None:
    """No version is made up."""
    assert installed_versions(["no-such-package-of-a-test"]) == {}
    assert untested({}, TESTED) == []
