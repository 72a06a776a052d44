"""The cases of the selftest: ids of their own, each graded by its own part, and what the digest of all of them covers."""

from __future__ import annotations

from dataclasses import replace

from autograder.rubrics import PARTS
from autograder.selftest.cases import all_cases, digest
from autograder.settings import CORE_PARTS
from tests.corpora import sample

from .example import CASE


def test_the_other_parts_are_graded_where_they_are_asked_for() -> None:
    """A case of a part beyond the core is graded by that part's rubric, the others by the course's default."""
    asked = {(part, case.asked) for case in all_cases() for part in case.parts}

    assert asked == {(part.id, CORE_PARTS if part.id in CORE_PARTS else (part.id,)) for part in PARTS}


def test_every_case_has_an_id_of_its_own() -> None:
    """Ids name folders and records, so no two cases share one."""
    ids = [case.id for case in all_cases()]
    assert len(ids) == len(set(ids))


def test_every_case_that_the_tests_name_exists() -> None:
    """A corpus that is made anew may number its cases otherwise; the samples follow at once."""
    cases = {case.id for case in all_cases()}

    assert set(sample.SHORT) <= cases


def test_the_digest_is_that_of_the_notebooks_and_of_what_is_their_due() -> None:
    """Another notebook, another cost or another part that is looked for gives another digest."""
    changed = (
        replace(CASE, notebooks={"a.ipynb": b"{}"}),
        replace(CASE, lost={("dense", "loss-plot"): 2.0}),
        replace(CASE, asked=("dense",)),
    )
    assert digest([CASE]) == digest([replace(CASE)])
    assert len({digest([case]) for case in (CASE, *changed)}) == 4
