"""Parts of several models: each model carries its own items, and core parts are not disturbed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.grade import grade_parts
from autograder.records import PartGrade
from autograder.rubrics import CORE
from autograder.rubrics.decoders import DECODERS
from tests.checks.judging import KNOWN, items, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, dense_nodes, grey
from tests.evidence.decoders import PLANS, ROLES, begun, chain, decoders, losses


def judge(folder: Path, parts=(*CORE, DECODERS), core: bool = False, **change) -> dict[str, PartGrade]:
    """The grade of each part for a notebook with the three decoders; `core` adds an honest part 1 before it."""
    builder = Builder()
    if core:
        notebooks.dense(builder, KNOWN, id="core")
    decoders(builder, KNOWN, **change)
    return {grade.part: grade for grade in grade_parts([builder.read(folder)], parts, KNOWN)}


def test_three_honest_models_earn_every_point_and_no_core_part(tmp_path: Path) -> None:
    """A net of 784-32-784 is no attempt at part 1 where decoders are graded."""
    grades = judge(tmp_path)

    assert (lost(grades["decoders"]), grades["decoders"].points) == ({}, 100)
    assert {id: grade.status for id, grade in grades.items() if id != "decoders"} == dict.fromkeys(
        [part.id for part in CORE], "not_submitted"
    )


def test_core_part_keeps_its_grade_beside_them(tmp_path: Path) -> None:
    """Part 1 in the same file: the same grade whether decoders are asked for or not."""
    asked = judge(tmp_path / "a", core=True)["dense"]
    alone = judge(tmp_path / "b", parts=CORE, core=True)["dense"]

    assert asked == alone and alone.points == 100


def test_core_notebook_attempts_no_part_of_several_models(tmp_path: Path) -> None:
    """Honest parts 1 and 2 are nearest to what they are, not to a role."""
    builder = Builder()
    notebooks.dense(builder, KNOWN)
    notebooks.conv(builder, KNOWN, cell=6)
    grades = grade_parts([builder.read(tmp_path)], (*CORE, DECODERS), KNOWN)

    assert [grade.points for grade in grades] == [100, 100, 0, 0]
    assert {item.status for item in grades[-1].items} == {"not_attempted"}


HELD = (grey(KNOWN.test[:32]), grey(KNOWN.test[:32]))
TRAIN = grey(KNOWN.train[:256])


def with_experiments(builder: Builder, count: int, trained: bool) -> None:
    """Further models of the linear layers, each trained for one epoch on few images, or only called."""
    for number in range(count):
        id, net = f"x{number}", notebooks.FakeNet(50 + number, code=32)
        builder.model(id, dense_nodes((32, 784), prefix=id), cell=8)
        builder.call(id, TRAIN, net.run(TRAIN, 0), version=0, cell=8)
        if trained:
            builder.fit(id, TRAIN, TRAIN, cell=8, epochs_asked=1, epochs_run=1, samples=2_000)


@pytest.mark.parametrize("trained", [True, False])
def test_many_experiments_leave_the_models_of_the_part(tmp_path: Path, trained: bool) -> None:
    """Fifty models that were tried for a moment do not push out the three that the notebook is about."""
    builder = Builder()
    decoders(builder, KNOWN)
    with_experiments(builder, 50, trained)
    grade = grade_parts([builder.read(tmp_path)], (DECODERS,), KNOWN)[0]

    assert (lost(grade), grade.points) == ({}, 100)


MUTANTS = {
    "width": ({"nodes": {"linear": dense_nodes((64, 784))}}, {"linear-architecture": 4}),
    "layer missing": (
        {"nodes": {"transposed": chain(PLANS["transposed"][2:], "t")}},
        {"transposed-architecture": 4},
    ),
    "stride-2 kernel of 3": (
        {"nodes": {"transposed": chain((*PLANS["transposed"][:-1], ("Conv2DTranspose", 1, 3)), "t")}},
        {"transposed-architecture": 2},
    ),
    "no biases": (
        {"nodes": {"upsampling": chain(PLANS["upsampling"], "u", bias=False)}},
        {"upsampling-architecture": 2},
    ),
    "scale of the default": ({"statistics": begun(scale=1.39)}, {"initial-weights": 4}),
    "uniform": ({"statistics": begun(kurtosis=-1.2)}, {"initial-weights": 2}),
    "bias of one": ({"statistics": begun(bias=1.0)}, {"initial-weights": 2}),
    "epochs": ({"fit": {"linear": {"epochs_asked": 19}}}, {"linear-training": 2.5}),
    "no split": (
        {"fit": {"transposed": {"samples": 60_000, "validation_samples": 10_000, "held": HELD}}},
        {"transposed-training": 1.5},
    ),
    "target": ({"fit": {"linear": {"rows": TRAIN, "targets": TRAIN[::-1].copy()}}}, {"linear-training": 2}),
    "loss": (
        {"loss": "binary_crossentropy"},
        {"linear-training": 1.5, "transposed-training": 1.5, "upsampling-training": 1.5},
    ),
    "title": ({"axes": {"linear": {"title": ""}}}, {"loss-plot": 0.6667}),
    "curves of another": ({"axes": {"linear": {"lines": []}}}, {"loss-plot": 5}),
    "outputs of another": (
        {"shown": ("transposed", "transposed", "upsampling")},
        {"linear-reconstructions": 6},
    ),
    "outputs missing": ({"shown": ("linear", "transposed")}, {"upsampling-reconstructions": 6}),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_defect_costs_its_item_in_its_role_alone(tmp_path: Path, name: str) -> None:
    """Each defect loses what belongs to it, and no other role is touched."""
    change, expected = MUTANTS[name]

    assert lost(judge(tmp_path, **change)["decoders"]) == pytest.approx(expected, abs=1e-6)


def test_missing_model_costs_its_items_and_its_share_of_common_ones(tmp_path: Path) -> None:
    """Without the upsampling model its items are not attempted, and a third of the plot is gone."""
    grade = judge(tmp_path, roles=ROLES[:2])["decoders"]

    assert lost(grade) == {
        "upsampling-architecture": 8,
        "upsampling-training": 9,
        "loss-plot": 5,
        "upsampling-reconstructions": 6,
    }
    assert items(grade)["upsampling-training"].status == "not_attempted"
    assert "upsampling" in items(grade)["upsampling-training"].message
    assert items(grade)["loss-plot"].message == "The upsampling model: is missing."


def test_own_loss_that_logs_the_squared_error_counts(tmp_path: Path) -> None:
    """A function of the student's own is judged by its number: replay on the validation rows gives the same."""
    builder = Builder()
    held = grey(KNOWN.train[256:288])
    made = notebooks.FakeNet(10, code=32).run(held)
    error = float(((made - held) ** 2).mean())
    history = {"loss": losses(0)["loss"], "val_loss": [*losses(0)["val_loss"][:-1], error]}
    decoders(builder, KNOWN, loss="own", fit={role: {"history": history} for role in ROLES})
    fit = next(event["id"] for event in builder.events if event["kind"] == "fit" and event["model"] == "m0")
    builder.replay("m0", [(1, f"validation:{fit}", {"out": made})])
    grade = grade_parts([builder.read(tmp_path)], (DECODERS,), KNOWN)[0]

    assert "linear-training" not in lost(grade)
    assert lost(grade)["transposed-training"] == 1.5


def test_model_without_statistics_waits_for_a_person(tmp_path: Path) -> None:
    """First weights that nobody could read are no zero."""
    grade = judge(tmp_path, statistics=[])["decoders"]

    assert (items(grade)["initial-weights"].status, grade.status) == ("errored", "errored")


def test_statistics_tell_normal_from_uniform_weights() -> None:
    """The bounds on kurtosis lie between what Keras' initializers draw."""
    from autograder.checks.initial_weights import BELL

    rng = np.random.default_rng(0)
    normal = rng.standard_normal(25_088)
    cut = normal[np.abs(normal) < 2]
    uniform = rng.uniform(-1, 1, 25_088)

    def inside(sample: np.ndarray) -> bool:
        return BELL[0] <= (((sample - sample.mean()) / sample.std()) ** 4).mean() - 3 <= BELL[1]

    assert [inside(sample) for sample in (normal, cut, uniform)] == [True, True, False]


def test_small_kernel_strays_by_chance_and_is_still_normal() -> None:
    """Of 2,000 kernels of 32 x 32 drawn as asked, at most two miss a bound; of those with a mean of a quarter scale, none passes."""
    from autograder.checks.initial_weights import _bell, _scaled
    from autograder.evidence.replayed import WeightStatistics

    rng = np.random.default_rng(1)

    def kernel(offset: float) -> WeightStatistics:
        values = (rng.standard_normal((32, 32)) + offset) / math.sqrt(32)
        mean, std = float(values.mean()), float(values.std())
        kurtosis = float((((values - mean) / std) ** 4).mean() - 3)
        bounds = {"low": float(values.min()), "high": float(values.max())}
        return WeightStatistics(
            version=0, variable="w", shape=(32, 32), mean=mean, std=std, kurtosis=kurtosis, **bounds
        )

    drawn = [kernel(0.0) for _ in range(2000)]
    assert sum(not (_bell(each) and _scaled([each])) for each in drawn) <= 2
    assert not any(_bell(kernel(0.25)) for _ in range(200))
