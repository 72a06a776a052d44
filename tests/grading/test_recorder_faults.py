"""What stays open or is judged more strictly: our own faults, models that cannot be replayed, no replay at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.grade import grade_parts
from autograder.rubrics import CORE
from tests.checks.judging import KNOWN, items, judge, lost
from tests.evidence import notebooks
from tests.evidence.builder import Builder, FakeNet, curve, dense_nodes, grey

ROWS, TEST = grey(KNOWN.train[:64]), grey(KNOWN.test[:32])
square = notebooks.square


def test_fault_of_the_recorder_keeps_only_its_items_open(tmp_path: Path) -> None:
    """A recorder that failed on figures leaves what needs figures to a person; the rest is graded."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=ROWS)
        builder.event("fault", 4, where="figure", message="oops")

    grade = judge(tmp_path, build)["dense"]
    states = {id: item.status for id, item in items(grade).items()}

    assert grade.status == "errored"
    assert {id for id, status in states.items() if status == "errored"} == {
        "loss-plot",
        "test-images",
        "bottleneck-images",
        "reconstructions",
    }
    assert states["architecture"] == "passed"


def test_fault_costs_nothing_where_all_points_are_earned(tmp_path: Path) -> None:
    """Evidence that is whole in spite of a fault counts."""

    def build(builder: Builder) -> None:
        notebooks.dense(builder, KNOWN)
        builder.event("fault", 4, where="figure", message="oops")

    assert judge(tmp_path, build)["dense"].points == 100


def test_fault_in_an_unknown_place_keeps_everything_unearned_open(tmp_path: Path) -> None:
    """Where we cannot tell what was lost, no point is refused."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=ROWS, epochs_asked=3)
        builder.event("fault", 4, where="cell end", message="oops")

    assert items(judge(tmp_path, build)["dense"])["training"].status == "errored"


@pytest.mark.parametrize("where", ["model", "fit", "recorder"])
def test_a_part_that_we_failed_to_see_is_left_to_a_person(tmp_path: Path, where: str) -> None:
    """A notebook of which nothing was recorded because our own hooks were missing has not left the part out."""
    grade = judge(tmp_path, lambda builder: builder.event("fault", 0, where=where, message="no hook"))[
        "dense"
    ]

    assert grade.status == "errored" and grade.points == 0
    assert {item.status for item in grade.items} == {"errored"}
    assert {item.message_id for item in grade.items} == {"item.ours"}


@pytest.mark.parametrize("where", ["figure", "speed", "network", "text"])
def test_other_failures_of_ours_hide_no_part(tmp_path: Path, where: str) -> None:
    """Models and trainings would have been seen all the same."""
    grade = judge(tmp_path, lambda builder: builder.event("fault", 0, where=where, message="oops"))["dense"]

    assert grade.status == "not_submitted"


def test_a_part_left_out_beside_another_one_stays_left_out(tmp_path: Path) -> None:
    """A failure in a notebook of which models were recorded keeps its own items open, not the other parts."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=ROWS)
        builder.event("fault", 4, where="fit", message="oops")

    grades = judge(tmp_path, build)
    assert grades["dense"].status == "errored"
    assert {grade.status for part, grade in grades.items() if part != "dense"} == {"not_submitted"}


def test_fault_of_replay_keeps_outputs_open(tmp_path: Path) -> None:
    """Where replay itself broke, what must be recomputed waits for a person, and nothing else."""

    def build(builder: Builder) -> None:
        notebooks.dense(builder, KNOWN)
        test = notebooks.firsts(KNOWN)["mnist:test"]
        builder.call("m1", test, FakeNet().run(test))
        builder.replayed.clear()
        builder.replay_fault = "killed"

    found = items(judge(tmp_path, build)["dense"])
    states = {id: item.status for id, item in found.items() if item.status != "passed"}

    assert states == dict.fromkeys(("architecture", "bottleneck-images", "reconstructions"), "errored")


def own_layer_notebook(outputs: np.ndarray, shortened: bool = False, **more) -> Callable[[Builder], None]:
    """A model that replay could not rebuild, with what its calls claim to have given for the test images."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(notebooks.DENSE))
        builder.weights("m1", 0)
        builder.weights("m1", 1)
        builder.fit("m1", ROWS, ROWS, held=(TEST, TEST), shortened=shortened)
        builder.call("m1", TEST, outputs, **more)
        builder.replay("m1", [], status="not_replayable", why="an own layer")
        builder.figure(builder.row_of(square(outputs[:10])), 5)

    return build


def faithful(error: float = 0.05) -> np.ndarray:
    """Outputs that come near to the images."""
    return (0.9 * TEST + error * np.random.default_rng(0).random(TEST.shape)).astype(np.float32)


def test_model_that_cannot_be_replayed_is_believed_under_stricter_rules(tmp_path: Path) -> None:
    """Near the images, not the images, changing with them: counted, as observed and flagged."""
    item = items(judge(tmp_path, own_layer_notebook(faithful()))["dense"])["reconstructions"]

    assert (item.points, item.basis, item.flags) == (15, "observed", ("not_recomputed",))


@pytest.mark.parametrize(
    "outputs",
    [
        np.repeat(TEST[:1], 32, axis=0) * 0.5,
        np.random.default_rng(0).random(TEST.shape).astype(np.float32),
        np.roll(faithful(), 1, axis=0),
        TEST + 1e-5,
    ],
    ids=["one for all", "noise", "of other images", "the inputs"],
)
def test_claimed_outputs_that_cannot_be_true_earn_nothing(tmp_path: Path, outputs: np.ndarray) -> None:
    """A forged answer that learned nothing is refused."""
    item = items(judge(tmp_path, own_layer_notebook(outputs))["dense"])["reconstructions"]

    assert item.points == 0 and item.status == "failed"


def test_shortened_training_of_such_a_model_is_left_to_a_person(tmp_path: Path) -> None:
    """Where shortening may be why it learned too little, the item is open, not failed."""
    poor = np.random.default_rng(0).random(TEST.shape).astype(np.float32)
    item = items(judge(tmp_path, own_layer_notebook(poor, shortened=True))["dense"])["reconstructions"]

    assert item.status == "errored"


def test_without_any_replay_recorded_outputs_serve(tmp_path: Path) -> None:
    """A student's own quick check has no replay: what was recorded is shown, as observed."""
    builder = Builder(with_replay=False)
    own_layer_notebook(faithful())(builder)
    item = items(grade_parts([builder.read(tmp_path)], CORE, KNOWN)[0])["reconstructions"]

    assert (item.points, item.basis) == (15, "observed")


def test_own_training_loop_is_judged_by_what_replay_recomputes(tmp_path: Path) -> None:
    """Two curves with a point an epoch count when they end near the loss of the trained model."""
    net = FakeNet(5)
    out = net.run(ROWS)
    loss = float(((out - ROWS) ** 2).mean())

    def loop(last: float) -> Callable[[Builder], None]:
        def build(builder: Builder) -> None:
            builder.model("m1", dense_nodes(notebooks.DENSE))
            builder.weights("m1", 0)
            builder.weights("m1", 1)
            fields = {"api": "tape", "epochs_asked": 20, "history": {}, "id": "f1"}
            builder.fit("m1", ROWS, ROWS, held=(ROWS, ROWS), **fields)
            builder.replay("m1", [(1, "fit:f1", {"out": out}), (1, "validation:f1", {"out": out})])
            train, validation = np.array(curve(20, 0.3)), np.array(curve(20, 0.31))
            train[-1], validation[-1] = last, last * 1.01
            builder.figure([notebooks.loss_axes(builder, train=train, validation=validation)], 5)

        return build

    assert items(judge(tmp_path / "a", loop(loss * 1.02))["dense"])["loss-plot"].points == 15
    assert items(judge(tmp_path / "b", loop(loss * 0.01))["dense"])["loss-plot"].points == 0


def test_hostile_numbers_break_nothing(tmp_path: Path) -> None:
    """Arrays of wrong sizes, NaN, and empty ones are judged as no evidence."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(notebooks.DENSE))
        builder.weights("m1", 1)
        builder.fit(
            "m1", np.full((8, 784), np.nan), np.full((8, 784), np.inf), held=(np.zeros((0, 784)), ROWS)
        )
        builder.fit("m1", ROWS[:5], ROWS[:3])
        builder.fit("m1", np.float64(3.0), ROWS)
        builder.call("m1", np.full((8, 784), np.nan), np.zeros((3, 7)))
        builder.call("m1", np.zeros((0, 4)), np.zeros(5))
        builder.replay(
            "m1", [(1, "known:mnist:test", {"out": np.full((16, 784), np.nan), "n2": np.zeros((2, 100))})]
        )
        builder.figure([builder.picture(np.full((28, 28), np.nan)), builder.picture(np.zeros((1, 1)))])
        builder.figure([{"lines": [{"x": "00000", "y": "99999"}]}, notebooks.loss_axes(builder)])

    grade = judge(tmp_path, build)["dense"]

    assert grade.status == "graded" and grade.points <= 60


def test_model_that_is_its_own_part_ends(tmp_path: Path) -> None:
    """Models that name each other as parts are read without an endless descent."""

    def build(builder: Builder) -> None:
        builder.model("a", None, parts=["b", "a"])
        builder.model("b", None, parts=["a"])
        builder.fit("a", ROWS, ROWS)

    assert judge(tmp_path, build)["dense"].points < 100


def test_graph_that_runs_in_circles_ends(tmp_path: Path) -> None:
    """Edges that point forward or to themselves are ignored."""
    nodes = dense_nodes(notebooks.DENSE)
    nodes[0]["inputs"] = ["n5"]
    nodes[3]["inputs"] = ["n3", None]

    assert lost(judge(tmp_path, lambda b: notebooks.dense(b, KNOWN, nodes=nodes))["dense"]).keys() <= {
        "architecture"
    }
