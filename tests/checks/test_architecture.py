"""The item `architecture`: lists of layers against the rubric's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.checks.alignment import differences
from autograder.reports import differences as differing
from tests.evidence import notebooks
from tests.evidence.builder import Builder, conv_nodes, dense_nodes

from .judging import KNOWN, items, judge, lost


def points(folder: Path, part: str = "dense", **change) -> float:
    """Points of `architecture` for a changed model."""
    build = getattr(notebooks, part)
    return items(judge(folder, lambda builder: build(builder, KNOWN, **change))[part])["architecture"].points


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ((400, 200, 100, 200, 400, 784), 30),
        ((400, 128, 100, 200, 400, 784), 22.5),
        ((400, 100, 200, 400, 784), 22.5),
        ((400, 200, 100, 200, 400, 400, 784), 22.5),
        ((400, 200, 100, 400, 784), 22.5),
        ((500, 250, 100, 200, 400, 784), 15),
        ((128, 100, 784), 0),
        ((784,), 0),
        ((400, 200, 100, 784), 15),
    ],
)
def test_each_layer_missing_added_or_changed_costs_the_same(
    tmp_path: Path, widths: tuple, expected: float
) -> None:
    """Seven and a half points a layer, never below zero."""
    assert points(tmp_path, nodes=dense_nodes(widths), code_node=f"n{min(2, len(widths) - 1)}") == expected


def test_differences_are_listed_layer_by_layer(tmp_path: Path) -> None:
    """The values hold each layer that differs, for a table; what was found shows every output shape."""
    nodes = dense_nodes((400, 128, 100, 200, 784))
    grade = judge(tmp_path, lambda builder: notebooks.dense(builder, KNOWN, nodes=nodes))["dense"]
    item = items(grade)["architecture"]

    assert differing.rows(item) == [("2", "Dense 200", "Dense 128"), ("5", "Dense 400", "–")]
    assert item.values["layers"][1] == {"layer": "Dense 128", "output": "128", "counted": True}
    assert (
        item.found
        == "Dense 400 -> 400, Dense 128 -> 128, Dense 100 -> 100, Dense 200 -> 200, Dense 784 -> 784"
    )


def with_plumbing() -> list[dict]:
    """The asked net with Flatten, activations, dropout and normalisation between its layers."""
    nodes, last, given = [], "x0", [28, 28]

    def add(**node) -> None:
        nonlocal last, given
        nodes.append({"inputs": [last], "input_shapes": [given], **node})
        last, given = f"n{len(nodes) - 1}", node["output_shapes"][0]

    add(layer="flat", cls="Flatten", output_shapes=[[784]])
    for place, width in enumerate((400, 200, 100, 200, 400, 784)):
        add(layer=f"d{place}", cls="Dense", output_shapes=[[width]], weights=[f"w{place}"], params=9)
        add(layer=f"a{place}", cls="LeakyReLU", output_shapes=[[width]])
        add(layer=f"o{place}", cls="Dropout", output_shapes=[[width]])
        add(layer=f"b{place}", cls="BatchNormalization", output_shapes=[[width]], params=4, weights=["g"])
    add(layer="back", cls="Reshape", output_shapes=[[28, 28]])
    return nodes


def test_plumbing_is_shown_but_not_counted(tmp_path: Path) -> None:
    """Reshaping, activations, dropout and normalisation cost nothing, and codes after them are codes."""
    nodes = with_plumbing()
    code = next(f"n{place}" for place, node in enumerate(nodes) if node["layer"] == "a2")
    grade = judge(tmp_path, lambda b: notebooks.dense(b, KNOWN, nodes=nodes, given=(28, 28), code_node=code))[
        "dense"
    ]

    assert lost(grade) == {} and "(Dropout -> 400)" in items(grade)["architecture"].found


def test_branch_around_the_bottleneck_is_an_added_layer(tmp_path: Path) -> None:
    """A skip connection joins by a layer that nobody asked for."""
    nodes = dense_nodes((400, 200, 100, 200, 400))
    joined = {"layer": "add", "cls": "Add", "inputs": ["n4", "n0"], "output_shapes": [[400]]}
    joined["input_shapes"] = [[400], [400]]
    last = dense_nodes((784,), 400, "e")[0] | {"inputs": ["n5"]}

    assert points(tmp_path, nodes=[*nodes, joined, last]) == 22.5


def test_layers_that_do_not_lead_to_the_output_do_not_count(tmp_path: Path) -> None:
    """A second head changes nothing on the way to the output."""
    nodes = dense_nodes((400, 200, 100, 200, 400, 784))
    nodes.insert(
        3, {"layer": "aux", "cls": "Dense", "inputs": ["n2"], "input_shapes": [[100]], "output_shapes": [[5]]}
    )
    for node, before in zip(nodes[4:], ("n2", "n4", "n5"), strict=True):
        node["inputs"] = [before]

    assert points(tmp_path, nodes=nodes) == 30


def test_dense_on_rows_of_an_image_is_another_layer(tmp_path: Path) -> None:
    """Dense on 28 x 28 works row by row: not what was asked, whatever its units say."""
    nodes = dense_nodes((400, 200, 100, 200, 400, 784))
    nodes[0] |= {"input_shapes": [[28, 28]], "output_shapes": [[28, 400]]}

    assert points(tmp_path, nodes=nodes) == 22.5


def test_config_that_lies_about_units_is_found_by_its_weights(tmp_path: Path) -> None:
    """While weights are there, sizes are read from them, not from what the graph says."""

    def build(builder: Builder) -> None:
        notebooks.dense(builder, KNOWN)
        builder.weights("m1", 1, 3, {"d1w": np.zeros((400, 128), np.float32)})

    item = items(judge(tmp_path, build)["dense"])["architecture"]

    assert differing.rows(item) == [("2", "Dense 200", "Dense 128")] and item.points == 22.5


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda plan: plan, 30),
        (lambda plan: [("conv", 32), *plan[1:]], 22.5),
        (lambda plan: [*plan[:2], ("conv", 4), *plan[3:]], 22.5),
        (lambda plan: [*plan[:4], *plan[5:]], 22.5),
        (lambda plan: [*plan, ("conv", 1)], 22.5),
    ],
)
def test_convolutional_layers_are_told_by_maps(tmp_path: Path, change, expected: float) -> None:
    """Feature maps, and layers missing or added."""
    plan = [
        ("conv", 16),
        ("pool",),
        ("conv", 8),
        ("pool",),
        ("conv", 8),
        ("up",),
        ("conv", 16),
        ("up",),
        ("conv", 1),
    ]

    assert conv_points(tmp_path, conv_nodes(tuple(change(plan)))) == expected


def conv_points(folder: Path, nodes: list[dict]) -> float:
    """Points of `architecture` for a changed convolutional model."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, nodes=nodes, given=(28, 28, 1), code_node="n3")

    return items(judge(folder, build)["conv"])["architecture"].points


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (0, {"config": {"kernel_size": [5, 5]}}),
        (0, {"config": {"kernel_size": [3, 3], "strides": [2, 2]}}),
        (1, {"config": {"pool_size": [3, 3]}}),
        (1, {"config": {"pool_size": [2, 2], "strides": [1, 1]}}),
        (1, {"cls": "AveragePooling2D"}),
        (2, {"cls": "Conv2DTranspose"}),
        (5, {"config": {"size": [4, 4]}}),
    ],
)
def test_kernels_strides_and_windows_matter(tmp_path: Path, at: int, change: dict) -> None:
    """A layer of another kind, kernel, stride or window is a changed layer."""
    nodes = conv_nodes()
    nodes[at] |= change

    assert conv_points(tmp_path, nodes) == 22.5


def test_model_without_call_is_told_by_the_models_of_its_training_step(tmp_path: Path) -> None:
    """An own `train_step` over an encoder and a decoder reads as their layers in a row."""

    def build(builder: Builder) -> None:
        builder.model("enc", dense_nodes((400, 200, 100), 784, "e"))
        builder.model("dec", dense_nodes((200, 400, 784), 100, "f"), given=(100,))
        builder.model("m1", None, parts=["enc", "dec"])
        builder.weights("m1", 0)
        builder.weights("m1", 1)
        rows = notebooks.grey(KNOWN.train[:64])
        builder.fit("m1", rows, rows, parts=["enc", "dec"], held=(rows, rows))

    grades = judge(tmp_path, build)

    assert (items(grades["dense"])["architecture"].points, grades["conv"].status) == (30, "not_submitted")


def test_differences_prefer_changing_a_layer_of_the_same_kind() -> None:
    """Of equally short explanations, the one that a person would give."""
    found = differences(("Dense 4", "Pool 2", "Dense 8"), ("Dense 5", "Dense 8"))

    assert [(each.kind, each.expected, each.found) for each in found] == [
        ("changed", "Dense 4", "Dense 5"),
        ("missing", "Pool 2", ""),
    ]
