"""Whether a failed run may have failed because its training was shortened: then it deserves a full one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from autograder.errors import EvidenceUnreadable
from autograder.evidence.facts import Fit
from autograder.evidence.reader import MAX_EVENTS_BYTES, parse_events
from autograder.files import UnsafeFile, read_regular
from autograder.records import CellState, RunRecord

from .causes import UNRELATED_TO_TRAINING
from .notebook import CodeCell

_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")
_API_ERRORS = re.compile(
    r"AttributeError: module '|TypeError: .*unexpected keyword argument|ImportError: cannot import name"
)


def may_have_failed_for_it(run: RunRecord, evidence_dir: Path, cells: tuple[CodeCell, ...]) -> bool:
    """Whether a cell raised or timed out at or after a shortened training, for a reason that training can have.

    Errors that no training explains (a syntax error, a missing package, a name that no cell binds) do not count.
    """
    first = first_shortened_cell(evidence_dir)
    if first is None:
        return False
    ran = {state.cell for state in run.cells if state.outcome == "ran"}
    bound = _names_bound([cell for cell in cells if cell.number in ran or cell.number >= first])
    return any(
        state.outcome == "timed_out" or (state.outcome == "raised" and _training_explains(state, bound))
        for state in run.cells
        if state.cell >= first
    )


def first_shortened_cell(evidence_dir: Path) -> int | None:
    """The cell of the first training that the budget changed, or None; unreadable evidence tells of none."""
    try:
        facts = parse_events(read_regular(evidence_dir / "events.jsonl", MAX_EVENTS_BYTES))
    except (OSError, UnsafeFile, EvidenceUnreadable):
        return None
    return min((fact.cell for fact in facts if isinstance(fact, Fit) and fact.shortened), default=None)


def _training_explains(state: CellState, bound: set[str] | None) -> bool:
    if state.error.partition(":")[0] in UNRELATED_TO_TRAINING or _API_ERRORS.match(state.error):
        return False
    undefined = _UNDEFINED.match(state.error)
    return not (undefined and bound is not None and undefined.group(1) not in bound)


def _names_bound(cells: list[CodeCell]) -> set[str] | None:
    """Every name that these cells could bind; None when one of them cannot be told (a star import)."""
    names: set[str] = set()
    for cell in cells:
        tree = _parse(cell.source)
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


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
