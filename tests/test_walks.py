"""The two walks of CONTRIBUTING: what a contributor writes to add a check, or a sentence, is all that it takes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks import CHECKS, Check
from autograder.checks.context import CheckContext
from autograder.checks.sentences import say
from autograder.checks.wording import SENTENCES, Sentence
from autograder.records import Verdict
from autograder.rubrics.dense import DENSE
from autograder.rubrics.types import Item
from tests.checks.judging import KNOWN, items, judge
from tests.evidence.builder import Builder
from tests.evidence.notebooks import dense

ROOT = Path(__file__).resolve().parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def check_depth(context: CheckContext, item: Item) -> Verdict:
    """Whether the model has at least as many layers as the item names."""
    found = sum(layer.counted for layer in context.layers)
    return say(
        "depth.ok" if found >= item.least else "depth.shallow", float(found >= item.least), {"layers": found}
    )


@pytest.fixture(name="a_check_of_depth")
def _a_check_of_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new check: its function, its record, its two sentences, and nothing else."""
    monkeypatch.setitem(CHECKS, "depth", Check(check_depth, ("depth",), needs=("model",), replay=False))
    well = Sentence("The model has {layers} layers.", "Deep.", "{layers} layers.", "")
    monkeypatch.setitem(SENTENCES, "depth.ok", well)
    monkeypatch.setitem(SENTENCES, "depth.shallow", replace_hint(well, "Add layers."))


def replace_hint(sentence: Sentence, hint: str) -> Sentence:
    """The same sentence with a next step."""
    return Sentence(sentence.message, sentence.expected, sentence.found, hint)


@pytest.mark.usefixtures("a_check_of_depth")
@pytest.mark.parametrize(("least", "status", "hint"), [(6, "passed", ""), (60, "failed", "Add layers.")])
def test_a_new_check_judges_an_item(tmp_path: Path, least: int, status: str, hint: str) -> None:
    """Function, record and sentences are enough: a part whose item names the check is graded by it."""
    item = Item(id="depth", points=10, title="Depth", asks="The model is deep.", check="depth", least=least)
    part = replace(DENSE, items=(*DENSE.items, item))
    result = items(judge(tmp_path, lambda builder: dense(builder, KNOWN), parts=(part,))["dense"])["depth"]

    assert (result.status, result.hint) == (status, hint)
    assert result.message == "The model has 6 layers."


@pytest.mark.usefixtures("a_check_of_depth")
def test_a_fault_where_a_new_check_needs_the_recorder_leaves_its_item_open(tmp_path: Path) -> None:
    """What the record of the check says of its needs is all that the rest of the house has to know."""
    item = Item(id="depth", points=10, title="Depth", asks="The model is deep.", check="depth", least=60)
    part = replace(DENSE, items=(*DENSE.items, item))

    def with_fault(builder: Builder) -> None:
        dense(builder, KNOWN)
        builder.event("fault", 4, where="model", message="made for this test")

    assert items(judge(tmp_path, with_fault, parts=(part,))["dense"])["depth"].status == "errored"


def test_a_new_sentence_is_said_from_its_table_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it stands in a table, it can be said, with its values filled in."""
    monkeypatch.setitem(
        SENTENCES, "depth.odd", Sentence("{layers} layers.", "Even.", "Odd: {layers}.", "Add one.")
    )
    verdict = say("depth.odd", 0.5, {"layers": 5})

    assert (verdict.message, verdict.found, verdict.hint) == ("5 layers.", "Odd: 5.", "Add one.")


@pytest.mark.parametrize(("walk", "most"), [("Add a check", 3), ("Add a sentence", 1)])
def test_a_walk_is_written_down_with_no_more_places_than_it_promises(walk: str, most: int) -> None:
    """The section names the places that are touched: three for a check, one for a sentence."""
    section = CONTRIBUTING.split(f"## {walk}\n")[1].split("\n## ")[0]
    steps = re.findall(r"^\d\. ", section, re.MULTILINE)
    places = set(re.findall(r"`(autograder/checks/[\w/.]*)`", section))

    assert (len(steps) or len(places)) == most
    assert all((ROOT / place).exists() for place in places)
