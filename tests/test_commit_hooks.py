"""The hooks before a commit: they let the tree pass as it stands, and need no network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")


def program(name: str) -> str:
    """A program of this environment."""
    return str(Path(sys.executable).with_name(name))


def test_the_configuration_is_valid():
    """pre-commit itself reads it."""
    done = subprocess.run(
        [program("pre-commit"), "validate-config", ROOT / ".pre-commit-config.yaml"], check=False
    )

    assert done.returncode == 0


def test_no_hook_is_downloaded():
    """Every hook is a program of the environment that `make setup` made."""
    entries = [line.split() for line in CONFIG.splitlines() if line.strip().startswith("entry:")]

    assert CONFIG.count("- repo:") == CONFIG.count("- repo: local") == 1
    assert [entry[1] for entry in entries if not Path(program(Path(entry[1]).name)).is_file()] == []
    assert all(entry[1].startswith(".venv/bin/") for entry in entries)


def test_every_word_of_the_tree_is_spelt():
    """codespell finds nothing in our code and documents."""
    done = subprocess.run([program("codespell")], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_student_notebooks_pass_the_stripping_of_outputs(path, tmp_path):
    """A released notebook is left as it is, to the byte: it has no outputs."""
    copied = shutil.copy(path, tmp_path)
    subprocess.run([program("nbstripout"), "--keep-id", copied], check=True)

    assert Path(copied).read_bytes() == path.read_bytes()
