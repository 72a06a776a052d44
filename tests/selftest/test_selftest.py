"""The selftest: what it calls a deviation, what it reports, and the corpora through the whole pipeline."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from autograder import selftest
from autograder.checks.wording import PIECES, SENTENCES
from autograder.cli.app import app
from autograder.errors import BoxUnavailable, UsageError
from autograder.records import ItemResult, PartGrade, SubmissionGrade
from autograder.rubrics import PARTS
from autograder.run.probe import Report
from autograder.selftest import Case, deviations
from autograder.selftest.accuracy_page import report
from autograder.selftest.messages_page import messages
from autograder.settings import CORE_PARTS
from tests.corpora import sample
from tests.grades import a_grade

ROOT = Path(__file__).resolve().parents[2]

CASE = Case("one", "mutant", ("dense",), {}, {("dense", "loss-plot"): 3.0}, defects=("title-missing",))
SHARES = 2


def graded(case: Case, **points: float) -> SubmissionGrade:
    """A grade that is exactly the case's due, but for the dense items named in `points` (with - as _)."""
    parts = []
    for part in PARTS:
        held = part.id in case.parts
        items = []
        for item in part.items:
            due = item.points - case.lost.get((part.id, item.id), 0.0) if held else 0.0
            if part.id == "dense":
                due = points.get(item.id.replace("-", "_"), due)
            status = "passed" if held else "not_attempted"
            items.append(ItemResult(item.id, status, due, item.points, "x.y", "A sentence."))
        total = sum(item.points for item in items)
        parts.append(PartGrade(part.id, "graded", total, part.max_points, tuple(items)))
    return replace(a_grade(case.id), parts=tuple(parts))


def test_a_mutant_that_loses_exactly_its_due_is_no_deviation() -> None:
    """The points of the table, no more and no less, item by item."""
    assert deviations(CASE, graded(CASE)) == []


@pytest.mark.parametrize("points", [{"loss_plot": 15.0}, {"loss_plot": 9.0}, {"training": 10.0}])
def test_points_other_than_the_due_are_a_deviation(points: dict[str, float]) -> None:
    """A mutant that passes, one that loses more, and one that loses another item's points are each named."""
    (found,) = deviations(CASE, graded(CASE, **points))
    assert found.item == next(iter(points)).replace("_", "-")
    assert found.got == next(iter(points.values()))


def test_an_item_that_is_our_fault_is_a_deviation_even_with_the_right_points() -> None:
    """Errored items deviate: a person would have to look at them."""
    grade = graded(CASE)
    dense = grade.parts[0]
    broken = replace(dense, items=(replace(dense.items[0], status="errored"), *dense.items[1:]))
    assert [d.item for d in deviations(CASE, replace(grade, parts=(broken, *grade.parts[1:])))] == ["runs"]


def test_a_part_that_a_case_does_not_hold_must_stay_not_attempted() -> None:
    """Points or verdicts in another part are deviations: a dense notebook attempts no convolutions."""
    grade = graded(CASE)
    conv = grade.parts[1]
    judged = replace(conv, items=(replace(conv.items[0], status="failed"), *conv.items[1:]))
    parts = (grade.parts[0], judged, *grade.parts[2:])
    assert [(d.part, d.item) for d in deviations(CASE, replace(grade, parts=parts))] == [("conv", "runs")]


def test_a_part_that_was_asked_for_and_not_graded_is_a_deviation() -> None:
    """A grade that leaves out the case's own part is never taken for success."""
    case = replace(CASE, asked=("dense", "decoders"))
    grade = graded(case)
    without = replace(grade, parts=tuple(part for part in grade.parts if part.part != "decoders"))
    assert [(d.part, d.item) for d in deviations(case, without)] == [("decoders", "all")]


def test_the_other_parts_are_graded_where_they_are_asked_for() -> None:
    """A case of a part beyond the core is graded by that part's rubric, the others by the course's default."""
    asked = {(part, case.asked) for case in selftest.all_cases() for part in case.parts}

    assert asked == {(part.id, CORE_PARTS if part.id in CORE_PARTS else (part.id,)) for part in PARTS}


def test_a_case_without_a_grade_is_a_deviation() -> None:
    """Nothing came back, or the grader failed: never taken for success."""
    assert len(deviations(CASE, None)) == 1
    assert len(deviations(CASE, a_grade("one", status="errored"))) == 1


def test_the_report_is_the_same_bytes_and_counts_by_item() -> None:
    """Figures per item, deviations by name, nothing that changes between runs."""
    honest = Case("two", "honest", ("dense",), {}, {})
    found = deviations(CASE, graded(CASE, loss_plot=15.0))
    text = report([CASE, honest], found, {})
    assert text == report([CASE, honest], found, {})
    assert "**0 of 1 honest notebooks lost a point that was theirs.**" in text
    assert "**1 of 1 notebooks with a defect passed" in text
    assert "| loss-plot | 15 | 1 | 0 | 1 | 1 | 1 |" in text
    assert "| training | 15 | 1 | 0 | 0 | 0 | 0 |" in text
    assert "`one`, dense / loss-plot: 12 expected, 15 got" in text


def test_the_report_counts_the_pairs_of_styles_that_meet() -> None:
    """Each pairing of the dimensions with its number of notebooks, and the ones that nobody shows."""
    ways = {
        "model": ("a", "b"),
        "training": ("fit",),
        "plot": ("p",),
        "image layout": ("row",),
        "loading": ("k",),
    }
    honest = Case("two", "honest", ("dense",), {}, {}, styles=("a", "fit", "p", "row", "k"))
    text = report([honest, replace(honest, styles=("own", *honest.styles[1:]))], [], ways)
    assert "### Model × training: 1 of 2 pairs" in text
    assert "| a | 1 |\n| b | 0 |" in text
    assert "### Training × plot: 1 of 1 pairs" in text and "add 1 ways" in text


def test_every_pair_of_styles_is_met_in_the_corpus() -> None:
    """What the report counts is complete, and every case names one way in each dimension or none at all."""
    ways, cases = selftest.dimensions(), selftest.all_cases()
    assert {len(case.styles) for case in cases} == {0, len(ways)}
    text = report(cases, [], ways)
    counts = re.findall(r"### .* × .*: (\d+) of (\d+) pairs", text)
    assert len(counts) == 3 and all(met == pairs for met, pairs in counts)


def told(id: str, **fields: object) -> SubmissionGrade:
    """A grade whose only item says something."""
    item = replace(a_grade(id).parts[0].items[0], item="loss-plot", **fields)
    return replace(a_grade(id), parts=(replace(a_grade(id).parts[0], items=(item,)),))


def test_each_sentence_is_shown_in_the_plainest_mutant_that_is_told_it() -> None:
    """A single defect that costs the item comes before pairs and before honest notebooks; what nobody was told is listed."""
    pair = replace(CASE, id="pair", defects=("title-missing", "width-1"))
    single = replace(CASE, id="single", defects=("title-missing",))
    honest = Case("fine", "honest", ("dense",), {}, {})
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


def test_one_grading_writes_both_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--report` and `--messages` together grade each case once."""
    asked = []
    monkeypatch.setattr(selftest, "all_cases", lambda: [CASE])
    monkeypatch.setattr(selftest, "grade_cases", lambda *more: asked.append(more) or {"one": graded(CASE)})
    done = CliRunner().invoke(
        app, ["selftest", "--report", str(tmp_path / "a.md"), "--messages", str(tmp_path / "b.md")]
    )
    assert done.exit_code == 0 and len(asked) == 1
    assert (tmp_path / "a.md").read_text().startswith("# How often")
    assert (tmp_path / "b.md").read_text().startswith("# What the grader says")


def test_a_selftest_without_a_box_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the cause; in continuous integration with bubblewrap it fails instead."""
    console = Console(width=200, record=True, quiet=False, file=io.StringIO())
    none = Report(False, message="There is no box here.", remedy="Type this.")
    monkeypatch.setattr(selftest, "box_report", lambda warm: none)
    monkeypatch.setattr(selftest, "bwrap_program", lambda: "/usr/bin/bwrap")
    monkeypatch.delenv("CI", raising=False)
    assert selftest.sandbox(console) == "none"
    assert console.export_text().count("\n") == 1
    monkeypatch.setenv("CI", "true")
    with pytest.raises(BoxUnavailable, match="no box here"):
        selftest.sandbox(console)
    monkeypatch.setattr(selftest, "bwrap_program", lambda: None)
    assert selftest.sandbox(console) == "none"


def test_a_name_that_no_case_has_is_refused() -> None:
    """Nothing chosen is a mistake of the user, not a passed selftest."""
    with pytest.raises(UsageError):
        selftest._chosen([CASE], ("no such case",))


def test_every_case_has_an_id_of_its_own() -> None:
    """Ids name folders and records, so no two cases share one."""
    ids = [case.id for case in selftest.all_cases()]
    assert len(ids) == len(set(ids))


def test_every_case_that_the_tests_name_exists() -> None:
    """A corpus that is made anew may number its cases otherwise; the samples follow at once."""
    known = {case.id for case in selftest.all_cases()}

    assert set(sample.SHORT) <= known


def sampled(cases: Sequence[Case]) -> list[Case]:
    """Solutions and templates of the core parts, and the named cases."""
    by_id = {case.id: case for case in cases}
    own = [case for case in cases if case.kind in ("solution", "template") and case.asked == CORE_PARTS]
    return own + [by_id[name] for name in sample.SHORT]


def failures(cases: list[Case], kept: Path) -> list[str]:
    """The deviations of cases graded into `kept`, as lines."""
    grades = selftest.grade_cases(cases, kept, 1)
    found = [deviation for case in cases for deviation in deviations(case, grades.get(case.id))]
    return [f"{d.case.id}: {d.part}/{d.item} {d.got:g} instead of {d.expected:g}: {d.message}" for d in found]


@pytest.mark.kernel
@pytest.mark.corpus
@pytest.mark.parametrize("share", range(SHARES))
def test_a_sample_of_the_corpora_gets_exactly_its_due(share: int, tmp_path: Path) -> None:
    """Solutions and honest notebooks get everything, templates nothing, mutants lose what the table says."""
    assert failures(sampled(selftest.all_cases())[share::SHARES], tmp_path) == []


def test_the_committed_page_counts_the_corpora_of_today_and_nothing_wrong() -> None:
    """docs/accuracy.md is what `make test-all` writes again from the grades; here, what it must come to."""
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert text == report(selftest.all_cases(), [], selftest.dimensions())


def test_the_readme_says_what_the_page_says() -> None:
    """How many honest notebooks and mutants were graded, and how many of them wrong."""
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    figures = re.findall(r"\*\*(\d+ of \d+) ", page)
    assert len(figures) == 2
    assert all(f"**{each}**" in readme for each in figures)


def test_the_committed_page_of_messages_knows_every_sentence_and_case() -> None:
    """docs/messages.md has each sentence and each sub-point once, and names notebooks that the corpora hold."""
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    told = re.findall(r"^(?:### |\| )`([^`]+)`", text, re.MULTILINE)
    assert sorted(told) == sorted([*SENTENCES, *PIECES])
    known = {case.id for case in selftest.all_cases()}
    named = re.findall(r"^From (?:the [a-z ]+ )?`([^`]+)`", text, re.MULTILINE)
    assert len(named) > 50 and set(named) <= known
