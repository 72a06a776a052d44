"""`./grade-in-container`: what it asks Docker or Podman for, tried with programs that only tell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "grade-in-container"
TELLER = '#!/bin/sh\n[ "$1" = run ] || exit 0\nfor word in "$@"; do printf "%s\\n" "$word"; done\n'


@pytest.fixture(name="asked")
def _asked(tmp_path):
    """Runs the script where only this engine is installed; the words of its run, and the finished process."""

    def ask(*words: str, engine: str = "docker", user: str = "1234"):
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        for name in ("sh", "sed", "dirname", "basename", "mkdir"):
            if not (programs / name).exists():
                (programs / name).symlink_to(
                    f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}"
                )
        for name, text in ((engine, TELLER), ("id", f"#!/bin/sh\necho {user}\n")):
            if name:
                (programs / name).write_text(text)
                (programs / name).chmod(0o755)
        done = subprocess.run(
            ["/bin/sh", str(SCRIPT), *words],
            capture_output=True, text=True, cwd=tmp_path, env={"PATH": str(programs), "HOME": "/"}, check=False,
        )  # fmt: skip
        return done, done.stdout.splitlines()

    return ask


def test_paths_are_shown_read_only_under_their_own_names(asked, tmp_path):
    """Spaces and quotes in names survive; the results' folder alone can be written."""
    (tmp_path / "class of '26").mkdir()
    (tmp_path / "one.ipynb").write_text("{}")
    done, words = asked("class of '26", "one.ipynb", "--out", "my results", "--workers", "2")
    mounts = [words[at + 1] for at, word in enumerate(words) if word == "--mount"]

    assert done.returncode == 0
    assert mounts == [
        f"type=bind,source={tmp_path}/class of '26,target=/submissions/class of '26,readonly",
        f"type=bind,source={tmp_path}/one.ipynb,target=/submissions/one.ipynb,readonly",
        f"type=bind,source={tmp_path}/my results,target=/grading/out",
    ]
    assert words[words.index("grade") :] == [
        "grade", "/submissions/class of '26", "/submissions/one.ipynb", "--workers", "2", "--out", "/grading/out",
    ]  # fmt: skip
    assert (tmp_path / "my results").is_dir()


@pytest.mark.parametrize(("engine", "proc"), [("docker", "systempaths=unconfined"), ("podman", "unmask=ALL")])
def test_the_container_may_make_boxes_and_nothing_else(asked, tmp_path, engine, proc):
    """No network, no capabilities, no new privileges, the caller's own user; namespaces and /proc are allowed."""
    (tmp_path / "a").mkdir()
    _, words = asked("a", "--out", "o", engine=engine)
    line = " ".join(words)

    assert "--network none --cap-drop ALL --security-opt no-new-privileges --user 1234:1234" in line
    assert "seccomp=unconfined" in line and proc in line and "--privileged" not in line


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("a",), "--out DIR"),
        (("--out", "o"), "PATH"),
        (("nowhere", "--out", "o"), "there is no nowhere"),
        (("a", "b/a", "--out", "o"), "two paths have the name a"),
    ],
)
def test_bad_usage_is_told_in_one_line(asked, tmp_path, words, sentence):
    """What is missing or not there is named, and the exit status is the grader's own for bad usage."""
    (tmp_path / "b" / "a").mkdir(parents=True)
    (tmp_path / "a").mkdir()
    done, _ = asked(*words)

    assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1


def test_without_an_engine_or_as_root_nothing_starts(asked, tmp_path):
    """The line says what to install, or who to be."""
    (tmp_path / "a").mkdir()

    assert "docker nor podman" in asked("a", "--out", "o", engine="")[0].stderr
    assert "not as root" in asked("a", "--out", "o", user="0")[0].stderr


def test_the_image_leaves_out_what_students_must_not_see():
    """Solutions and tests are not even sent to the builder."""
    kept = (SCRIPT.parent / ".dockerignore").read_text().splitlines()

    assert kept[0] == "*" and not {"!solutions", "!tests", "!."} & set(kept)
    assert os.access(SCRIPT, os.X_OK)
