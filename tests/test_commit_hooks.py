"""The hooks before a commit: they let the tree pass as it stands, and need no network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

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


def test_student_notebooks_pass_the_stripping_of_outputs(tmp_path):
    """Released notebooks are left as they are, to the byte: they have no outputs."""
    released = sorted((ROOT / "notebooks").glob("*.ipynb"))
    copies = [Path(shutil.copy(path, tmp_path)) for path in released]
    subprocess.run([program("nbstripout"), "--keep-id", *copies], check=True)

    assert len(copies) >= 8
    assert [
        path.name
        for path, copy in zip(released, copies, strict=True)
        if path.read_bytes() != copy.read_bytes()
    ] == []
