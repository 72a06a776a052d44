"""One selftest: choose cases, grade them, print what deviates, write the pages that are made of the grades."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.errors import UsageError

from .accuracy_page import write_report
from .cases import KINDS, ROOT, CorpusCase, all_cases, dimensions
from .deviations import Deviation, deviations
from .grading import grade_cases
from .messages_page import write_messages
from .thirds import Third, graded_commit, third_at

KEPT = ROOT / ".cache" / "selftest"


def main(
    report: Path | None = None,
    only: Iterable[str] = (),
    kept: Path = KEPT,
    workers: int | None = None,
    messages: Path | None = None,
    third: str | None = None,
) -> int:
    """Grade all cases (or those whose kind or id holds one of `only`) and print what deviates; 0 when nothing does.

    With `third`, the name of a commit, of honest notebooks and mutants only that commit's third is graded. Both pages, `report` on the deviations and
    `messages` with an example of every sentence, are made of one grading of all cases. Grades are kept in `kept` by
    content and grader, as those of a class are.

    Raises `UsageError` when nothing is chosen, a page is asked for of fewer than all cases, or this is no clone of the
    project, and `BoxUnavailable` as `sandbox` does.
    """
    if (report or messages) and (third or tuple(only)):
        raise UsageError(
            "The pages are made of all cases.", "Name no cases and no third when a page is asked for."
        )
    console = Console()
    chosen = choose(all_cases(), tuple(only))
    if third is not None:
        chosen = _a_third(chosen, third_at(third, ROOT), console)
    commit = (
        graded_commit(ROOT) if report is not None else ""
    )  # before grading, which takes long enough for a change
    grades = grade_cases(chosen, kept, workers, console)
    found = [deviation for case in chosen for deviation in deviations(case, grades.get(case.id))]
    _print(console, chosen, found)
    if report is not None:
        write_report(report, chosen, found, dimensions(), commit)
    if messages is not None:
        write_messages(messages, chosen, grades)
    return 1 if found else 0


def choose(cases: list[CorpusCase], words: tuple[str, ...]) -> list[CorpusCase]:
    """The cases whose kind is one of the words or whose id holds one; all when there is none.

    Raises `UsageError` when no case is meant.
    """
    if not words:
        return cases
    chosen = [case for case in cases if any(word == case.kind or word in case.id for word in words)]
    if not chosen:
        raise UsageError(f"No case is called {', '.join(words)}.", f"Kinds are {', '.join(KINDS)}.")
    return chosen


def _a_third(cases: list[CorpusCase], third: Third, console: Console) -> list[CorpusCase]:
    """All solutions and templates, and of the others those that the third holds."""
    chosen = [case for case in cases if case.kind in ("solution", "template") or third.holds(case.id)]
    console.print(f"{len(chosen)} of {len(cases)} cases: {third}", highlight=False)
    return chosen


def _print(console: Console, cases: list[CorpusCase], found: list[Deviation]) -> None:
    console.print(_summary(cases, found))
    for deviation in found:
        console.print(f"{deviation.case.kind} {deviation.case.id}", style="bold", highlight=False)
        console.print(f"  {deviation}", markup=False, highlight=False)


def _summary(cases: list[CorpusCase], found: list[Deviation]) -> Table:
    table = Table("kind", "cases", "as expected", "deviating", title="selftest")
    wrong = {deviation.case.id for deviation in found}
    for kind in KINDS:
        of_kind = [case.id for case in cases if case.kind == kind]
        if of_kind:
            deviating = len(wrong.intersection(of_kind))
            table.add_row(kind, str(len(of_kind)), str(len(of_kind) - deviating), str(deviating))
    return table
