"""A fresh clone on a machine with Python, git and make: one command grades, and sets nothing up twice."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from helpers.data import data_dir

pytestmark = [pytest.mark.long, pytest.mark.kernel]

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the tests' own environment but what reaches Python, git, make and the package index.
PASSED_ON = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
PREFIXES = ("PIP_", "http_", "https_", "HTTP_", "HTTPS_", "no_", "NO_", "GIT_", "PYENV_")


@pytest.fixture(name="clone", scope="module")
def _clone(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("fresh")
    (place / "home").mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place / "clone")], check=True)
    make(place / "clone", "setup")
    return place / "clone"


def make(clone: Path, *arguments: str) -> str:
    """Run make in the clone with an empty HOME and no input; returns what it printed."""
    kept = {k: v for k, v in os.environ.items() if k in PASSED_ON or k.startswith(PREFIXES)}
    own_bin = str(ROOT / ".venv" / "bin")
    kept["PATH"] = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if p != own_bin)
    environment = {
        **kept,
        "HOME": str(clone.parent / "home"),
        "CI": "true",
        "AUTOENCODERS_DATA": str(data_dir()),
    }
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_set_up_is_done_once(clone):
    """After `make setup` there is nothing left to do for it, and the command is there."""
    assert "pip install" not in make(clone, "setup")
    assert (clone / ".venv" / "bin" / "autograder").is_file()


def test_the_example_class_is_graded_by_one_command(clone):
    """`make grade` prints where the report lies; again, it sets up and grades nothing but gives the same results."""
    first = make(clone, "grade")
    results = (clone / "out" / "class" / "results.json").read_bytes()
    second = make(clone, "grade")

    assert "Report: out/class/index.html" in first
    assert len(json.loads(results)["submissions"]) == 10
    assert "pip install" not in second and second.count("graded before") == 10
    assert (clone / "out" / "class" / "results.json").read_bytes() == results
