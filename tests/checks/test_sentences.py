"""Every sentence that a check can say is whole: by its table, and by the places in the code that say it."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import autograder
from autograder.checks import CHECKS, Check
from autograder.checks.sentences import fill, say
from autograder.checks.wording import PIECES, SENTENCES, Sentence
from autograder.grading.item_result import result_of
from autograder.records import RunStatus
from autograder.reports import differences
from autograder.reports.plain import items_table
from autograder.reports.terminal import part_view
from tests.reports.builders import a_part, an_item, as_text

ALL_IS_WELL = {"runs.ok", "runs.ok_cells", *(id for id in SENTENCES if id.endswith(".ok"))}
COMPOSED = {"pieces", "pieces_expected", "pieces_found", "pieces_hint"}


def code_of_judging() -> list[ast.AST]:
    """The parsed modules that make verdicts, without the tables of sentences themselves."""
    package = Path(autograder.__file__).parent
    paths = [*package.glob("checks/**/*.py"), *package.glob("grading/*.py")]
    paths = [path for path in paths if path.parent.name != "wording"]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def ids_in_code() -> set[str]:
    """All texts in that code that read like the id of a sentence."""
    nodes = [node for tree in code_of_judging() for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    said = {text for text in texts if re.fullmatch(r"[a-z-]+\.[a-z_]+", text)}
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "weighed":
            prefix = ast.literal_eval(node.args[0])
            said |= {f"{prefix}.ok", f"{prefix}.missing"}
    return said


def names_in(text: str) -> set[str]:
    """What a template asks to be filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("id", SENTENCES)
def test_a_sentence_says_what_was_expected_found_and_what_to_do_next(id: str) -> None:
    """Four texts for each id; the next step is left out exactly where nothing is wrong."""
    sentence = SENTENCES[id]

    assert sentence.message.strip() and sentence.expected.strip() and sentence.found.strip()
    assert bool(sentence.hint.strip()) == (id not in ALL_IS_WELL)


@pytest.mark.parametrize("id", PIECES)
def test_a_piece_says_what_was_expected_found_and_what_to_do_next(id: str) -> None:
    """Each sub-point too, and it asks for no more than its sentence is given."""
    assert all(text.strip() for text in PIECES[id])
    assert not COMPOSED & {name for text in PIECES[id] for name in names_in(text)}
    assert any(f"{id.partition('.')[0]}.{end}" in SENTENCES for end in ("missing", "stopped"))


def test_checks_say_the_sentences_of_the_table_and_no_others() -> None:
    """An id in the code that no table knows would end a grading; an id that nobody says is dead text."""
    said = ids_in_code()

    assert said - set(PIECES) <= set(SENTENCES)
    assert set(SENTENCES) <= said


def test_every_way_a_run_ends_has_its_words() -> None:
    """`runs.stopped` names the status of the run, whichever it is."""
    for status in set(RunStatus.__args__) - {"ok"}:
        texts = fill("runs.stopped", {"pieces": [f"runs.{status}"]})
        assert all(texts) and "{" not in "".join(texts)


@pytest.mark.parametrize(("name", "check"), CHECKS.items(), ids=CHECKS)
def test_the_sentences_of_a_check_are_in_the_tables(name: str, check: Check) -> None:
    """Each record names prefixes that exist; a check of several sub-points says one sentence for all, one for some."""
    prefixes = {id.partition(".")[0] for id in SENTENCES}

    assert check.sentences and set(check.sentences) <= prefixes
    if check.weights:
        assert {f"{check.sentences[0]}.ok", f"{check.sentences[0]}.missing"} <= set(SENTENCES)


def test_every_sentence_belongs_to_a_check() -> None:
    """What no record names is said of any item, or of one of several models."""
    prefixes = {id.partition(".")[0] for id in SENTENCES}

    assert prefixes - {prefix for check in CHECKS.values() for prefix in check.sentences} == {"item", "role"}


def test_several_models_are_told_line_by_line() -> None:
    """Each with its own sentence, expected and found; the next step is the first one's."""
    models = [
        {"title": "the linear model", "message_id": "training.none", "values": {}},
        {"title": "the other", "message_id": "role.absent", "values": {"title": "the other"}},
    ]
    texts = fill("role.each", {"models": models})

    assert texts.message == "The linear model: The model was never trained.\nThe other: is missing."
    assert [line.partition(":")[0] for line in texts.found.splitlines()] == ["The linear model", "The other"]
    assert texts.hint == SENTENCES["training.none"].hint


def test_one_more_sentence_is_one_entry_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that says its id gives all four texts to whatever shows the item: no report has a list of sentences."""
    sentence = Sentence("{shown} of them.", "{count} of them", "{shown}", "Show {count}.")
    monkeypatch.setitem(SENTENCES, "images.half", sentence)

    result = result_of("test-images", 5, say("images.half", 0.5, {"shown": 5, "count": 10}, cell=3))
    terminal, plain = as_text(part_view(a_part(result), "Part")), items_table("Part", [result])

    for shown in (terminal, plain):
        assert all(text in shown for text in ("5 of them.", "Show 10."))
    assert "asked for: 10 of them" in terminal and "found: 5" in terminal


LAYERS = [
    {"kind": "changed", "place": 2, "expected": "Dense 200", "found": "Dense 128"},
    {"kind": "added", "place": 4, "expected": "", "found": "Dense 50"},
]


def test_layers_that_differ_are_a_table_wherever_they_are_read() -> None:
    """The same rows under a checker cell and on the terminal, columns aligned."""
    item = an_item("architecture", "partial", 15, 30, values={"differences": LAYERS}, hint="Look.")
    wanted = ["layer     expected   found", "2         Dense 200  Dense 128", "before 4  –          Dense 50"]
    plain = [line.strip() for line in items_table("Part", [item]).splitlines()]
    shown = as_text(part_view(a_part(item), "Part"))

    assert differences.as_lines(item) == wanted
    assert [line for line in plain if line in wanted] == wanted
    assert all(text in shown for row in differences.rows(item) for text in row)
