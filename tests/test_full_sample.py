"""Verdicts do not depend on how much was trained, nor on chance: notebooks in full, and notebooks run three times."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.batch.grading import grade_all
from autograder.grading.submission_grade import judged, read_evidence
from autograder.records import SubmissionGrade
from autograder.selftest.cases import CorpusCase, all_cases
from autograder.selftest.deviations import deviations
from autograder.selftest.grading import MEMORY_MB, grade_cases, sandbox
from autograder.settings import Settings
from autograder.submissions import find
from corpora.core import full

SHARES = 2  # as many as `make test-all` runs at a time: each starts kernels of its own
TRAINED_IN_FULL = full.cases()
# A honest notebook of each kind of judgement that rests on random numbers, and defects near their thresholds.
UNSEEDED = (
    "dense-001-sequential-one-fit",
    "denoising--noise-shifted--126",
    "denoising--outputs-of-another-model--006",
)


def graded_in_full(cases: list[full.FullCase], folder: Path) -> list[SubmissionGrade]:
    """Grades of these notebooks, all training run, by the rubrics that know how short they are."""
    handed, out = folder / "handed", folder / "out"
    handed.mkdir()
    for case in cases:
        (handed / f"{case.id}.ipynb").write_bytes(case.content)
    settings = Settings(training="full", sandbox=sandbox(), memory_mb=MEMORY_MB, keep_notebooks=False)
    again = []
    for grade in grade_all(find([handed]), settings, out):
        (run,) = grade.notebooks
        evidence = read_evidence(out / "submissions" / grade.id / "notebooks" / "1" / "evidence", run.run)
        again.append(judged(grade.id, grade.notebooks, [evidence], full.parts()))
    return again


def test_the_sample_in_full_is_thirty_notebooks_in_every_style() -> None:
    """Every way of building and nearly every way of training, plotting, showing and loading; half of them defective."""
    assert len(TRAINED_IN_FULL) == 30
    assert sum(bool(case.lost) for case in TRAINED_IN_FULL) >= 15
    dimensions = list(zip(*(case.style.dimensions for case in TRAINED_IN_FULL), strict=True))
    assert [len(set(choices)) for choices in dimensions] >= [10, 12, 8, 9, 4]
    pairs = [pair for case in TRAINED_IN_FULL for pair in full.pairs_of(case.style)]
    assert len(set(pairs)) >= 0.75 * len(pairs)


@pytest.mark.kernel
@pytest.mark.corpus
@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_training_in_full_gives_the_same_verdicts(share: int, tmp_path: Path) -> None:
    """Honest notebooks get everything and mutants lose their due when nothing is shortened either."""
    cases = TRAINED_IN_FULL[share::SHARES]
    grades = {grade.id: grade for grade in graded_in_full(cases, tmp_path)}
    found = [
        deviation
        for case in cases
        for deviation in deviations(
            CorpusCase(case.id, "mutant", (case.part,), {}, case.lost), grades.get(case.id)
        )
    ]
    assert [f"{d.case.id}: {d.part}/{d.item} {d.got:g}, not {d.expected:g}: {d.message}" for d in found] == []


@pytest.mark.kernel
@pytest.mark.corpus
@pytest.mark.long
def test_three_runs_without_seeds_give_one_verdict(tmp_path: Path) -> None:
    """Other random numbers each time, and not one item's points, status or sentence changes."""
    by_id = {case.id: case for case in all_cases()}
    cases = [by_id[name] for name in UNSEEDED]
    runs = [grade_cases(cases, tmp_path / str(number), 1) for number in range(3)]
    verdicts = [
        {
            (case, item.item): (item.points, item.status, item.message_id)
            for case, grade in grades.items()
            for part in grade.parts
            for item in part.items
        }
        for grades in runs
    ]
    assert len(verdicts[0]) > len(cases)
    assert verdicts[0] == verdicts[1] == verdicts[2]
