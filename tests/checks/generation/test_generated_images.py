"""Images from drawn codes: by the trained decoder, shown, held, reaching what is real, measured; and the decoder's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.checks.generation.samples import standard_normal
from autograder.grading.grade import grade_parts
from autograder.records import PartGrade
from autograder.rubrics import CORE
from autograder.rubrics.generation import GENERATION
from tests.checks.judging import hold_told, items, lost
from tests.evidence.builder import Builder, grey
from tests.evidence.generation import NET, fitted, generation, measured, normal
from tests.evidence.latent import CLOTHES

DRAWN = {"generated-images": 10, "generated-array": 5, "better-sampling": 10, "measures": 10}


def judged(folder: Path, **change) -> PartGrade:
    """The grade of a notebook that generates images."""
    builder = Builder()
    generation(builder, **change)
    grade = grade_parts([builder.read(folder)], (GENERATION,), CLOTHES)[0]
    for item in grade.items:
        hold_told(item)
    return grade


def test_an_honest_notebook_earns_every_point(tmp_path: Path) -> None:
    """Halves, file, both samples, array and measures: 100, recomputed where it can be."""
    grade = judged(tmp_path)

    assert (lost(grade), grade.points) == ({}, 100)
    recomputed = {id for id, item in items(grade).items() if item.basis == "recomputed"}
    assert set(DRAWN) | {"halves", "saved-decoder"} <= recomputed


@pytest.mark.parametrize(
    ("change", "cost"),
    [
        ({"halves": ("decoder",)}, {"halves": 2.5}),
        (
            {"halves": ("encoder",), "plain": {}, "better": {}, "file": {}},
            {"halves": 2.5, "saved-decoder": 10} | DRAWN,
        ),
        ({"file": {}}, {"saved-decoder": 10}),
        ({"file": {"load": False}}, {"saved-decoder": 5}),
        ({"file": {"ask": False}}, {"saved-decoder": 5}),
        ({"file": {"saved": "m1", "version": 1}}, {"saved-decoder": 10}),
        ({"plain": {"show": 4}}, {"generated-images": 6}),
        ({"plain": {"show": 0}}, {"generated-images": 10}),
        ({"hold": {}}, {"generated-array": 5}),
        ({"hold": {"shape": (784,)}}, {"generated-array": 2.5}),
        ({"hold": {"count": 99}}, {"generated-array": 5}),
        ({"hold": {"rows": grey(CLOTHES.train[:100])}}, {"generated-array": 5}),
        ({"better": {"show": 0}}, {"better-sampling": 4}),
        ({"better": {}}, {"better-sampling": 10, "measures": 5}),
        ({"better": {"codes": NET.encode(grey(CLOTHES.test[:60]))}}, {"better-sampling": 10, "measures": 5}),
        ({"numbers": ()}, {"measures": 10}),
        ({"numbers": (0.31, 0.37, 28.0)}, {"measures": 10}),
    ],
)
def test_each_defect_costs_its_item(tmp_path: Path, change: dict, cost: dict) -> None:
    """What is missing, made up, of another shape or by another model earns nothing of its item; all else stays."""
    if change.get("better", {}).get("codes") is not None:
        builder = Builder()
        generation(builder, better={})
        codes = change["better"]["codes"]
        builder.call("m2", grey(CLOTHES.test[:60]), codes, version=0, cell=8)
        id = builder.call("m3", codes, NET.decode(codes), version=0, cell=8)
        builder.replay("m3", [(0, f"call:{id}", {"out": NET.decode(codes)})])
        grade = grade_parts([builder.read(tmp_path)], (GENERATION,), CLOTHES)[0]
    else:
        grade = judged(tmp_path, **change)

    assert lost(grade) == pytest.approx(cost)


def test_images_of_an_untrained_decoder_are_not_generated(tmp_path: Path) -> None:
    """A file whose weights are none of those that training left gives no sample, and is no saved decoder."""
    builder = Builder()
    generation(builder, plain={"model": "m9"}, better={"model": "m9"})
    builder.model("m9", [node | {"layer": f"u{at}"} for at, node in enumerate(_nodes())], 6, (32,))
    builder.weights("m9", 0, 6, {"u": np.ones(2)})
    grade = grade_parts([builder.read(tmp_path)], (GENERATION,), CLOTHES)[0]

    assert lost(grade) == DRAWN


def _nodes() -> list[dict]:
    from tests.evidence.generation import half

    return half(3, 6, "u")


def test_codes_of_one_kind_reach_little(tmp_path: Path) -> None:
    """A cloud around the code of one image: shown and measured, but no variety."""
    one = fitted()[:1] + 0.001 * normal()
    grade = judged(tmp_path, better={"codes": one}, numbers=(*measured(normal()), *measured(one)))

    assert lost(grade) == {"better-sampling": 6}


def test_measures_of_one_sample_are_half(tmp_path: Path) -> None:
    """The numbers of images from N(0, I) alone, where those of the others would differ."""
    one = fitted()[:1] + 0.001 * normal()
    grade = judged(tmp_path, better={"codes": one}, numbers=tuple(measured(normal())))

    assert lost(grade) == {"better-sampling": 6, "measures": 5}


def test_codes_of_another_distribution_earn_half(tmp_path: Path) -> None:
    """Ten images are shown, but not from N(0, I)."""
    other = np.random.default_rng(4).uniform(-1, 1, (120, 32)).astype(np.float32)
    grade = judged(
        tmp_path,
        plain={"codes": other},
        hold={"rows": NET.decode(other)},
        numbers=(*measured(other), *measured(fitted())),
    )

    assert lost(grade) == {"generated-images": 5}


def test_no_core_part_is_attempted(tmp_path: Path) -> None:
    """A net of clothing is no attempt at digits."""
    builder = Builder()
    generation(builder)
    grades = grade_parts([builder.read(tmp_path)], (GENERATION,), CLOTHES)

    assert [grade.part for grade in grades] == ["generation"] and GENERATION not in CORE


@pytest.mark.parametrize("count", [10, 100, 2000])
def test_standard_normal_codes_are_told_by_their_numbers(count: int) -> None:
    """Any hundred seeds pass; another mean, scale or one number for all of a code does not."""
    draws = [np.random.default_rng(seed).standard_normal((count, 32)) for seed in range(100)]

    assert all(standard_normal(codes) for codes in draws)
    wrong = (draws[0] + 0.5, draws[0] * 1.5, np.abs(draws[0]), np.repeat(draws[0][:, :1], 32, axis=1))
    assert not any(standard_normal(codes) for codes in wrong)
    assert not standard_normal(np.random.default_rng(0).uniform(-1, 1, (count, 32)))
