"""docs/accuracy.md: what it counts, and that the committed page speaks of the corpora of today."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from autograder.selftest.accuracy_page import report
from autograder.selftest.cases import CorpusCase, all_cases, digest, dimensions
from autograder.selftest.deviations import deviations

from .example import CASE, graded

ROOT = Path(__file__).resolve().parents[2]


def test_the_report_is_the_same_bytes_and_counts_by_item() -> None:
    """Figures per item, deviations by name, nothing that changes between runs."""
    honest = CorpusCase("two", "honest", ("dense",), {}, {})
    found = deviations(CASE, graded(CASE, loss_plot=15.0))
    text = report([CASE, honest], found, {}, "0123abc")
    assert text == report([CASE, honest], found, {}, "0123abc")
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
    honest = CorpusCase("two", "honest", ("dense",), {}, {}, styles=("a", "fit", "p", "row", "k"))
    text = report([honest, replace(honest, styles=("own", *honest.styles[1:]))], [], ways, "0123abc")
    assert "### Model × training: 1 of 2 pairs" in text
    assert "| a | 1 |\n| b | 0 |" in text
    assert "### Training × plot: 1 of 1 pairs" in text and "add 1 ways" in text


def test_every_pair_of_styles_is_met_in_the_corpus() -> None:
    """What the report counts is complete, and every case names one way in each dimension or none at all."""
    ways, cases = dimensions(), all_cases()
    assert {len(case.styles) for case in cases} == {0, len(ways)}
    text = report(cases, [], ways, "0123abc")
    counts = re.findall(r"### .* × .*: (\d+) of (\d+) pairs", text)
    assert len(counts) == 3 and all(met == pairs for met, pairs in counts)


def test_the_committed_page_counts_the_corpora_and_names_what_was_graded() -> None:
    """What `make pages` wrote, with its commit; where the corpora have changed since, the page says that it is due."""
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    commit = re.search(r"^Graded with the sources of commit ([0-9a-f]{12})\.$", text, re.MULTILINE)
    assert commit is not None, "the page names no commit, or sources that nobody can look up"
    graded = re.search(r"the corpora with the digest `([0-9a-f]{16})`", text)
    assert graded is not None
    assert text == report(all_cases(), [], dimensions(), commit[1], graded[1])


def test_a_page_of_older_corpora_says_so() -> None:
    """Both digests stand on it, and what is to be done; a page of today's corpora says neither."""
    older = report([CASE], [], {}, "0123abc", "0" * 16)
    assert "`0000000000000000`" in older and f"`{digest([CASE])}`" in older and "`make pages` is due" in older
    assert report([CASE], [], {}, "0123abc", digest([CASE])) == report([CASE], [], {}, "0123abc")
    assert "is due" not in report([CASE], [], {}, "0123abc")


def test_the_readme_says_what_the_page_says() -> None:
    """How many honest notebooks and mutants were graded, and how many of them wrong."""
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    figures = re.findall(r"\*\*(\d+ of \d+) ", page)
    assert len(figures) == 2
    assert all(f"**{each}**" in readme for each in figures)
