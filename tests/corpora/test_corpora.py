"""The corpora keep their own rules: no two honest notebooks alike, every defect in the table made and made to count."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest

from autograder.rubrics import CORE
from corpora.core.composed.catalogue import styles
from corpora.core.composed.compose import build
from corpora.core.composed.loading import LOADING
from corpora.core.composed.models import MODELS
from corpora.core.composed.pictures import PICTURES
from corpora.core.composed.plots import PLOTS
from corpora.core.composed.training import TRAINING
from corpora.core.defects import DEFECTS
from corpora.core.hard import FEATURES, beside
from corpora.core.honest import Honest, honest
from corpora.core.mutants import mutants
from corpora.core.solutions import EDITS, solution_mutants
from corpora.defect import Unfit, cost, mutate
from corpora.example_class import CLASS, files
from corpora.notebook import code_lines


def shared(one: list[str], other: list[str]) -> float:
    """The share of the shorter list's lines that both hold."""
    both = Counter(one) & Counter(other)
    return sum(both.values()) / min(len(one), len(other))


def lines_of(case: Honest) -> list[str]:
    """The lines of code of all notebooks of a case."""
    return [line for content in case.notebooks.values() for line in code_lines(content)]


def test_no_two_honest_notebooks_share_more_than_half_of_their_code() -> None:
    """White space, quotes and comments left aside, at most half of the lines of the shorter one occur in the other."""
    lines = {case.id: lines_of(case) for case in honest()}
    alike = [(a, b) for a, b in combinations(lines, 2) if shared(lines[a], lines[b]) > 0.5]
    assert alike == []


def test_the_measure_of_shared_lines_sees_a_copy() -> None:
    """A copy with other spaces and quotes counts as the same code, another student's notebook does not."""
    first, second = (code_lines(build(style)) for style in styles()[:2])
    assert shared(first, [line.replace(" ", "") for line in first]) == 1.0
    assert shared(first, second) < 0.5


def test_every_pair_of_honest_notebooks_differs_in_two_dimensions() -> None:
    """Of model, training, plot, pictures and loading, two notebooks differ in at least two."""
    styled = [case for case in honest() if case.dimensions]
    close = [
        (a.id, b.id)
        for a, b in combinations(styled, 2)
        if sum(x != y for x, y in zip(a.dimensions, b.dimensions, strict=True)) < 2
    ]
    assert close == []


def test_the_honest_corpus_is_as_large_as_it_should_be() -> None:
    """At least 25 dense notebooks, ten of them by hand, 30 more of the other parts, six of several parts."""
    counts = Counter(case.parts[0] for case in honest() if len(case.parts) == 1)
    assert counts["dense"] >= 25
    assert counts["conv"] + counts["denoising"] >= 30
    assert sum(len(case.parts) > 1 for case in honest()) >= 6
    assert sum("-hand-" in case.id for case in honest()) >= 10


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("model", "training", product(MODELS, TRAINING)),
        ("training", "plot", product(TRAINING, PLOTS)),
        ("pictures", "loading", product(PICTURES, LOADING)),
    ],
)
def test_every_pair_of_styles_is_met(first: str, second: str, wanted: list[tuple[str, str]]) -> None:
    """Each way of one dimension meets each way of the other in some composed notebook."""
    met = {(getattr(style, first), getattr(style, second)) for style in styles()}
    assert set(wanted) - met == set()


def test_the_honest_corpus_has_the_agreed_size() -> None:
    """At least 120 honest submissions."""
    assert len(honest()) >= 120


def test_every_hard_feature_is_shown_by_cases_that_exist() -> None:
    """What graders stumble over is named, and each name leads to notebooks; each hard notebook shows something."""
    ids = [case.id for case in honest()]
    missing = {
        (feature, part)
        for feature, parts in FEATURES.items()
        for part in parts
        if not any(name.endswith(part) for name in ids)
    }
    assert missing == set()
    shown = {part for parts in FEATURES.values() for part in parts}
    assert {name for name in ids if "-hard-" in name} <= shown


def test_files_handed_in_beside_a_notebook_are_the_same_bytes_each_time() -> None:
    """Weights and modules beside a notebook are part of its case."""
    (case,) = [case for case in honest() if case.beside]
    assert case.beside == beside("handed_in_weights")
    assert set(case.beside) == {"my_layers.py", "start_weights.npz"}


def test_every_forgery_is_a_mutant_of_its_own() -> None:
    """Each forged defect of each part is made at least once, alone."""
    made = {(mutant.part, mutant.defects[0].name) for mutant in mutants() if len(mutant.defects) == 1}
    forged = {(part, name) for part in DEFECTS for name in DEFECTS[part] if name.startswith("forged-")}
    assert len(forged) >= 15
    assert forged <= made


def test_building_twice_gives_the_same_bytes() -> None:
    """A corpus is code: the same style always gives the same file."""
    for style in styles()[::17]:
        assert build(style) == build(style)


def test_costs_name_items_of_their_part_and_never_exceed_them() -> None:
    """Every entry of the table speaks of an item of its part, with at most that item's points."""
    for part in CORE:
        points = {item.id: item.points for item in part.items}
        for defect in DEFECTS[part.id].values():
            assert defect.edits and set(defect.cost) <= set(points), (part.id, defect.name)
            assert all(0 < lost <= points[item] for item, lost in defect.cost.items()), (part.id, defect.name)


def test_every_item_has_a_defect_that_costs_it() -> None:
    """No item of a core part is without a mutant that it must refuse."""
    touched = {key for mutant in mutants() for key in mutant.lost}
    wanted = {(part.id, item.id) for part in CORE for item in part.items}
    assert wanted - touched == set()


def test_the_mutants_are_enough_and_differ_from_their_bases() -> None:
    """At least 250 mutants, 40 of them dense; each notebook differs from the honest one that it was made of."""
    counts = Counter(mutant.part for mutant in mutants())
    assert sum(counts.values()) >= 250
    assert counts["dense"] >= 40
    bases = {style.id: build(style) for style in styles()}
    assert all(bases[mutant.base] not in mutant.notebooks.values() for mutant in mutants())


def test_pairs_of_defects_add_up() -> None:
    """Two defects of different items cost what both cost."""
    dense = DEFECTS["dense"]
    assert cost(dense["width-1"], dense["epochs-149"]) == {"architecture": 7.5, "training": 5}
    assert cost(dense["title-missing"], dense["legend-missing"]) == {"loss-plot": 5}
    assert any(len(mutant.defects) == 2 for mutant in mutants())


def test_a_style_without_a_place_for_a_defect_is_refused() -> None:
    """A loop of single fits holds no 150 that a defect of one fit could change in its stead."""
    looped = next(style for style in styles() if style.training == "recompiled" and style.part == "dense")
    with pytest.raises(Unfit):
        mutate(looped, DEFECTS["dense"]["epochs-149"])
    assert mutate(looped, DEFECTS["dense"]["width-1"]) != build(looped)


def test_every_defect_of_a_solution_is_one_of_its_part_and_changes_it() -> None:
    """A name in the table of a solution is a name in the part's; what it costs stands there alone."""
    made = list(solution_mutants())
    assert len(made) == sum(map(len, EDITS.values()))
    assert all(mutant.defects[0].cost == DEFECTS[mutant.part][mutant.defects[0].name].cost for mutant in made)
    assert len({content for mutant in made for content in mutant.notebooks.values()}) == len(made)


def test_the_example_class_is_what_its_script_writes() -> None:
    """The committed files of the example class are the corpora's own, byte for byte."""
    assert {name: (CLASS / name).read_bytes() for name in files()} == files()
