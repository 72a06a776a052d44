"""docs/messages.md: an example of every sentence, the plainest there is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from autograder.checks.wording import PIECES, SENTENCES
from autograder.records import SubmissionGrade
from autograder.selftest.cases import CorpusCase, all_cases
from autograder.selftest.messages_page import messages
from tests.grades import a_grade

from .example import CASE

ROOT = Path(__file__).resolve().parents[2]


def told(id: str, **fields: object) -> SubmissionGrade:
    """A grade whose only item says something."""
    item = replace(a_grade(id).parts[0].items[0], item="loss-plot", **fields)
    return replace(a_grade(id), parts=(replace(a_grade(id).parts[0], items=(item,)),))


def test_each_sentence_is_shown_in_the_plainest_mutant_that_is_told_it() -> None:
    """A single defect that costs the item comes before pairs and before honest notebooks; what nobody was told is listed."""
    pair = replace(CASE, id="pair", defects=("title-missing", "width-1"))
    single = replace(CASE, id="single", defects=("title-missing",))
    honest = CorpusCase("fine", "honest", ("dense",), {}, {})
    say = {
        "message_id": "loss-plot.missing",
        "message": "Missing: a | b.",
        "expected": "title",
        "found": "x_y",
    }
    grades = {
        case.id: told(case.id, hint="Add it.", status="partial", **say) for case in (pair, single, honest)
    }
    cases = [honest, pair, single]
    text = messages(cases, grades)
    assert text == messages(cases, grades)
    assert "### `loss-plot.missing`\n\n> Missing: a \\| b.\n" in text
    assert "From the mutant `single`, dense / loss-plot: partly" in text and "pair" not in text
    assert "**next:** Add it." in text
    unseen = text.partition("## Not in an example")[2]
    assert "| `training.none` |" in unseen and "`loss-plot.missing`" not in unseen


def test_layers_that_differ_are_a_table_on_the_page_of_messages() -> None:
    """The example of an architecture shows its layers row by row."""
    layers = [{"kind": "changed", "place": 2, "expected": "Dense 200", "found": "Dense 128"}]
    grade = told("one", message_id="architecture.differs", values={"differences": layers})
    assert "| layer | expected | found |\n|---|---|---|\n| 2 | Dense 200 | Dense 128 |" in messages(
        [CASE], {"one": grade}
    )


def test_the_committed_page_of_messages_knows_every_sentence_and_case() -> None:
    """docs/messages.md has each sentence and each sub-point once, and names notebooks that the corpora hold."""
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    listed = re.findall(r"^(?:### |\| )`([^`]+)`", text, re.MULTILINE)
    assert sorted(listed) == sorted([*SENTENCES, *PIECES])
    cases = {case.id for case in all_cases()}
    named = re.findall(r"^From (?:the [a-z ]+ )?`([^`]+)`", text, re.MULTILINE)
    assert len(named) > 50 and set(named) <= cases
