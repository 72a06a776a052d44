"""The corpora of the parts beyond the core: every notebook can be made, every defect has its cost, verdicts are due."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import pytest

from autograder import pipeline
from autograder.records import PartGrade
from autograder.rubrics import CORE, PARTS
from autograder.settings import CORE_PARTS, Settings
from autograder.submissions import HandedNotebook, Submission
from corpora.corpus import Corpus
from corpora.defect import cost
from corpora.extensions import CORPORA

BY_PART = {part.id: part for part in PARTS}
each_corpus = pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus.part)
graded_for_real = [pytest.mark.kernel, pytest.mark.tensorflow, pytest.mark.corpus]


def test_every_part_beyond_the_core_has_a_corpus() -> None:
    """In the order of the course."""
    assert [corpus.part for corpus in CORPORA] == [part.id for part in PARTS if part not in CORE]


@each_corpus
def test_every_defect_is_made_and_costs_points_of_its_part(corpus: Corpus) -> None:
    """Costs name items, all of them, and never exceed them; no defect is without an edit."""
    points = {item.id: item.points for item in BY_PART[corpus.part].items}
    costs = [(item, lost) for defect in corpus.defects.values() for item, lost in defect.cost.items()]

    assert len(corpus.defects) >= 15 and all(defect.edits for defect in corpus.defects.values())
    assert all(0 < lost <= points[item] for item, lost in costs)
    assert {item for item, _ in costs} == set(points)


@each_corpus
def test_every_notebook_is_python_and_unlike_all_others(corpus: Corpus) -> None:
    """Honest notebooks, eight or more, and mutants are whole programs, each another one."""
    mutants = [content for mutant in corpus.mutants() for content in mutant.notebooks.values()]
    made = [*corpus.honest().values(), *mutants, corpus.mutated(*corpus.together)]

    assert len(corpus.styles) >= 8 and len(set(made)) == len(made)
    assert len(set(corpus.styles.values())) == len(corpus.styles)
    for content in made:
        for cell in json.loads(content)["cells"]:
            ast.parse("".join(cell["source"]))


@each_corpus
def test_notebooks_are_the_same_bytes_each_time(corpus: Corpus) -> None:
    """A corpus is code."""
    assert corpus.honest() == corpus.honest() and corpus.mutants() == corpus.mutants()


def graded(corpus: Corpus, content: bytes, folder: Path) -> dict[str, PartGrade]:
    """The grade of each part, core parts and the corpus' own, for this notebook file."""
    notebook = HandedNotebook("handed_in.ipynb", hashlib.sha256(content).hexdigest(), content)
    settings = Settings(
        sandbox="none", warm=False, memory_mb=6144, keep_notebooks=False, parts=(*CORE_PARTS, corpus.part)
    )
    grade = pipeline.grade_submission(Submission("student", (notebook,)), settings, folder)
    return {part.part: part for part in grade.parts}


def lost(part: PartGrade) -> dict[str, float]:
    """Points lost, by item, where any were."""
    return {item.item: item.max_points - item.points for item in part.items if item.points < item.max_points}


@pytest.mark.parametrize(
    "corpus", [pytest.param(corpus, marks=graded_for_real, id=corpus.part) for corpus in CORPORA]
)
def test_defects_of_one_notebook_cost_what_each_must(corpus: Corpus, tmp_path: Path) -> None:
    """Many defects in one notebook, each at its price; no core part is attempted by its models."""
    grades = graded(corpus, corpus.mutated(*corpus.together), tmp_path)

    assert lost(grades[corpus.part]) == pytest.approx(
        cost(*(corpus.defects[name] for name in corpus.together))
    )
    assert {grades[part].status for part in CORE_PARTS} == {"not_submitted"}


@pytest.mark.parametrize(
    "corpus",
    [pytest.param(corpus, marks=[*graded_for_real, pytest.mark.long], id=corpus.part) for corpus in CORPORA],
)
def test_an_honest_notebook_attempts_no_core_part(corpus: Corpus, tmp_path: Path) -> None:
    """With further models in experiments, and asked for the core parts as well: 100 points, and none of those attempted."""
    grades = graded(corpus, corpus.honest()[corpus.beside_core], tmp_path)

    assert (lost(grades[corpus.part]), grades[corpus.part].points) == ({}, 100)
    assert {grades[part].status for part in CORE_PARTS} == {"not_submitted"}
