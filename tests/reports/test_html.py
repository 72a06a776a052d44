"""The HTML report: self-contained, escaped, one page a submission, all that a student needs on it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from autograder.reports import html

from .builders import a_class, a_grade, a_part, a_run, an_item

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Collects tags, attributes and text, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note one tag."""
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture(name="pages", scope="module")
def _pages() -> dict[str, str]:
    return {path: data.decode() for path, data in html.write(a_class()).items()}


def test_every_submission_has_a_page_that_the_index_links(pages):
    """Each link of the index leads to a page, and no page is without a link."""
    links = re.findall(r'href="(submissions/[^"]+)"', pages["index.html"])

    assert {unquote(link) for link in links} == set(pages) - {"index.html"}
    assert len(links) == 5


def test_pages_load_nothing_and_run_nothing(pages):
    """No script, no image, no style attribute, no address of another machine."""
    for page in pages.values():
        seen = Reader(page)

        assert not {"script", "img", "link", "iframe", "object", "form"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name == "style" or name.startswith("on")]
        assert "//" not in re.sub(r"/\*.*?\*/", "", page)


def test_policy_allows_exactly_the_style_of_the_page(pages):
    """The digest in the content security policy is the digest of the style element as written."""
    for page in pages.values():
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

        assert f"style-src 'sha256-{digest}'" in page


def test_what_students_wrote_is_shown_not_run():
    """Markup in ids, messages, file names and errors comes out as text."""
    item = an_item(
        "training", "failed", 0, 15, message=HOSTILE, expected=HOSTILE, found=HOSTILE, hint=HOSTILE
    )
    run = a_run("cell_error", 1, detail=HOSTILE, flags=(HOSTILE,))
    grade = a_grade(HOSTILE, a_part(item, notes=(HOSTILE,)), problem=HOSTILE, run=run)
    graded = dataclasses.replace(a_class(), grades=(grade,), title=HOSTILE)
    pages = html.write(graded)

    assert len(pages) == 2
    for page in pages.values():
        assert not {"script", "img"} & set(Reader(page.decode()).tags)
        assert b"&lt;script&gt;" in page


def test_a_failed_item_says_what_was_asked_found_and_to_do(pages):
    """Sentence, expected, found, cell, hint and basis stand on the student's page."""
    page = pages["submissions/mixed/index.html"]

    for text in ("The loss-plot is failed.", "a legend", "no legend", "Call legend().", "cell 5", "observed"):
        assert text in page


def test_the_page_says_how_the_notebook_ran(pages):
    """Status, states of cells, the error (escaped), box and budget stand at the end of the page."""
    page = pages["submissions/mixed/index.html"]

    for text in (
        "a cell raised an error",
        'class="raised"',
        "NameError: &lt;b&gt;x",
        "without a box",
        "shortened",
    ):
        assert text in page


def test_a_part_that_was_not_handed_in_is_one_sentence():
    """Its items are not listed one by one, and the sentence says what happened."""
    part = a_part(an_item("noise", "not_attempted", 0, 20), part="denoising", status="not_submitted")
    graded = dataclasses.replace(a_class(), grades=(a_grade("a", part),))
    page = html.write(graded)["submissions/a/index.html"].decode()

    assert "The notebook ran, and trains no model that could be meant for this part." in page
    assert "<h3>noise" not in page


def test_open_points_are_announced_at_the_top(pages):
    """A failure of the grader itself is named on the index, with its number of submissions."""
    assert "The grader itself failed in 1 submission:" in pages["index.html"]


def test_a_class_of_nobody_is_a_page_too():
    """An empty class gives an index without rows."""
    empty = dataclasses.replace(a_class(), grades=())

    assert "0 submissions" in html.write(empty)["index.html"].decode()


def test_layers_that_differ_are_a_table_on_the_page():
    """A row for each layer, its texts escaped; items without such layers have no table."""
    layers = [{"kind": "changed", "place": 2, "expected": "Dense 200", "found": "<b>Mine</b>"}]
    item = an_item("architecture", "partial", 22.5, 30, values={"differences": layers})
    pages = html.write(
        dataclasses.replace(a_class(), grades=(a_grade("doe", a_part(item, an_item("runs"))),))
    )
    page = pages["submissions/doe/index.html"].decode()

    assert page.count('<table class="layers">') == 1
    assert "<td>2</td><td>Dense 200</td><td>&lt;b&gt;Mine&lt;/b&gt;</td>" in page
