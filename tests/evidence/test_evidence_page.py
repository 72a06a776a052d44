"""docs/evidence.md names every event, every field and every bound of the record format, and quotes lines that can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from autograder.evidence import arrays, evidence, facts, reader, replayed
from autograder.recorder import journal
from autograder.recorder.models import answers, book, graph, weights
from autograder.recorder.shown import figures, matplotlib_reader
from autograder.replay import results

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
EVENTS: dict[str, type[BaseModel]] = {
    get_args(event.model_fields["kind"].annotation)[0]: event for event in get_args(get_args(facts.Event)[0])
}
NESTED: dict[str, type[BaseModel]] = {
    name: value
    for module in (facts, replayed)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__
    and not issubclass(value, facts.Fact)
}  # fmt: skip
MIB = 2**20


def sections() -> dict[str, str]:
    """Kind of an event, or name of a type inside one -> its part of the page."""
    parts = re.split(r"^(?:### `(\w+)`|\*\*(\w+)\*\*|## .*)", PAGE, flags=re.MULTILINE)
    found = {}
    for event, nested, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if event or nested:
            found[event or nested] = text
    return found


def fields_of(text: str) -> set[str]:
    """The fields in the first column of a section's table."""
    rows = re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_kind_and_type_has_a_section() -> None:
    """And no section speaks of one that there is not."""
    assert set(sections()) == set(EVENTS) | set(NESTED)
    assert len(EVENTS) == 15


@pytest.mark.parametrize("name", [*EVENTS, *NESTED])
def test_a_section_names_exactly_the_fields_of_its_type(name: str) -> None:
    """`kind` and `cell`, which every event has, stand once before them."""
    of_all = {"kind", "cell"} if name in EVENTS else set()
    model = EVENTS[name] if name in EVENTS else NESTED[name]

    assert fields_of(sections()[name]) == set(model.model_fields) - of_all


def test_every_place_of_a_fault_is_named() -> None:
    """The closed set, and what else is read as."""
    named = set(re.findall(r"`(\w+)`", sections()["fault"]))

    assert {*facts.FAULT_PLACES, facts.UNKNOWN_PLACE} <= named


def test_quoted_events_can_be_read() -> None:
    """Each whole line of the example is an event as the reader takes it, with nothing in it that the facts ignore."""
    block = PAGE.split("```json\n")[1].split("```")[0]
    lines = [line for line in block.splitlines() if "…" not in line]

    assert len(lines) == 10
    for line in lines:
        fact = reader.parse_event(line.encode())
        assert set(json.loads(line)) <= set(type(fact).model_fields)


def test_a_quoted_answer_of_replay_can_be_read() -> None:
    """The line of the second example."""
    line = PAGE.split("```json\n")[2].split("```")[0]

    assert replayed.ReplayedOutput.model_validate_json(line).source == "call:c1"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("text of all events", f"{journal.MAX_EVENT_BYTES // MIB} MiB"),
        ("arrays", f"{journal.MAX_ARRAYS:,} in {journal.MAX_ARRAY_BYTES // MIB} MiB"),
        ("weights", f"{weights.MAX_VERSIONS} versions a model, {weights.MAX_BYTES // MIB} MiB a run"),
        (
            "calls",
            f"{answers.MAX_CALLS}, {answers.MAX_CALLS_A_CELL} a cell, {answers.MAX_BYTES // MIB} MiB; "
            f"with answers that figures show, {answers.MAX_ALL_BYTES // MIB} MiB",
        ),
        (
            "figures",
            f"{figures.FIGURE_CAP}, shown {figures.SNAPSHOT_CAP} times, then the last {figures.LAST_CAP} of each cell and "
            f"{figures.LATE_CAP:,} in all; {matplotlib_reader.PIXEL_CAP:,} pixels a picture",
        ),
        ("models", f"{book.MAX_MODELS:,}, of {graph.MAX_NODES:,} nodes"),
        ("faults", f"{journal.MAX_FAULTS}"),
        (
            "`events.jsonl`",
            f"{reader.MAX_EVENTS_BYTES // MIB} MiB, {reader.MAX_EVENTS:,} lines of {reader.MAX_LINE_BYTES // MIB} MiB",
        ),
        ("one array", f"{arrays.MAX_FILE_BYTES // MIB} MiB, {arrays.MAX_RANK} axes"),
        ("all arrays of a run", f"{evidence.MAX_ARRAY_BYTES // 2**30} GiB"),
        ("`replay.json`", f"{reader.MAX_REPLAY_BYTES // MIB} MiB"),
        ("arrays of replay", f"{results.MAX_ARRAYS:,} in {results.MAX_BYTES // MIB} MiB"),
    ],
)
def test_sizes_are_those_of_the_code(row: str, text: str) -> None:
    """Each bound stands in its row of the tables."""
    assert f"\n| {row} | {text}" in PAGE.partition("## Sizes")[2]
