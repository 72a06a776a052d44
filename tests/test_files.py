"""Files and folders that a stranger wrote: deleted and replaced without following links; folders safe for any id."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.files import folder_name, remove_tree, write_new

ROOT = Path(__file__).resolve().parents[1]


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


def test_a_tree_is_removed_without_following_links(tmp_path: Path) -> None:
    """What a link points to stays, also its modes."""
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o750)
    (kept / "file").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(kept)
    remove_tree(root)
    assert not root.exists() and (kept / "file").exists() and kept.stat().st_mode & 0o777 == 0o750


@pytest.mark.skipif(os.name != "posix", reason="folders have no modes there")
def test_folders_that_forbid_it_are_removed_too(tmp_path: Path) -> None:
    """One closed folder in another, by a user whom modes bind, without a warning of any Python."""
    code = """import os, sys, tempfile
from pathlib import Path
from autograder.files import remove_tree
if os.getuid() == 0:
    os.setgid(12345)
    os.setuid(12345)
with tempfile.TemporaryDirectory() as place:
    root = Path(place) / "root"
    (root / "a/b/c").mkdir(parents=True)
    (root / "a/b/file").write_text("x")
    for folder in ("a/b/c", "a/b", "a"):
        (root / folder).chmod(0)
    remove_tree(root)
    sys.exit(root.exists())"""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_is_replaced_whole_and_no_link_is_followed(tmp_path: Path) -> None:
    """Writing beside what a stranger left there."""
    target = tmp_path / "target"
    target.write_text("old")
    (tmp_path / "x").symlink_to(target)
    write_new(tmp_path / "x", b"new")
    assert target.read_text() == "old" and (tmp_path / "x").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["target", "x"]
