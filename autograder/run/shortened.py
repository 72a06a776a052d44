"""Whether a failed run may have failed because its training was shortened: then it deserves a full one."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

from autograder.evidence.facts import Fit
from autograder.evidence.reader import MAX_EVENTS_BYTES, parse_event
from autograder.files import UnsafeFile, read_regular
from autograder.records import RunRecord

from .causes import UNRELATED_TO_TRAINING
from .channels import MAX_VALUES, count_values
from .made_by_training import MadeByTraining, parse
from .notebook import CodeCell

_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")
_MISSING_KEY = re.compile(r"KeyError: '([^']*)'")
# A result that a condition on a loss never filled; other errors of type or attribute are the same after any training.
_EMPTY = re.compile(r"(?:AttributeError|TypeError): .*NoneType")
# What is wrong with a value whatever was learned: layers that do not fit, arguments that nobody knows, other systems.
_SAME_IN_FULL = re.compile(
    r"incompatible with the layer|[Ii]ncompatible shapes|expected (?:shape|axis|min_ndim|ndim|\d)|cannot reshape|"
    r"Dimensions must be equal|must be broadcastable|size mismatch|not recognized|[Uu]nrecognized|unknown|Unknown|unexpected|Unexpected|"
    r"[Cc]ould not interpret|[Cc]annot load backend|LaTeX|latex|ParseException|ParseFatal|headless|display|"
    r"No such file|not found|No data provided|not a valid|is not supported|has not (?:yet )?been built|never been called"
)


def may_have_failed_for_it(run: RunRecord, evidence_dir: Path, cells: tuple[CodeCell, ...]) -> bool:
    """Whether a cell raised or timed out at or after a shortened training, for a reason that training can have.

    The cell must read what training made, and the error must be one that other losses, longer histories or better
    answers could have prevented: a full training takes hours, and holds the place of other notebooks.
    """
    first = first_shortened_cell(evidence_dir)
    if first is None:
        return False
    ran = {state.cell for state in run.cells if state.outcome == "ran"}
    known = [cell for cell in cells if cell.number in ran or cell.number >= first]
    sources = {cell.number: cell.source for cell in cells}
    made = MadeByTraining(cell.source for cell in known)
    return any(
        made.read_by(sources.get(state.cell, ""))
        and (state.outcome == "timed_out" or _training_explains(state.error, known))
        for state in run.cells
        if state.cell >= first and state.outcome in ("timed_out", "raised")
    )


def first_shortened_cell(evidence_dir: Path) -> int | None:
    """The cell of the first training that the budget changed, or None; unreadable evidence tells of none.

    One line after the other, and none that unfolds to more values than a history has: this is not judged apart.
    """
    cells = []
    try:
        lines = io.BytesIO(read_regular(evidence_dir / "events.jsonl", MAX_EVENTS_BYTES))
        for line in lines:
            if b"fit" in line and count_values(line) <= MAX_VALUES and line.endswith(b"\n"):
                fact = parse_event(line)
                if isinstance(fact, Fit) and fact.shortened:
                    cells.append(fact.cell)
    except (OSError, UnsafeFile, ValueError):
        return None
    return min(cells, default=None)


def _training_explains(error: str, known: list[CodeCell]) -> bool:
    kind = error.partition(":")[0]
    if kind in UNRELATED_TO_TRAINING:
        return False
    if kind in ("AttributeError", "TypeError"):
        return _EMPTY.match(error) is not None
    if undefined := _UNDEFINED.match(error):
        bound = _names_bound(known)
        return bound is None or undefined.group(1) in bound
    if missing := _MISSING_KEY.match(error):
        return _stores_key(known, missing.group(1))
    return kind == "AssertionError" or not _SAME_IN_FULL.search(error)


def _stores_key(cells: list[CodeCell], key: str) -> bool:
    """Whether a cell stores something under a key, perhaps behind a condition."""
    for cell in cells:
        for node in ast.walk(parse(cell.source) or ast.Module([], [])):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                if not isinstance(node.slice, ast.Constant) or node.slice.value == key:
                    return True
    return False


def _names_bound(cells: list[CodeCell]) -> set[str] | None:
    """Every name that these cells could bind; None when one of them cannot be told (a star import)."""
    names: set[str] = set()
    for cell in cells:
        tree = parse(cell.source)
        if tree is None:
            names.update(re.findall(r"\w+", cell.source))
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                names.add(node.name)
    return None if "*" in names else names
