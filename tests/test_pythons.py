"""Every supported Python that is on this machine: a fresh clone is set up, grades the example class, passes the quick tests.

Each takes some ten minutes on two idle cores and 3 GB of disk, which are given back afterwards. The grades must be those of
the Python that runs this test, to the byte.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.data import data_dir

pytestmark = [pytest.mark.long, pytest.mark.pythons, pytest.mark.kernel, pytest.mark.tensorflow]

ROOT = Path(__file__).resolve().parents[1]
PASSED_ON = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
PREFIXES = ("PIP_", "http_", "https_", "HTTP_", "HTTPS_", "no_", "NO_", "GIT_")
MINUTES_AT_MOST = 60


def interpreter(version: str) -> str | None:
    """A Python of this version that works: on the path, or among those that pyenv has installed."""
    own = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [shutil.which(f"python{version}"), *map(str, sorted(own.glob(f"{version}.*/bin/python")))]
    asked = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for name in filter(None, names):
        if subprocess.run([name, "-c", asked], capture_output=True, check=False).returncode == 0:
            return name
    return None


@pytest.fixture(name="clone", params=["3.10", "3.11", "3.12", "3.13"], scope="module")
def _clone(request, tmp_path_factory):
    """A fresh clone, what makes things there, and away with it afterwards."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"there is no Python {request.param} on this machine")
    place = tmp_path_factory.mktemp(f"python{request.param}")
    (place / "home").mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place / "clone")], check=True)
    kept = {k: v for k, v in os.environ.items() if k in PASSED_ON or k.startswith(PREFIXES)}
    own_bin = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if p != own_bin)
    kept |= {"HOME": str(place / "home"), "CI": "true", "AUTOENCODERS_DATA": str(data_dir())}

    def make(target: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", target, f"PYTHON={python}"],
            cwd=place / "clone", env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=MINUTES_AT_MOST * 60, check=False,
        )  # fmt: skip

    yield place / "clone", make
    shutil.rmtree(place)


@pytest.fixture(name="grades_here", scope="module")
def _grades_here(tmp_path_factory) -> bytes:
    """The results of the example class with the Python that runs the tests."""
    out = tmp_path_factory.mktemp("here") / "class"
    subprocess.run(["make", "grade", f"OUT={out}"], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    return (out / "results.json").read_bytes()


def test_a_fresh_clone_is_set_up(clone):
    """One command, and the packages are those that are pinned for this Python."""
    folder, make = clone
    done = make("setup")

    assert done.returncode == 0, done.stdout[-3000:]
    assert (
        subprocess.run(
            [folder / ".venv/bin/autograder", "doctor", "--only", "packages"], check=False
        ).returncode
        == 0
    )


def test_it_grades_the_example_class_as_here(clone, grades_here):
    """Points, sentences and flags do not depend on the Python or on the versions that are pinned for it."""
    folder, make = clone
    done = make("grade")

    assert done.returncode == 0, done.stdout[-3000:]
    assert (folder / "out" / "class" / "results.json").read_bytes() == grades_here


def test_it_passes_the_quick_tests(clone):
    """Lint, types, and all tests that need no kernel."""
    _, make = clone
    done = make("quick")

    assert done.returncode == 0, done.stdout[-3000:]
