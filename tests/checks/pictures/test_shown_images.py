"""Items about pictures: originals, codes and outputs, however they are laid out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.checks.judging import KNOWN, items, judge
from tests.evidence import notebooks
from tests.evidence.builder import Builder, FakeNet, conv_nodes, dense_nodes

ROWS = notebooks.grey(KNOWN.train[:32])
TEST = notebooks.firsts(KNOWN)["mnist:test"][:10]
NET = FakeNet()
CODES, OUTPUTS = NET.encode(TEST), NET.run(TEST)
square = notebooks.square


def dense(folder: Path, draw: Callable[[Builder], object], **more):
    """The items of a trained dense notebook whose pictures are drawn by `draw`."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=ROWS, net=NET, **more)
        draw(builder)

    return items(judge(folder, build)["dense"])


def row(images: np.ndarray, shape: tuple[int, int] = (28, 28)) -> Callable[[Builder], None]:
    """One figure with the images side by side."""
    return lambda builder: builder.figure(builder.row_of(square(images, shape)), 5)


def each_its_figure(builder: Builder) -> None:
    """One figure an image."""
    for image in square(TEST):
        builder.figure([builder.picture(image, columns=1, rows=1)], 5)


def growing_figure(builder: Builder) -> None:
    """The same figure shown again after each image."""
    axes = builder.row_of(square(TEST))
    for count in range(1, 11):
        builder.figure(axes[:count], 5)


def columns_filled_first(builder: Builder) -> None:
    """Two columns of five, read downwards."""
    axes = [builder.picture(image, at // 5, at % 5, 2, 5) for at, image in enumerate(square(TEST))]
    builder.figure(axes, 5)


def pairs_side_by_side(builder: Builder) -> None:
    """Original and output in two columns, ten rows."""
    axes = []
    for at in range(10):
        axes.append(builder.picture(square(TEST)[at], 0, at, 2, 10))
        axes.append(builder.picture(square(OUTPUTS)[at], 1, at, 2, 10))
    builder.figure(axes, 5)


def axes_made_bottom_up(builder: Builder) -> None:
    """Axes that were made in another order than they stand."""
    builder.figure(builder.row_of(square(TEST))[::-1], 5)


def strip(builder: Builder) -> None:
    """One picture of all ten."""
    builder.figure([builder.picture(np.hstack(list(square(TEST))))], 5)


def sheet_with_seams(builder: Builder) -> None:
    """One picture of two rows of five with white seams, as bytes."""
    sheet = np.ones((2 * 28 + 2, 5 * 28 + 8))
    for at, image in enumerate(square(TEST)):
        sheet[at // 5 * 30 : at // 5 * 30 + 28, at % 5 * 30 : at % 5 * 30 + 28] = image
    builder.figure([builder.picture(np.rint(sheet * 255).astype(np.uint8))], 5)


def first_look_then_ten(builder: Builder) -> None:
    """A look at one image before the ten."""
    builder.figure([builder.picture(square(TEST)[7])], 1)
    row(TEST)(builder)


@pytest.mark.parametrize(
    "draw",
    [
        row(TEST),
        row(1 - TEST),
        row(np.rint(TEST * 255).astype(np.uint8)),
        row((TEST - 0.13) / 0.31),
        row(np.concatenate([TEST, notebooks.firsts(KNOWN)["mnist:test"][10:15]])),
        each_its_figure,
        growing_figure,
        columns_filled_first,
        pairs_side_by_side,
        axes_made_bottom_up,
        strip,
        sheet_with_seams,
        first_look_then_ten,
    ],
)
def test_ten_images_count_in_every_layout_and_grey_scale(tmp_path: Path, draw) -> None:
    """However the ten are laid out and coloured, they are the ten."""
    assert dense(tmp_path, draw)["test-images"].points == 5


@pytest.mark.parametrize(
    ("images", "points", "message"),
    [
        (TEST[1:], 4.5, "images.some"),
        (TEST[:5], 2.5, "images.some"),
        (TEST[::-1], 2.5, "images.order"),
        (TEST[[3, 1, 4, 0, 5, 9, 2, 6, 8, 7]], 2.5, "images.order"),
        (TEST[:4][::-1], 1, "images.some_order"),
        (notebooks.firsts(KNOWN)["mnist:train"][:10], 0, "images.none"),
        (np.zeros_like(TEST), 0, "images.none"),
        (TEST.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784), 0, "images.none"),
        (OUTPUTS, 0, "images.none"),
        (notebooks.noisy(TEST), 0, "images.none"),
    ],
)
def test_points_by_how_many_and_half_out_of_order(
    tmp_path: Path, images, points: float, message: str
) -> None:
    """A tenth an image; half when in another order; other images, turned ones and noise are none."""
    item = dense(tmp_path, row(images))["test-images"]

    assert (item.points, item.message_id) == (points, message)


def test_no_picture_is_not_attempted(tmp_path: Path) -> None:
    """Without any picture the item was not attempted."""
    assert dense(tmp_path, lambda builder: None)["test-images"].status == "not_attempted"


@pytest.mark.parametrize(
    ("images", "points", "message"),
    [
        (OUTPUTS, 15, "images.ok"),
        ((OUTPUTS * 255).astype(np.uint8), 15, "images.ok"),
        (1 - OUTPUTS, 15, "images.ok"),
        (OUTPUTS[::-1], 7.5, "images.order"),
        (OUTPUTS[1:], 13.5, "images.some"),
        (NET.run(TEST, 0), 0, "outputs.untrained"),
        (FakeNet(8).run(TEST), 0, "outputs.none"),
        (TEST, 0, "outputs.none"),
        (np.clip(TEST + 0.01, 0, 1), 0, "outputs.none"),
        (NET.run(notebooks.firsts(KNOWN)["mnist:train"][:10]), 0, "outputs.none"),
    ],
)
def test_reconstructions_are_the_trained_models_output(
    tmp_path: Path, images, points: float, message: str
) -> None:
    """Recomputed by replay; untrained outputs, originals and retouched originals are refused."""
    item = dense(tmp_path, row(images))["reconstructions"]

    assert (item.points, item.message_id, item.basis) == (points, message, "recomputed")


def test_output_of_another_model_is_named(tmp_path: Path) -> None:
    """A part's reconstructions come from its own model."""
    other = FakeNet(8)

    def draw(builder: Builder) -> None:
        builder.model("z", dense_nodes((64, 784), prefix="z"))
        builder.fit("z", ROWS, ROWS, epochs_asked=1)
        builder.replay(
            "z", [(1, "known:mnist:test", {"out": other.run(notebooks.firsts(KNOWN)["mnist:test"])})]
        )
        row(other.run(TEST))(builder)

    assert dense(tmp_path, draw)["reconstructions"].message_id == "outputs.other_model"


def test_outputs_that_are_all_alike_are_credited(tmp_path: Path) -> None:
    """A short training may leave one output for all: equal numbers count, and the tie is marked."""

    def build(builder: Builder) -> None:
        builder.model("m1", dense_nodes(notebooks.DENSE))
        builder.weights("m1", 1)
        builder.fit("m1", ROWS, ROWS, held=(ROWS, ROWS))
        dead = np.full((16, 784), 0.131, np.float32)
        builder.replay("m1", [(1, "known:mnist:test", {"n2": np.zeros((16, 100), np.float32), "out": dead})])
        builder.figure(builder.row_of(square(dead[:10])), 5)
        builder.figure(builder.row_of(np.zeros((10, 10, 10), np.float32)), 5)

    grade = judge(tmp_path, build)["dense"]
    found = items(grade)

    assert (found["reconstructions"].points, found["bottleneck-images"].points) == (15, 15)
    assert "ambiguous" in found["reconstructions"].flags and "same for every image" in grade.notes[0]


def test_black_pictures_are_not_the_output_of_a_living_model(tmp_path: Path) -> None:
    """Constant panels count only when the model's output is that constant."""
    assert dense(tmp_path, row(np.zeros((10, 784))))["reconstructions"].points == 0


def test_output_cut_to_its_range_is_the_output(tmp_path: Path) -> None:
    """A linear output is often clipped before it is shown."""
    linear = 1.6 * NET.run(notebooks.firsts(KNOWN)["mnist:test"]) - 0.3

    def draw(builder: Builder) -> None:
        builder.replayed["m1"]["outputs"].clear()
        builder.replay("m1", [(1, "known:mnist:test", {"out": linear})])
        row(np.clip(linear[:10], 0, 1))(builder)

    assert dense(tmp_path, draw)["reconstructions"].points == 15


def test_output_for_images_in_another_grey_scale_is_traced_through_the_call(tmp_path: Path) -> None:
    """A model that was fed bytes is judged by what it gave for the bytes of these images."""
    fed = FakeNet(4).run(TEST)

    def draw(builder: Builder) -> None:
        call = builder.call("m1", TEST * 255, fed)
        builder.replay("m1", [(1, f"call:{call}", {"out": fed})])
        row(fed)(builder)

    assert dense(tmp_path, draw)["reconstructions"].points == 15


def test_output_of_a_decoder_on_the_encoders_codes_is_the_models_output(tmp_path: Path) -> None:
    """Codes are traced back to the images that they came from, as long as the pieces are the model's own."""
    outputs = FakeNet(4).run(TEST)

    def pieces(encoder_layer: str) -> Callable[[Builder], None]:
        def draw(builder: Builder) -> None:
            encoder = dense_nodes((400, 200, 100))
            encoder[-1]["layer"] = encoder_layer
            decoder = [
                {**node, "layer": f"d{place + 3}"}
                for place, node in enumerate(dense_nodes((200, 400, 784), 100))
            ]
            builder.model("enc", encoder)
            builder.model("dec", decoder, given=(100,))
            builder.weights("enc", 0, 4)
            builder.weights("dec", 0, 4)
            first = builder.call("enc", TEST * 255, CODES, 0)
            second = builder.call("dec", CODES, outputs, 0)
            builder.replay("enc", [(0, f"call:{first}", {"out": CODES})])
            builder.replay("dec", [(0, f"call:{second}", {"out": outputs})])
            row(outputs)(builder)

        return draw

    assert dense(tmp_path / "a", pieces("d2"))["reconstructions"].points == 15
    assert dense(tmp_path / "b", pieces("foreign"))["reconstructions"].points == 0


@pytest.mark.parametrize(
    ("shape", "points"),
    [((10, 10), 15), ((5, 20), 0), ((1, 100), 0), ((100, 1), 0)],
)
def test_codes_of_a_dense_net_are_ten_by_ten(tmp_path: Path, shape: tuple[int, int], points: float) -> None:
    """The right numbers in another shape are not what was asked."""
    item = dense(tmp_path, row(CODES, shape))["bottleneck-images"]

    assert item.points == points and (points or item.message_id == "codes.shape")


@pytest.mark.parametrize(
    ("codes", "points"),
    [
        (CODES.reshape(10, 10, 10).transpose(0, 2, 1).reshape(10, 100), 15),
        (-CODES, 15),
        (NET.encode(TEST, 0), 0),
        (CODES[::-1], 7.5),
        (np.sort(CODES, axis=1), 0),
        (np.random.default_rng(0).random((10, 100)), 0),
    ],
    ids=["transposed", "inverted", "untrained", "another order", "sorted", "invented"],
)
def test_codes_are_the_trained_models_numbers(tmp_path: Path, codes: np.ndarray, points: float) -> None:
    """Transposed and inverted codes count; untrained, sorted and invented ones do not."""
    assert dense(tmp_path, row(codes, (10, 10)))["bottleneck-images"].points == points


def test_codes_stitched_to_one_strip_count(tmp_path: Path) -> None:
    """A strip of ten codes is ten codes."""
    picture = np.hstack(list(square(CODES, (10, 10))))

    assert dense(tmp_path, lambda b: b.figure([b.picture(picture)], 5))["bottleneck-images"].points == 15


def test_codes_of_a_narrower_net_wait_for_the_architecture(tmp_path: Path) -> None:
    """A net without a layer of 100 numbers has no such codes; it is scolded once."""
    nodes = dense_nodes((400, 200, 64, 200, 400, 784))
    item = dense(tmp_path, row(CODES[:, :64], (8, 8)), nodes=nodes, code_node="n2", code_shape=(100,))[
        "bottleneck-images"
    ]

    assert (item.status, item.blocked_by) == ("blocked", "architecture")


@pytest.mark.parametrize(("version", "points"), [(1, 15), (0, 0)])
def test_pieces_have_the_weights_that_were_seen_with_the_training(
    tmp_path: Path, version: int, points: float
) -> None:
    """An encoder and a decoder known before training count from the weights that the training left."""
    outputs = FakeNet(4).run(TEST)

    def build(builder: Builder) -> None:
        decoder = [
            {**node, "layer": f"d{at + 3}"} for at, node in enumerate(dense_nodes((200, 400, 784), 100))
        ]
        builder.model("m1", dense_nodes(notebooks.DENSE))
        builder.model("enc", dense_nodes((400, 200, 100)))
        builder.model("dec", decoder, given=(100,))
        for at in (0, 1):
            for id in ("m1", "enc", "dec"):
                builder.weights(id, at)
        builder.fit("m1", ROWS, ROWS, held=(ROWS, ROWS))
        first = builder.call("enc", TEST, CODES, version)
        second = builder.call("dec", CODES, outputs, version)
        builder.replay("enc", [(version, f"call:{first}", {"out": CODES})])
        builder.replay("dec", [(version, f"call:{second}", {"out": outputs})])
        builder.figure(builder.row_of(square(outputs)) + builder.row_of(square(CODES, (10, 10))), 5)

    found = items(judge(tmp_path, build)["dense"])

    assert (found["reconstructions"].points, found["bottleneck-images"].points) == (points, points)


CONV_NET = FakeNet(2, code=392)
CONV_CODES = CONV_NET.encode(TEST).reshape(10, 7, 7, 8)


def conv(folder: Path, draw: Callable[[Builder], object], extra_node: np.ndarray | None = None):
    """`bottleneck-images` of a trained convolutional notebook."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(
            builder,
            KNOWN,
            rows=ROWS,
            net=CONV_NET,
            nodes=conv_nodes(),
            code_node="n3",
            code_shape=(7, 7, 8),
            given=(28, 28, 1),
        )
        if extra_node is not None:
            builder.replay("m1", [(1, "known:mnist:test", {"n4": extra_node})])
        draw(builder)

    return items(judge(folder, build)["conv"])["bottleneck-images"]


def maps_as_panels(builder: Builder, dropped: int | None = None) -> None:
    """Every feature map of every code as a panel of its own."""
    for code in CONV_CODES:
        maps = [code[:, :, at] for at in range(8) if at != dropped]
        builder.figure(builder.row_of(np.array(maps)), 5)


@pytest.mark.parametrize(
    ("draw", "points"),
    [
        (row(CONV_CODES.reshape(10, -1), (28, 14)), 15),
        (row(CONV_CODES.transpose(0, 3, 1, 2).reshape(10, -1), (28, 14)), 15),
        (row(CONV_CODES.transpose(0, 2, 3, 1).reshape(10, -1)[:, ::-1], (28, 14)), 15),
        (row(-CONV_CODES.reshape(10, -1), (28, 14)), 15),
        (row(CONV_CODES.reshape(10, -1), (14, 28)), 7.5),
        (row(CONV_CODES.transpose(0, 3, 1, 2).reshape(10, -1), (56, 7)), 7.5),
        (maps_as_panels, 7.5),
        (lambda builder: maps_as_panels(builder, dropped=3), 0),
        (row(CONV_NET.encode(TEST, 0), (28, 14)), 0),
        (row(CONV_CODES.reshape(10, -1)[::-1], (28, 14)), 7.5),
        (lambda b: b.figure([b.picture(np.hstack(list(CONV_CODES.reshape(10, 28, 14))))], 5), 15),
    ],
)
def test_codes_of_a_convolutional_net_are_28_by_14_in_any_arrangement(
    tmp_path: Path, draw, points: float
) -> None:
    """Any arrangement of the 392 numbers; half for another shape or a panel for each feature map."""
    assert conv(tmp_path, draw).points == points


def test_layer_after_the_bottleneck_is_no_code(tmp_path: Path) -> None:
    """The first layer of the decoder gives as many numbers as the bottleneck; they are not the code."""
    after = FakeNet(12, code=392).encode(notebooks.firsts(KNOWN)["mnist:test"]).reshape(16, 7, 7, 8)

    assert conv(tmp_path, row(after[:10].reshape(10, -1), (28, 14)), extra_node=after).points == 0
