"""Ids: different on every file system, and none lost by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.submissions import ids
from autograder.submissions.handed import HandedNotebook, Submission
from autograder.submissions.ids import with_own_ids


def handed(name: str, sha256: str, group: str = "") -> Submission:
    """A submission of one notebook."""
    return Submission(name, (HandedNotebook("nb.ipynb", sha256),), group=group)


def folded(submissions: list[Submission]) -> list[str]:
    """Their ids, as file systems that tell no capitals apart see them."""
    return [each.id.casefold() for each in submissions]


def test_digests_grow_until_no_two_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four submissions whose ids and first digits collide stay four."""
    monkeypatch.setattr(ids, "_digest", lambda each: "abcdef00" + each.notebooks[0].sha256)
    four = [handed("Ann", "1"), handed("ann", "2"), handed("ANN", "3"), handed("aNN", "4")]
    named = with_own_ids(four)
    assert len(set(folded(named))) == 4
    assert {each.notebooks[0].sha256 for each in named} == set("1234")


def test_a_name_that_looks_like_anothers_digest_takes_nothing_away() -> None:
    """Who calls a file as another's id would become keeps it; the other's grows."""
    pair = [handed("Ann", "1"), handed("ann", "2")]
    first = with_own_ids(pair)[0].id
    named = with_own_ids([*pair, handed(first, "3"), handed(first.upper(), "4")])
    assert len(set(folded(named))) == 4


def test_even_a_whole_digest_taken_as_a_name_loses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no digest helps, ids are told apart one by one."""
    monkeypatch.setattr(ids, "_digest", lambda each: "0" * 64 + each.notebooks[0].sha256)
    named = with_own_ids([handed("Ann", "1"), handed("ann", "2"), handed("ANN", "3")])
    assert len(set(folded(named))) == 3


def test_no_order_changes_an_id() -> None:
    """The same files get the same ids whichever way they were listed."""
    one, two = handed("Ann", "1"), handed("ann", "2")
    forth = {each.notebooks[0].sha256: each.id for each in with_own_ids([one, two])}
    back = {each.notebooks[0].sha256: each.id for each in with_own_ids([two, one])}
    assert forth == back


def test_the_same_id_in_two_sections_gets_the_sections_names() -> None:
    """Two students with the same unchanged template are two, also where they have one name."""
    pair = [handed("ann", "1", "section-1"), handed("ann", "1", "section-2")]
    assert [each.id for each in with_own_ids(pair)] == ["section-1 ann", "section-2 ann"]


def test_exact_copies_in_one_place_count_once() -> None:
    """Under one id, with the same bytes, there is one submission, without a digest."""
    one = handed("ann", "1")
    assert [each.id for each in with_own_ids([one, replace(one)])] == ["ann"]
