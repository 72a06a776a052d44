"""What the selftest calls a deviation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.selftest.deviations import deviations
from tests.grades import a_grade

from .example import CASE, graded


def test_a_mutant_that_loses_exactly_its_due_is_no_deviation() -> None:
    """The points of the table, no more and no less, item by item."""
    assert deviations(CASE, graded(CASE)) == []


@pytest.mark.parametrize("points", [{"loss_plot": 15.0}, {"loss_plot": 9.0}, {"training": 10.0}])
def test_points_other_than_the_due_are_a_deviation(points: dict[str, float]) -> None:
    """A mutant that passes, one that loses more, and one that loses another item's points are each named."""
    (found,) = deviations(CASE, graded(CASE, **points))
    assert found.item == next(iter(points)).replace("_", "-")
    assert found.got == next(iter(points.values()))


def test_an_item_that_is_our_fault_is_a_deviation_even_with_the_right_points() -> None:
    """Errored items deviate: a person would have to look at them."""
    grade = graded(CASE)
    dense = grade.parts[0]
    broken = replace(dense, items=(replace(dense.items[0], status="errored"), *dense.items[1:]))
    assert [d.item for d in deviations(CASE, replace(grade, parts=(broken, *grade.parts[1:])))] == ["runs"]


def test_a_part_that_a_case_does_not_hold_must_stay_not_attempted() -> None:
    """Points or verdicts in another part are deviations: a dense notebook attempts no convolutions."""
    grade = graded(CASE)
    conv = grade.parts[1]
    judged = replace(conv, items=(replace(conv.items[0], status="failed"), *conv.items[1:]))
    parts = (grade.parts[0], judged, *grade.parts[2:])
    assert [(d.part, d.item) for d in deviations(CASE, replace(grade, parts=parts))] == [("conv", "runs")]


def test_a_part_that_was_asked_for_and_not_graded_is_a_deviation() -> None:
    """A grade that leaves out the case's own part is never taken for success."""
    case = replace(CASE, asked=("dense", "decoders"))
    grade = graded(case)
    without = replace(grade, parts=tuple(part for part in grade.parts if part.part != "decoders"))
    assert [(d.part, d.item) for d in deviations(case, without)] == [("decoders", "all")]


def test_a_case_without_a_grade_is_a_deviation() -> None:
    """Nothing came back, or the grader failed: never taken for success."""
    assert len(deviations(CASE, None)) == 1
    assert len(deviations(CASE, a_grade("one", status="errored"))) == 1
