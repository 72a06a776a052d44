"""One switch leaves out every short way of shortened trainings, and verdicts do not depend on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.kernels import bootstrap, environment
from autograder.recorder import speed
from autograder.recorder.budget import Budget
from autograder.recorder.speed import operations
from autograder.selftest.cases import all_cases
from autograder.selftest.grading import grade_cases

# An honest notebook of every kind of network, and defects near their thresholds.
SAMPLE = (
    "dense-001-sequential-one-fit",
    "denoising--noise-shifted--126",
    "denoising--outputs-of-another-model--006",
)


RAN: list[int] = []


def append_three() -> None:
    """A function that is seen to have run."""
    RAN.append(3)


def test_the_switch_has_one_name() -> None:
    """The grader passes on what the recorder reads."""
    assert environment.SPEEDUPS == speed.SWITCH


@pytest.mark.parametrize(("value", "hurries"), [(None, True), ("on", True), ("off", False)])
def test_the_environment_decides(monkeypatch, value: str | None, hurries: bool) -> None:
    """Kernels take the short ways unless the grader's own environment says otherwise."""
    if value is None:
        monkeypatch.delenv(speed.SWITCH, raising=False)
    else:
        monkeypatch.setenv(speed.SWITCH, value)
    passed_on = environment.kernel_environment("/bin", "/home", "/tmp", None)
    assert passed_on.get(speed.SWITCH) == value
    assert Budget.quick().hurries == hurries and not Budget.full().hurries


@pytest.mark.parametrize(("value", "prepared"), [("on", 2), ("off", 0)])
def test_operations_are_made_ready_unless_switched_off(monkeypatch, value: str, prepared: int) -> None:
    """In the process that kernels are forked from."""
    calls: list[str] = []
    monkeypatch.setenv(speed.SWITCH, value)
    for name in ("register_operations", "run_operations_directly"):
        monkeypatch.setattr(operations, name, lambda name=name: calls.append(name))
    operations.prepare_operations()
    assert len(calls) == prepared


@pytest.mark.parametrize(("value", "larger"), [("on", True), ("off", False)])
def test_the_frame_of_a_kernel_is_large_unless_switched_off(value: str, larger: bool) -> None:
    """It does what the function does in either case."""
    roomy = bootstrap.roomy(append_three, {speed.SWITCH: value})
    roomy()
    assert RAN.pop() == 3
    assert (roomy.__code__.co_stacksize > append_three.__code__.co_stacksize) == larger


@pytest.mark.kernel
@pytest.mark.corpus
def test_verdicts_are_the_same_without_any_short_way(monkeypatch, tmp_path: Path) -> None:
    """The same points, status and sentence of every item."""
    cases = [case for case in all_cases() if case.id in SAMPLE]
    assert len(cases) == len(SAMPLE)
    told = []
    for value in ("off", "on"):
        monkeypatch.setenv(speed.SWITCH, value)
        grades = grade_cases(cases, tmp_path / value, 1)
        told.append(
            {
                (submission, item.item): (item.points, item.status, item.message_id)
                for submission, grade in grades.items()
                for part in grade.parts
                for item in part.items
            }
        )
    assert len(told[0]) > len(cases) and told[0] == told[1]
