"""Before the first student: does the box hold? Asked by a notebook of our own, on the very path that students take."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import BoxUnavailable, HarnessFault
from autograder.files import remove_tree
from autograder.kernels import boxed_cold
from autograder.kernels.boxed_cold import NO_BOX
from autograder.kernels.kernel import Launcher
from autograder.kernels.start import launcher_for
from autograder.kernels.zygote import client
from autograder.sandbox import cgroup, mounts
from autograder.sandbox.limits import BoxLimits

from ..execute import RunJob, run_notebook
from .remedies import Machine, diagnose, this_machine

QUESTIONS = {
    "write outside": "Files outside the working folder can be written",
    "read outside": "A file of the grader can be read",
    "connect": "A network connection can be opened",
    "see processes": "Processes outside the box can be seen",
    "capabilities": "Capabilities are held or can be gained",
    "namespaces": "Namespaces can be made",
    "grader": "The grader's code can be read",
    "environment": "The grader's environment can be read",
    "descriptors": "Descriptors of the grader are open",
    "identity": "The kernel runs as a user of this machine",
}


@dataclass(frozen=True)
class Report:
    """What was found about boxes on this machine.

    Attributes:
        holds: whether every question was answered as it should be.
        warm: whether kernels are forked from a process with TensorFlow loaded.
        limits: who counts memory and processes: `cgroup v1`, `cgroup v2` or `watchdog`.
        message, remedy: what is wrong and what to type; empty when `holds`.
    """

    holds: bool
    warm: bool = False
    limits: str = "watchdog"
    message: str = ""
    remedy: str = ""


def probe(warm: bool = True, launcher: Launcher | None = None) -> Report:
    """Try the box from inside. Raises `BoxUnavailable` with cause and remedy when there is none or it leaks."""
    found = report(warm, launcher)
    if not found.holds:
        raise BoxUnavailable(found.message, found.remedy)
    return found


def report(warm: bool = True, launcher: Launcher | None = None, machine: Machine | None = None) -> Report:
    """The same as `probe`, as a value."""
    machine = machine or this_machine()
    installed = mounts.bwrap_program() is not None
    if machine.system != "Linux" or not installed:
        return _refusal("", machine, installed)
    secret = secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="p", dir="/tmp"))
    os.environ["AUTOGRADER_CANARY"] = secret
    try:
        (folder / "secret").write_text(secret)
        answers, was_warm = _ask(folder, launcher or _launcher(warm))
    except BoxUnavailable as error:
        return _refusal(error.message.removeprefix(NO_BOX), machine, installed)
    except HarnessFault as error:
        return Report(
            False, message=f"The box's own test notebook did not run: {error.message}", remedy=error.remedy
        )
    finally:
        os.environ.pop("AUTOGRADER_CANARY", None)
        remove_tree(folder)
    return _judged(answers, secret, was_warm)


def _launcher(warm: bool) -> Launcher:
    """Warm kernels where this grading keeps a zygote; else the cold box of students, without waiting for TensorFlow."""
    if warm and client.ADDRESS in os.environ:
        return launcher_for("bwrap", True)
    return lambda spec: boxed_cold.start_cold_kernel(spec, BoxLimits(), ())


def _ask(folder: Path, launcher: Launcher) -> tuple[dict[str, str], bool]:
    """What the notebook found, by question, and whether its kernel was warm."""
    source = Path(__file__).with_name("cell.py").read_text(encoding="utf-8")
    given = {
        "PACKAGE": str(mounts.PACKAGE),
        "SECRET_FILE": str(folder / "secret"),
        "HIDDEN": mounts.hidden_names(),
    }
    code = "".join(f"{name} = {value!r}\n" for name, value in given.items()) + source
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "probe",
        "metadata": {},
        "source": code,
        "outputs": [],
        "execution_count": None,
    }
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    executed = folder / "executed.ipynb"
    job = RunJob(json.dumps(document).encode(), cell_timeout=60.0, notebook_timeout=60.0)
    record = run_notebook(job, folder / "evidence", executed, launcher)
    outputs = json.loads(executed.read_text(encoding="utf-8"))["cells"][0]["outputs"]
    text = "".join("".join(output.get("text", "")) for output in outputs if output["output_type"] == "stream")
    if record.status != "ok" or "PROBE " not in text:
        raise HarnessFault(record.detail or "it said nothing.")
    return json.loads(text.partition("PROBE ")[2].splitlines()[0]), record.warm


def _judged(answers: dict[str, str], secret: str, warm: bool) -> Report:
    leaks = [QUESTIONS[question] + f" ({answer})" for question, answer in answers.items() if answer]
    missing = sorted(set(QUESTIONS) - set(answers))
    if secret in json.dumps(answers):
        leaks.append("A secret of the grader was found inside")
    if missing:
        leaks.append(f"No answer to: {', '.join(missing)}")
    if leaks:
        return Report(
            False,
            warm,
            message=f"The box leaks: {'; '.join(leaks)}.",
            remedy="Do not grade strangers' code here.",
        )
    return Report(True, warm, limits_kept_by())


def limits_kept_by() -> str:
    """Who counts memory and processes here: `cgroup v1`, `cgroup v2` or `watchdog`."""
    group = cgroup.make(BoxLimits())
    if group is None:
        return "watchdog"
    group.remove()
    return f"cgroup v{group.version}" if {"memory", "pids"} <= set(group.folders) else "watchdog"


def _refusal(said: str, machine: Machine, installed: bool) -> Report:
    diagnosis = diagnose(said, machine, installed)
    return Report(False, message=diagnosis.message, remedy=diagnosis.remedy)
