"""A class as learning platforms, zip programs and course staff leave it: nobody vanishes, nobody loses for another."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from autograder.submissions import Submission, find, look
from tests.notebooks import notebook

GOOD = notebook("x = 1")


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder with these files; each notebook gets bytes of its own."""
    for number, (name, data) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook(f"x = {number}") if data == GOOD else data)
    return folder


def zipped(path: Path, files: dict[str, bytes], links: tuple[str, ...] = ()) -> Path:
    """A zip with these files and links."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/usr/bin/python3")
    return path


def by_id(*paths: Path) -> dict[str, Submission]:
    """What is found under some paths."""
    return {each.id: each for each in find(list(paths))}


# --- Unexpected endings ----------------------------------------------------------------------------------------

ENDINGS = [".py", ".html", ".pdf", ".rar", ".7z", ".tar.gz", ".docx", ".pages", ".odt", ".tgz"]


@pytest.mark.parametrize("platform", [True, False], ids=["Canvas", "plain"])
def test_a_hand_in_with_another_ending_is_a_row(tmp_path: Path, platform: bool) -> None:
    """Each student is there, with what was found in place of a notebook."""
    names = [
        f"s{at}_1{at}_10{at}_work" if platform else f"student{chr(97 + at)}" for at in range(len(ENDINGS))
    ]
    lay(tmp_path, {"ok.ipynb": GOOD, **{f"{n}{e}": b"x" for n, e in zip(names, ENDINGS, strict=True)}})
    found = by_id(tmp_path)
    assert set(found) == {"ok", *names}
    assert all("hand in the notebook itself" in found[name].problem for name in names)


@pytest.mark.parametrize("ending", [".ipynb.txt", ".ipynb.json", ".ipynb.download", ".IPYNB.TXT", ".json"])
def test_a_renamed_notebook_is_graded_with_a_note(tmp_path: Path, ending: str) -> None:
    """Browsers and editors add endings; what is inside counts, in a flat class, in a folder, and named alone."""
    lay(tmp_path, {"flat/ok.ipynb": GOOD, f"flat/bob{ending}": GOOD, f"deep/ann/nb{ending}": GOOD})
    flat, (ann,) = by_id(tmp_path / "flat"), find([tmp_path / "deep"])
    for each in (flat["bob"], ann):
        assert not each.problem and len(each.notebooks) == 1
        assert "was read as a notebook" in each.notes[0]
        assert each.notebooks[0].flags == ("renamed_notebook",)


def test_a_renamed_file_that_holds_no_notebook_is_a_row_that_says_so(tmp_path: Path) -> None:
    """A web page saved as `nb.ipynb.txt` is its student's problem, and nobody is left out."""
    lay(tmp_path, {"ok.ipynb": GOOD, "bob.ipynb.txt": b"<!DOCTYPE html>"})
    assert "web page" in by_id(tmp_path)["bob"].problem


def test_what_is_nobodys_hand_in_is_named_and_no_row(tmp_path: Path) -> None:
    """A list of the class, notes and data beside the notebooks; what begins with a notebook's name is that student's."""
    lay(
        tmp_path,
        {"ann.ipynb": GOOD, "ann.pdf": b"x", "ann_w.npz": b"x", "roster.csv": b"x", "notes.txt": b"x"},
    )
    intake = look([tmp_path])
    assert [each.id for each in intake.submissions] == ["ann"]
    assert intake.unused == ("notes.txt", "roster.csv")


def test_a_module_that_a_notebook_imports_is_no_row(tmp_path: Path) -> None:
    """It lies in the class's folder, so the notebook does not get it: the instructor is told."""
    lay(tmp_path, {"ann.ipynb": notebook("import net"), "net.py": b"x"})
    intake = look([tmp_path])
    assert [each.id for each in intake.submissions] == ["ann"]
    assert intake.submissions[0].overlooked == ("net.py",) and intake.unused == ("net.py",)


def test_a_class_of_nothing_but_other_files_is_all_rows(tmp_path: Path) -> None:
    """A PDF alone is somebody's."""
    lay(tmp_path, {"ann.pdf": b"%PDF"})
    assert list(by_id(tmp_path)) == ["ann"]


# --- Downloads of learning platforms ---------------------------------------------------------------------------


def test_canvas_files_of_one_student_come_together(tmp_path: Path) -> None:
    """A module under the platform's name is the student's, by the name that the notebook imports."""
    files = {
        "annlee_11_101_nb.ipynb": notebook("import net"),
        "annlee_11_102_net-1.py": b"x = 1",
        "bobray_LATE_12_103_nb.ipynb": GOOD,
        "bobray_12_104_report.pdf": b"%PDF",
        "cyfox_13_105_report.pdf": b"%PDF",
    }
    found = by_id(lay(tmp_path, files))
    assert set(found) == {"annlee_11_101_nb", "bobray_LATE_12_103_nb", "cyfox_13_105_report"}
    assert "net.py" in [file.name for file in found["annlee_11_101_nb"].files]
    assert "PDF" in found["cyfox_13_105_report"].problem


@pytest.mark.parametrize("flat", [True, False], ids=["files", "folders"])
def test_moodles_typed_text_is_no_second_student(tmp_path: Path, flat: bool) -> None:
    """Who handed in a file has one row; who only typed has one that says so."""
    between = "" if flat else "/"
    files = {
        f"Ann Lee_111_assignsubmission_file_{between}nb.ipynb": GOOD,
        f"Ann Lee_111_assignsubmission_onlinetext_{between}onlinetext.html": b"<p>",
        f"Bob Ray_222_assignsubmission_file_{between}nb.ipynb": GOOD,
        f"Cy Fox_333_assignsubmission_onlinetext_{between}onlinetext.html": b"<p>",
        f"Di Orr_444_assignsubmission_file_{between}report.pdf": b"%PDF",
    }
    found = by_id(lay(tmp_path, files))
    starts = {name.partition("_")[0] for name in found}
    assert len(found) == 4 and starts == {"Ann Lee", "Bob Ray", "Cy Fox", "Di Orr"}
    problems = {name.partition("_")[0]: each.problem for name, each in found.items()}
    assert (
        "online text" in problems["Cy Fox"] and "report.pdf" in problems["Di Orr"] and not problems["Ann Lee"]
    )


# --- Levels ----------------------------------------------------------------------------------------------------

LEVELS = {
    "sections": (["section-1/ann", "section-1/bob", "section-2/cy", "section-2/di"], ["ann", "bob", "cy", "di"]),
    "sections without a telling name": (["Monday/ann", "Monday/bob", "Lee/cy", "Lee/di"], ["ann", "bob", "cy", "di"]),
    "sheets": (["hw1/ann", "hw1/bob", "hw2/ann", "hw2/bob"], ["hw1 ann", "hw1 bob", "hw2 ann", "hw2 bob"]),
    "a section of one": (["section-1/ann", "section-1/bob", "section-2/cy"], ["ann", "bob", "cy"]),
    "a course around sections": (["2026/group A/ann", "2026/group A/bob", "2026/group B/cy"], ["ann", "bob", "cy"]),
    "a section beside a student": (["section-1/ann", "section-1/bob", "cy"], ["ann", "bob", "cy"]),
    "parts of one student each": (["ann/part1", "ann/part2", "bob/part1", "bob/part2"], ["ann", "bob"]),
    "one student of parts": (["ann/dense", "ann/conv"], ["ann"]),
    "odd folders of some": (["ann", "bob/first try", "bob/second", "cy"], ["ann", "bob", "cy"]),
    "a folder inside each": (["ann/work", "bob/my notebooks", "cy/src"], ["ann", "bob", "cy"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", LEVELS)
def test_levels_of_folders_are_told_apart(tmp_path: Path, kind: str) -> None:
    """No two students share a grade, and nobody's parts become several students."""
    folders, ids = LEVELS[kind]
    lay(tmp_path, {f"{folder}/nb.ipynb": GOOD for folder in folders})
    assert sorted(by_id(tmp_path)) == ids


def test_sections_of_loose_notebooks_are_looked_through(tmp_path: Path) -> None:
    """A folder named as a sheet or section that holds a notebook a person."""
    lay(
        tmp_path,
        {f"section-{n}/{who}.ipynb": GOOD for n, who in [(1, "ann"), (1, "bob"), (2, "cy"), (2, "di")]},
    )
    assert sorted(by_id(tmp_path)) == ["ann", "bob", "cy", "di"]


def test_pooled_folders_of_one_student_are_flagged(tmp_path: Path) -> None:
    """Where a student's notebooks lie in several folders, a person may look whether they are one student's."""
    lay(tmp_path, {"ann/nb.ipynb": GOOD, "bob/first/nb.ipynb": GOOD, "bob/second/nb.ipynb": GOOD})
    assert by_id(tmp_path)["bob"].flags == ("several_folders",)


# --- The class's zip -------------------------------------------------------------------------------------------

CLASS = {"ann/nb.ipynb": GOOD, "bob/nb.ipynb": notebook("y"), "cy/nb.ipynb": notebook("z")}
ENTRIES = {
    "a link of an environment": ({}, ("bob/.venv/bin/python",), ""),
    "modules of a web project": ({f"bob/node_modules/{'x' * 300}": b""}, (), ""),
    "macOS' folder icon": ({"bob/Icon\r": b""}, (), ""),
    "a link": ({}, ("bob/data",), "is a link"),
    "a device's name": ({"bob/aux.h": b"1"}, (), "aux.h"),
    "a control character": ({"bob/a\tb.csv": b"1"}, (), "not every system"),
    "two capitals": ({"bob/NB.ipynb": notebook("w")}, (), "twice"),
    "zeros": ({"bob/zeros.csv": bytes(30 * 2**20)}, (), "fold"),
    "a way out": ({"bob/../../x.py": b"1"}, (), None),
}


@pytest.mark.parametrize("inside", [False, True], ids=["zip", "in a folder"])
@pytest.mark.parametrize("kind", ENTRIES)
def test_one_students_entry_refuses_nobody(tmp_path: Path, kind: str, inside: bool) -> None:
    """All are found, and the entry's student is told; caches and environments go without a word."""
    more, links, words = ENTRIES[kind]
    path = zipped(tmp_path / "class/hw1.zip", {**CLASS, **more}, links)
    found = by_id(path.parent if inside else path)
    assert {"ann", "bob", "cy"} <= set(found)
    assert not any(found[name].problem for name in ("ann", "bob", "cy"))
    assert found["ann"].notes == found["cy"].notes == ()
    if words is not None:
        assert found["bob"].notes == () if not words else words in found["bob"].notes[0]


@pytest.mark.parametrize("flat", [True, False], ids=["files", "folders"])
def test_a_student_with_nothing_but_a_bad_entry_is_a_row(tmp_path: Path, flat: bool) -> None:
    """The link in place of the notebook is told; the others are graded."""
    between = "_" if flat else "/"
    files = {f"{who}{between}nb.ipynb": notebook(who) for who in ("ann", "cy")}
    found = by_id(zipped(tmp_path / "hw1.zip", files, (f"bob{between}nb.ipynb",)))
    assert len(found) == 3
    (bob,) = (each for name, each in found.items() if name.startswith("bob"))
    assert "is a link" in bob.problem


def test_the_classs_zip_beside_what_was_unpacked_from_it_is_no_student(tmp_path: Path) -> None:
    """It holds the folders that lie beside it."""
    lay(tmp_path, CLASS)
    zipped(tmp_path / "hw1.zip", CLASS)
    intake = look([tmp_path])
    assert [each.id for each in intake.submissions] == ["ann", "bob", "cy"] and intake.unused == ("hw1.zip",)


def test_a_students_zip_of_parts_is_one_submission(tmp_path: Path) -> None:
    """Folders of parts are no students."""
    zipped(tmp_path / "eve.zip", {"part1/nb.ipynb": GOOD, "part2/nb.ipynb": notebook("y")})
    assert [(each.id, len(each.notebooks)) for each in find([tmp_path])] == [("eve", 2)]
