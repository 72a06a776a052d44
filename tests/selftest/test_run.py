"""One selftest: which cases it grades, and the pages that it writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.errors import UsageError
from autograder.records import SubmissionGrade
from autograder.selftest import run
from autograder.selftest.cases import ROOT, CorpusCase
from autograder.selftest.run import choose
from autograder.selftest.thirds import third_at

from .example import CASE, graded

MAKEFILE = ROOT / "Makefile"


def test_one_grading_writes_both_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--report` and `--messages` together grade each case once."""
    asked = []
    monkeypatch.setattr(run, "all_cases", lambda: [CASE])
    monkeypatch.setattr(run, "grade_cases", lambda *more: asked.append(more) or {"one": graded(CASE)})
    done = CliRunner().invoke(
        app, ["selftest", "--report", str(tmp_path / "a.md"), "--messages", str(tmp_path / "b.md")]
    )
    assert done.exit_code == 0 and len(asked) == 1
    assert (tmp_path / "a.md").read_text().startswith("# How often")
    assert (tmp_path / "b.md").read_text().startswith("# What the grader says")


def test_a_name_that_no_case_has_is_refused() -> None:
    """Nothing chosen is a mistake of the user, not a passed selftest."""
    with pytest.raises(UsageError):
        choose([CASE], ("no such case",))


@pytest.mark.parametrize("more", [("mutant",), ("--third", "HEAD")])
def test_a_page_of_fewer_than_all_cases_is_refused(more: tuple[str, ...], tmp_path: Path) -> None:
    """Figures of some cases never stand on the page for figures of all, and nothing is graded for them."""
    page = tmp_path / "a.md"
    done = CliRunner().invoke(app, ["selftest", *more, "--report", str(page)])
    assert done.exit_code == 2 and "made of all cases" in done.output and not page.exists()


def test_a_third_of_the_corpora_is_graded_beside_solutions_and_templates(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first line says how many cases are graded, which third that is, and the commit that decided it."""
    mutants = [replace(CASE, id=f"mutant-{number}") for number in range(60)]
    honest = [replace(CASE, id=f"honest-{number}", kind="honest", lost={}) for number in range(30)]
    own = [replace(CASE, id=f"{kind}-1", kind=kind, lost={}) for kind in ("solution", "template")]
    monkeypatch.setattr(run, "all_cases", lambda: [*mutants, *honest, *own])
    seen: list[str] = []

    def grade_cases(cases: list[CorpusCase], *_: object) -> dict[str, SubmissionGrade]:
        seen.extend(case.id for case in cases)
        return {case.id: graded(case) for case in cases}

    monkeypatch.setattr(run, "grade_cases", grade_cases)
    assert run.main(third="HEAD") == 0
    third = third_at("HEAD", ROOT)
    due = [case.id for case in (*mutants, *honest) if third.holds(case.id)]
    assert seen == [*due, "solution-1", "template-1"] and 0 < len(due) < 90
    assert capsys.readouterr().out.startswith(
        f"{len(due) + 2} of 92 cases: third {third.number + 1} of 3, by commit "
    )


def recipe(target: str) -> str:
    """The commands of a target of the Makefile."""
    _, _, rest = MAKEFILE.read_text("utf-8").partition(f"\n{target}:")
    return rest.partition("\n\n")[0]


def test_make_grades_a_third_at_each_commit_and_everything_for_the_pages() -> None:
    """What docs/accuracy.md says of CI: `make test-all` leaves out two thirds of the corpora, `make pages` nothing."""
    for_ci, for_pages = recipe("test-all"), recipe("pages")
    assert "selftest --workers $(WORKERS) --third HEAD\n" in for_ci
    assert "selftest --workers $(WORKERS) --report docs/accuracy.md --messages docs/messages.md" in for_pages
    assert "--third" not in for_pages
