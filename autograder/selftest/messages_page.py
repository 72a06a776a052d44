"""docs/messages.md: each sentence of the grader in an example, taken from the notebooks of the selftest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.checks.wording import PIECES, SENTENCES
from autograder.records import ItemResult, SubmissionGrade
from autograder.reports.differences import HEADER, rows
from autograder.reports.words import OUTCOME_WORDS, points_text

from .cases import CorpusCase

_INTRO = """# What the grader says

Written by `autograder selftest --messages docs/messages.md`: for each sentence one example, as a notebook of the corpora was
told it. Titles are the stable ids of `results.json` ([results.md](results.md)); the sentences' templates stand in
`autograder/checks/wording/`. Every sentence comes with what was expected, what was found and, where points are missing, one next step."""
_SUBPOINTS = """## Sub-points

Sentences about several things name these, each with what is said when it is not there. `{names}` are filled in."""
_UNSEEN = """## Not in an example

No notebook of the corpora is told these sentences. Most speak of the grader's own faults, or of runs that end in ways that a
corpus of hundreds of notebooks cannot afford; tests with made-up records say them all. `{names}` are filled in."""
_KINDS = {"mutant": "the mutant", "honest": "the honest notebook", "solution": "", "template": "the template"}
_ORDER = ("mutant", "template", "honest", "solution")


@dataclass(frozen=True)
class Example:
    """A sentence as one notebook was told it."""

    case: CorpusCase
    part: str
    item: ItemResult


def write_messages(path: Path, cases: list[CorpusCase], grades: Mapping[str, SubmissionGrade]) -> None:
    """Write the page; the same grades give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(messages(cases, grades), encoding="utf-8")


def messages(cases: list[CorpusCase], grades: Mapping[str, SubmissionGrade]) -> str:
    """The page as Markdown: an example of each sentence, then the sentences without one."""
    shown = examples(cases, grades)
    blocks = [_INTRO]
    group = ""
    for message_id in SENTENCES:
        if message_id not in shown:
            continue
        if message_id.partition(".")[0] != group:
            group = message_id.partition(".")[0]
            blocks.append(f"## {group}")
        blocks += _example(message_id, shown[message_id])
    blocks += [_SUBPOINTS, "\n".join(_table(PIECES))]
    unseen = {message_id: texts for message_id, texts in SENTENCES.items() if message_id not in shown}
    if unseen:
        blocks += [_UNSEEN, "\n".join(_table(unseen))]
    return "\n\n".join(blocks) + "\n"


def examples(cases: list[CorpusCase], grades: Mapping[str, SubmissionGrade]) -> dict[str, Example]:
    """The first example of each sentence: mutants first, of these the ones with a single defect that costs this item."""
    best: dict[str, tuple[tuple[int, bool, bool, int], Example]] = {}
    for place, case in enumerate(cases):
        grade = grades.get(case.id)
        for part in grade.parts if grade is not None else ():
            for item in part.items:
                due = (part.part, item.item) in case.lost
                rank = (_ORDER.index(case.kind), len(case.defects) > 1, not due, place)
                if item.message_id not in best or rank < best[item.message_id][0]:
                    best[item.message_id] = (rank, Example(case, part.part, item))
    return {message_id: example for message_id, (_, example) in best.items()}


def _example(message_id: str, example: Example) -> Iterator[str]:
    item = example.item
    yield f"### `{message_id}`"
    yield "\n".join(f"> {_plain(line)} \\" for line in item.message.splitlines()).removesuffix(" \\")
    table = rows(item)
    if table:
        head = [f"| {' | '.join(HEADER)} |", "|---|---|---|"]
        yield "\n".join([*head, *(f"| {' | '.join(map(_plain, row))} |" for row in table)])
    texts = [("expected", item.expected), ("found", item.found), ("next", item.hint)]
    yield "\n".join(f"- **{name}:** {_in_one(text)}" for name, text in texts if text)
    points = f"{points_text(item.points)} of {points_text(item.max_points)} points"
    name = f"{_KINDS[example.case.kind]} `{example.case.id}`".strip()
    yield f"From {name}, {example.part} / {item.item}: {OUTCOME_WORDS[item.status]}, {points}."


def _table(templates: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The templates themselves, a row each; what is put together from sub-points or models reads so."""
    yield "| id | what is said | expected | found | next |"
    yield "|---|---|---|---|---|"
    for template_id, texts in templates.items():
        yield f"| `{template_id}` | {' | '.join(_in_one(_composed(text)) for text in texts)} |"


def _composed(text: str) -> str:
    return re.sub(r"\{(pieces|models)(_\w+)?\}", r"(of each of the \1)", text).replace(
        "pieces)", "sub-points)"
    )


def _in_one(text: str) -> str:
    return "<br>".join(_plain(line) for line in text.splitlines())


def _plain(text: str) -> str:
    """Text as Markdown shows it, letter by letter."""
    return re.sub(r"([\\`*_|<\[\]])", r"\\\1", text)
