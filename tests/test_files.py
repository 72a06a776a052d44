"""The folder of a submission: safe and its own, whatever the id is."""

from __future__ import annotations

import pytest

from autograder.files import folder_name


@pytest.mark.parametrize("id", ["doe_jane_autoencoders", "Jane Doe", "a.b-c"])
def test_a_plain_id_is_its_own_folder(id):
    """Instructors find a student by the name of the folder."""
    assert folder_name(id) == id


@pytest.mark.parametrize(
    "id", ["..", ".", "", "../x", "a/b", "a\\b", "-rf", "aux", "con.txt", "x.", "x ", "é", "a" * 300]
)
def test_an_odd_id_gets_a_safe_folder(id):
    """No separator, no leading dot or dash, no device name, not too long."""
    name = folder_name(id)

    assert name.startswith("_")
    assert len(name) < 80
    assert not set(name) & set('/\\:*?"<>|')


def test_two_odd_ids_have_two_folders():
    """Ids that look alike once cleaned stay apart."""
    assert folder_name("a/b") != folder_name("a\\b")
