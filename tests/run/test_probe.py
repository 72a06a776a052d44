"""Machines that can make no box: the cause and the one line to type, from the real texts of real systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.errors import BoxUnavailable
from autograder.kernels.start import launcher_for
from autograder.run import probe
from autograder.run.execute import RunJob, run_notebook
from autograder.run.probe import remedies
from autograder.run.probe.remedies import Machine, diagnose
from autograder.sandbox import mounts
from tests.notebooks import notebook

APPARMOR = "bwrap: setting up uid map: Permission denied"
APPARMOR_NETWORK = "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted"
SECCOMP = (
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user "
    "namespaces. See <https://deb.li/bubblewrap> or <file:///usr/share/doc/bubblewrap/README.Debian.gz>."
)
OLD_SECCOMP = (
    "bwrap: No permissions to creating new namespace, likely because the kernel does not allow non-privileged user "
    "namespaces. On e.g. debian this can be enabled with 'sysctl kernel.unprivileged_userns_clone=1'."
)
MASKED_PROC = "bwrap: Can't mount proc on /newroot/proc: Operation not permitted"
EXHAUSTED = (
    "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)"
)
OLD = "bwrap: Unknown option --disable-userns"
WEATHER = "bwrap: something that nobody has seen before"

CASES = {
    "not installed on Debian": ("", Machine(), False, "not installed", "apt-get install -y bubblewrap"),
    "not installed on Fedora": (
        "", Machine(installer="sudo dnf install -y bubblewrap"), False, "not installed", "dnf install",
    ),
    "Ubuntu 23.10 and newer": (APPARMOR, Machine(apparmor=True), True, "AppArmor", "/etc/apparmor.d/bwrap"),
    "Ubuntu 24.04, later step": (APPARMOR_NETWORK, Machine(apparmor=True), True, "AppArmor", "/etc/apparmor.d/bwrap"),
    "Debian 13": (APPARMOR, Machine(), True, "Debian 13", "/etc/apparmor.d/bwrap"),
    "Docker's seccomp profile": (SECCOMP, Machine(place="docker"), True, "Docker's default", "seccomp=unconfined"),
    "Docker, older bubblewrap": (OLD_SECCOMP, Machine(place="docker"), True, "Docker's default", "seccomp=unconfined"),
    "Docker's masked proc": (MASKED_PROC, Machine(place="docker"), True, "container", "systempaths=unconfined"),
    "a pod": (SECCOMP, Machine(place="pod"), True, "pod", "seccompProfile"),
    "max_user_namespaces=0, told by bubblewrap": (EXHAUSTED, Machine(), True, "max_user_namespaces", "sysctl -w user.max"),
    "max_user_namespaces=0, told by the setting": (
        SECCOMP, Machine(namespaces=0), True, "max_user_namespaces", "sysctl -w user.max",
    ),
    "unprivileged_userns_clone=0": (SECCOMP, Machine(), True, "without privileges", "unprivileged_userns_clone=1"),
    "bubblewrap of Ubuntu 22.04": (OLD, Machine(), True, "too old", "grade-in-container"),
    "macOS": ("", Machine(system="Darwin"), False, "macOS", "grade-in-container"),
    "Windows": ("", Machine(system="Windows"), False, "Windows", "WSL2"),
    "unheard of": (WEATHER, Machine(), True, "nobody has seen before", "grade-in-container"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "machine", "installed", "cause", "line"), CASES.values(), ids=CASES)
def test_each_machine_has_its_cause_and_its_line(said, machine, installed, cause, line):
    """The sentence names the cause, the remedy is what to type."""
    found = diagnose(said, machine, installed)

    assert cause in found.message and line in found.remedy
    assert "\n" not in found.message + found.remedy


def test_causes_are_told_apart():
    """No two systems get the same sentence, unless they are the same case."""
    sentences = {diagnose(*case[:3]).message for case in CASES.values()}

    assert len(sentences) == 10


@pytest.fixture(name="fake_bwrap")
def _fake_bwrap(tmp_path, monkeypatch):
    """A bubblewrap that says this text on stderr and fails."""

    def fake(said: str) -> None:
        script = tmp_path / "bwrap"
        script.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n")
        script.chmod(0o755)
        tmp_path.chmod(0o755)
        monkeypatch.setattr(mounts, "bwrap_program", lambda: str(script))

    return fake


@pytest.mark.parametrize(
    ("said", "machine", "cause"),
    [(case[0], case[1], case[3]) for case in CASES.values() if case[2]],
    ids=[name for name, case in CASES.items() if case[2]],
)
def test_what_a_failing_bubblewrap_says_reaches_the_cause(fake_bwrap, monkeypatch, said, machine, cause):
    """From the program's stderr to the refusal, through the path that kernels take."""
    fake_bwrap(said)
    monkeypatch.setattr(probe, "this_machine", lambda: machine)
    with pytest.raises(BoxUnavailable) as refusal:
        probe.probe(warm=False)

    assert cause in refusal.value.message and refusal.value.remedy


def test_no_bubblewrap_means_no_run(monkeypatch, tmp_path):
    """A missing box is never skipped: the kernel does not start, and the error exits with 2."""
    monkeypatch.setattr(mounts, "bwrap_program", lambda: None)
    with pytest.raises(BoxUnavailable, match="not installed") as refusal:
        run_notebook(
            RunJob(notebook("open('ran', 'w')")), tmp_path / "e", launcher=launcher_for("bwrap", False)
        )

    assert refusal.value.exit_code == 2


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_other_systems_are_refused_before_anything_starts(monkeypatch, system):
    """On macOS and Windows nothing is tried."""
    monkeypatch.setattr(probe, "_ask", lambda *_: pytest.fail("something was started"))

    assert not probe.report(machine=Machine(system=system)).holds


class TestJudgement:
    """Answers of the probe's notebook."""

    @staticmethod
    def judged(**answers: str) -> probe.Report:
        """A report on answers that are right but for these."""
        right = dict.fromkeys(probe.QUESTIONS, "")
        return probe._judged(
            right | {name.replace("_", " "): answer for name, answer in answers.items()}, "s3cret", True
        )

    @pytest.mark.parametrize("question", probe.QUESTIONS)
    def test_each_question_can_refuse(self, question):
        """One wrong answer is enough, and it is named."""
        found = self.judged(**{question.replace(" ", "_"): "x"})

        assert not found.holds and probe.QUESTIONS[question] in found.message

    def test_right_answers_pass_and_missing_ones_do_not(self):
        """A question without an answer counts as wrong."""
        assert self.judged().holds
        assert not probe._judged({"connect": ""}, "s3cret", True).holds


def test_the_cell_asks_every_question():
    """Questions and answers have the same names."""
    source = Path(probe.__file__).with_name("cell.py").read_text(encoding="utf-8")

    assert all(f"{json.dumps(question)}: " in source for question in probe.QUESTIONS)


def test_this_machine_is_described():
    """The facts about the machine are read without an error, whatever it is."""
    machine = remedies.this_machine()

    assert machine.system and machine.place in ("host", "docker", "pod")
