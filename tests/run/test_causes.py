"""Why a cell failed, in words that say what to do."""

from __future__ import annotations

import pytest

from autograder.run.causes import explain
from autograder.run.packages import available_packages
from autograder.text import one_line


@pytest.mark.parametrize(
    ("ename", "evalue", "words"),
    [
        ("ModuleNotFoundError", "No module named 'google.colab'", "exists on Colab only"),
        ("ModuleNotFoundError", "No module named 'google'", "exists on Colab only"),
        ("ModuleNotFoundError", "No module named 'torch'", "available are keras "),
        ("ModuleNotFoundError", "No module named 'autograder.grading.grade'", "no part of the course"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'w.h5'", "was not handed in"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/w.h5'", "another machine"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'C:\\w.h5'", "another machine"),
        ("OSError", "Unable to open file (unable to open file: name = 'm.h5', errno = 2)", "`m.h5`"),
        ("gaierror", "[Errno -2] Name or service not known", "needs the network"),
        ("Exception", "URL fetch failure on https://x: None -- [Errno -3]", "needs the network"),
        ("StdinNotImplementedError", "raw_input was called", "typed input"),
        ("SyntaxError", "invalid syntax (1234.py, line 2)", "not valid Python: invalid syntax"),
        ("SystemExit", "0", "asked Python to exit"),
        ("ValueError", "bad.", "raised ValueError: bad."),
        ("KeyboardInterrupt", "", "raised KeyboardInterrupt."),
    ],
)  # fmt: skip
def test_each_kind_of_failure_has_its_sentence(ename: str, evalue: str, words: str) -> None:
    """One sentence that names the cell."""
    cause = explain(7, ename, evalue)
    assert words in cause.sentence and "ell 7" in cause.sentence


def test_only_what_wants_the_network_is_flagged() -> None:
    """An import error is not."""
    assert explain(1, "URLError", "x").flags == ("network_wanted",)
    assert explain(1, "ImportError", "cannot import name 'x'").flags == ()


def test_hostile_texts_become_one_bounded_line() -> None:
    """Whatever an exception says about itself."""
    error = explain(1, "E\x1b[31m" + "x" * 500, "a\n\u202eb" + "y" * 10_000_000).error
    assert len(error) <= 300 and error.isprintable()


def test_packages_are_named_with_their_versions() -> None:
    """The pinned ones that notebooks use."""
    assert any(each.startswith("keras 3") for each in available_packages())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b]0;title\x07a\x1b[2Jb", "ab"),
        ("a\r\nb\tc\0", "a b c"),
        ("ok\ud800", "ok"),
        ("\u200bx\u2066y", "x y"),
        ("x" * 20, "xxxxxxxxx…"),
    ],
)
def test_a_line_is_clean(text: str, line: str) -> None:
    """No escape code, control, mark of direction or half character is left."""
    assert one_line(text, 10) == line


def test_a_file_that_was_handed_in_and_left_out_is_not_called_missing() -> None:
    """What is true is said: it was there, and why it is not now."""
    left_out = ("The file `data/big.npy` was left out: it has 80 MB.",)
    told = explain(3, "FileNotFoundError", "[Errno 2] No such file or directory: 'big.npy'", left_out)
    assert told.sentence == "Cell 3 opens `big.npy`. The file `data/big.npy` was left out: it has 80 MB."
    other = explain(3, "FileNotFoundError", "[Errno 2] No such file or directory: 'other.npy'", left_out)
    assert "was not handed in" in other.sentence
