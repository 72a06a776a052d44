"""The files around a notebook: where they were handed in, and under every spelling that the student's machine accepts."""

from __future__ import annotations

import pytest

from autograder.run import layout
from autograder.run.layout import laid_out
from tests.notebooks import notebook


def around(name: str, code: str, files: dict[str, bytes]) -> tuple[dict[str, bytes], str]:
    """The files that lie around a notebook, and its folder."""
    found = laid_out(name, notebook(code), files.items())
    return dict(found.files), found.folder


def test_files_keep_the_folders_that_they_were_handed_in_with() -> None:
    """`..` leads where it leads on the student's machine, and what lies elsewhere is found from a project's top."""
    files = {"src/net.py": b"n", "data/x": b"x", "notebooks/util.py": b"u", "util.py": b"other"}
    placed, folder = around("notebooks/n.ipynb", "", files)
    assert folder == "notebooks" and placed.items() >= files.items()
    assert placed["notebooks/src/net.py"] == b"n" and placed["notebooks/data/x"] == b"x"
    assert placed["notebooks/util.py"] == b"u"


def test_a_notebook_at_the_top_finds_its_files_and_nothing_else() -> None:
    """Nothing is doubled where nobody asks for it."""
    files = {"data/x": b"x", "y.py": b"open('data/x')"}
    assert around("n.ipynb", "open('data/x')", files) == (files, "")


# code -> the name, from the notebook's folder, under which `data/Start.npy` must lie
SPELLINGS = {
    "backslashes": (r"np.load('data\\Start.npy')", "data\\Start.npy"),
    "a raw string": (r"np.load(r'data\Start.npy')", "data\\Start.npy"),
    "backslashes and capitals": (r"np.load('.\\DATA\\start.npy')", ".\\DATA\\start.npy"),
    "a folder with a backslash": (r"open('data\\' + name)", "data\\Start.npy"),
    "capitals of the file": ("np.load('data/start.npy')", "data/start.npy"),
    "capitals of the folder": ("np.load('Data/Start.npy')", "Data/Start.npy"),
    "joined": ("np.load(Path('DATA') / 'start.npy')", "DATA/start.npy"),
    "in a module": ("import net", "data/start.NPY"),
    "a magic": ("%load data/START.npy", "data/START.npy"),
    "one folder up": ("np.load('../data/Start.npy')", "../data/Start.npy"),
    "two up, in capitals": ("np.load('../../data/start.npy')", "../../data/start.npy"),
    "a folder that did not come along": ("np.load('data/Start.npy')", "data/Start.npy"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPELLINGS)
def test_a_file_lies_under_the_spelling_that_the_code_uses(kind: str) -> None:
    """What opens it on the student's machine opens it in the box."""
    code, name = SPELLINGS[kind]
    files = {"data/Start.npy": b"s", "net.py": b"x = open('data/start.NPY')"}
    placed, folder = around("n.ipynb", code, files)
    parts = [part for part in folder.split("/") if part]
    for part in name.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    assert placed["/".join(parts)] == b"s"
    assert {
        "/".join(filter(None, (folder, each))): data for each, data in files.items()
    }.items() <= placed.items()


def test_another_spelling_never_covers_a_file() -> None:
    """Where two names differ in capitals, both stay what they are; a file is no folder."""
    files = {"a.npy": b"1", "A.npy": b"2", "b": b"file", "B2/x": b"3"}
    placed, _ = around("n.ipynb", "open('a.npy'); open('A.NPY'); open('b/x'); open('b2')", files)
    assert placed.items() >= files.items() and placed["A.NPY"] in (b"1", b"2") and placed["b2/x"] == b"3"


def test_copies_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text full of names cannot fill the box."""
    monkeypatch.setattr(layout, "MOST_COPIES_BYTES", 10)
    placed, _ = around("n.ipynb", "open('A'); open('../a'); open('../../a')", {"a": b"123456"})
    assert len(placed) == 2


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "~/a.npy", "C:\\\\a.npy", "../../../../../../a.npy", "x/../../a.npy"]
)
def test_places_elsewhere_are_left_alone(path: str) -> None:
    """A place on another machine, or one far above the hand-in, stays missing and is said to be."""
    assert around("n.ipynb", f"open('{path}')", {"a.npy": b"1"}) == ({"a.npy": b"1"}, "")
