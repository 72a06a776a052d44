"""Codes drawn as points: before and after training, of the judged model, told apart by class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.grade import grade_parts
from autograder.recognition import known_images
from autograder.records import ItemResult, PartGrade
from autograder.rubrics import CORE
from autograder.rubrics.latent import LATENT
from tests.checks.judging import KNOWN, hold_told, items, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, FakeNet, grey
from tests.evidence.latent import CLOTHES, cloud, codes_of, latent, layers_asked, signed

BEFORE, AFTER = codes_of(version=0), codes_of(version=1)
KINDS = CLOTHES.test_classes
TRAIN = grey(CLOTHES.train[:60])


def judged(folder: Path, **change) -> PartGrade:
    """The grade of a notebook with a code of two numbers."""
    builder = Builder()
    latent(builder, **change)
    return grade_parts([builder.read(folder)], (LATENT,), CLOTHES)[0]


def drawn(folder: Path, axes: Callable[[Builder], list[dict]], after: bool = True) -> ItemResult:
    """The item of points after (or before) training for a notebook that draws these axes."""
    builder = Builder()
    latent(builder, **{"after" if after else "before": axes(builder)})
    grade = grade_parts([builder.read(folder)], (LATENT,), CLOTHES)[0]
    for item in grade.items:
        hold_told(item)
    return items(grade)["codes-after" if after else "codes-before"]


def test_an_honest_notebook_earns_every_point(tmp_path: Path) -> None:
    """Points before and after, training with the asked loss and optimizer, pictures."""
    grade = judged(tmp_path)

    assert (lost(grade), grade.points) == ({}, 100)


def test_each_class_by_itself_is_a_colour(tmp_path: Path) -> None:
    """A scatter for each class, in a colour of its own, needs no numbers."""

    def axes(builder: Builder) -> list[dict]:
        scatters = [{"offsets": builder.array(AFTER[kind == KINDS])} for kind in range(10)]
        return [cloud(builder, AFTER[:1], None) | {"scatters": scatters, "legend": list("0123456789")}]

    assert drawn(tmp_path, axes).status == "passed"


def test_dots_across_count(tmp_path: Path) -> None:
    """The second number may be drawn to the right, and by lines of dots, where those are many."""

    def axes(builder: Builder) -> list[dict]:
        lines = []
        for half in (KINDS < 5, KINDS >= 5):
            x, y = np.repeat(AFTER[half][:, ::-1], 2, axis=0).T
            lines.append({"label": "", "x": builder.array(x), "y": builder.array(y)})
        return [cloud(builder, AFTER[:1], None) | {"scatters": [], "lines": lines, "legend": ["a", "b"]}]

    item = drawn(tmp_path, axes)

    assert item.values["missing"] == ["classes"]  # two colours for ten classes


def test_a_part_of_the_images_shows_a_part_of_the_codes(tmp_path: Path) -> None:
    """Half of the images at random: too few of these sixty, but their codes all the same."""
    some = np.random.default_rng(3).permutation(60)[:30]
    item = drawn(tmp_path, lambda builder: [cloud(builder, AFTER[some], KINDS[some])])

    assert item.values["missing"] == ["number"]


DEFECTS: dict[str, tuple[Callable[[Builder], list[dict]], float, str]] = {
    "before": (lambda b: [cloud(b, BEFORE, KINDS)], 0, "points.before"),
    "shaken": (lambda b: [cloud(b, AFTER + 0.05 * BEFORE, KINDS)], 0, "points.other"),
    "of training images": (lambda b: [cloud(b, codes_of_train(), KINDS)], 0, "points.other"),
    "random": (lambda b: [cloud(b, np.random.default_rng(0).normal(size=(60, 2)), KINDS)], 0, "points.other"),
    "one point far out": (
        lambda b: [cloud(b, np.concatenate([BEFORE[:59], [[1e9, 1e9]]]), KINDS)],
        0,
        "points.before",
    ),
    "one colour": (lambda b: [cloud(b, AFTER, None)], 10.5, "points.missing"),
    "colours of other images": (lambda b: [cloud(b, AFTER, np.roll(KINDS, 1))], 10.5, "points.missing"),
    "a colour for each point": (lambda b: [cloud(b, AFTER, np.arange(60.0))], 10.5, "points.missing"),
    "no title": (lambda b: [cloud(b, AFTER, KINDS, title="")], 13.5, "points.missing"),
    "no label": (lambda b: [cloud(b, AFTER, KINDS, ylabel=" ")], 13.5, "points.missing"),
}


def codes_of_train() -> np.ndarray:
    """Codes of training images by the trained model."""
    return signed(FakeNet(21, code=2))(TRAIN, 1)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_costs_its_own_points(tmp_path: Path, name: str) -> None:
    """Codes and all that rests on them, classes, or texts; nothing else."""
    axes, points, message = DEFECTS[name]
    item = drawn(tmp_path, axes)

    assert (item.points, item.message_id) == (points, message)


def test_without_a_key_nobody_knows_the_colours(tmp_path: Path) -> None:
    """Neither a legend nor a colour bar."""

    def axes(builder: Builder) -> list[dict]:
        plain = cloud(builder, AFTER, KINDS)
        return [plain | {"scatters": [plain["scatters"][0] | {"bar": False}]}]

    assert drawn(tmp_path, axes).values["missing"] == ["key"]


def test_codes_after_training_are_none_before_it(tmp_path: Path) -> None:
    """The first figure drawn too late is named."""
    item = drawn(tmp_path, lambda builder: [cloud(builder, AFTER, KINDS)], after=False)

    assert (item.points, item.message_id) == (0, "points.after")


def test_no_points_are_no_attempt(tmp_path: Path) -> None:
    """A notebook that draws no points at all did not attempt these items."""
    grade = judged(tmp_path, before=[], after=[])

    assert {items(grade)[name].status for name in ("codes-before", "codes-after")} == {"not_attempted"}


def test_another_optimizer_costs_its_points(tmp_path: Path) -> None:
    """Where a rubric names one."""
    item = items(judged(tmp_path, optimizer="Adam"))["training"]

    assert (item.points, item.values["missing"]) == (13.5, ["optimizer"])


def test_a_model_of_clothes_attempts_no_part_of_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was trained on decides, where parts of both are graded; and the other way round."""
    monkeypatch.setattr(known_images, "load", {"mnist": KNOWN, "fashion_mnist": CLOTHES}.get)

    def graded(folder: Path, *builds: Callable[[Builder], object]) -> set[str]:
        builder = Builder()
        for build in builds:
            build(builder)
        grades = grade_parts([builder.read(folder)], (*CORE, LATENT))
        return {grade.part for grade in grades if grade.status != "not_submitted"}

    def digits(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, id="m9", net=FakeNet(5), cell=8)

    assert graded(tmp_path / "a", latent) == {"latent"}
    assert graded(tmp_path / "b", digits) == {"dense"}
    assert graded(tmp_path / "c", latent, digits) == {"dense", "latent"}


def test_a_model_that_saw_no_images_goes_by_its_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built and compiled alone, it is an attempt at the part of any data set that asks for such layers."""
    monkeypatch.setattr(known_images, "load", {"mnist": KNOWN, "fashion_mnist": CLOTHES}.get)
    builder = Builder()
    builder.model("m1", layers_asked(), given=(28, 28, 1))
    grades = grade_parts([builder.read(tmp_path)], (*CORE, LATENT))

    assert {grade.part for grade in grades if grade.status != "not_submitted"} == {"latent"}
