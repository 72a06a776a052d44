"""Intake: every kind of bad file is a sentence, never an exception, and costs nobody else anything."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.submissions import beside, find, look
from autograder.submissions.archive import STUDENT_LIMITS, ArchiveLimits, BadArchive, unpack
from autograder.submissions.decode import read_notebook
from tests.notebooks import notebook

GOOD = notebook("x = 1")


def problem_of(data: bytes) -> str:
    """The problem of these bytes as a notebook."""
    return read_notebook("n.ipynb", data).problem


def sources_of(data: bytes) -> list[str]:
    """The sources of the cells that are left of these bytes."""
    read = read_notebook("n.ipynb", data)
    assert not read.problem
    return [cell["source"] for cell in json.loads(read.content)["cells"]]


BAD_BYTES = [
    (b"", "empty"),
    (b" \n\0\n", "empty"),
    (b"PK\x03\x04rest", "zip archive"),
    (b"%PDF-1.7", "PDF"),
    (b"<!DOCTYPE html>", "web page"),
    (b'{"cells": [}', "line 1, column 12"),
    (b'{\n"cells": 1,\n', "line 2, column 12"),
    (b'{"a": 1}\n<<<<<<< HEAD\n', "merge conflict at line 2"),
    (GOOD + b"garbage", "line 1"),
    (b"[]", "does not start with an object"),
    (b"null", "does not start with an object"),
    (b"[" * 200_000, "nested too deep"),
    (b'{"a": ' + b"9" * 5000 + b"}", "number"),
    (b'{"nbformat": 4}', "no list of cells"),
    (b'{"nbformat": 4, "cells": null}', "no list of cells"),
    (b'{"nbformat": true, "cells": []}', "names no notebook format"),
    (b'{"nbformat": "4", "cells": []}', "names no notebook format"),
    (b'{"nbformat": 5, "cells": []}', "format 5"),
    (b'{"nbformat": 3}', "worksheets"),
    (b'{"nbformat": 3, "worksheets": [null]}', "worksheet"),
    (b'{"nbformat": 4, "cells": []}', "no code cells"),
    (b'{"nbformat": 4, "cells": [7]}', "Cell 1"),
    (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}', "source of cell 1"),
    (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a", 5]}]}', "source of cell 1"),
    (notebook(*["x"] * 5001), "5,001 cells"),
    (notebook("x" * 5_000_001), "characters"),
    (notebook("1", metadata={"kernelspec": {"name": "ir", "language": "R"}}), "written for R,"),
    (notebook("1", metadata={"kernelspec": {"name": "julia-1.9"}}), "written for julia"),
    (notebook("1", metadata={"language_info": {"name": "javascript"}}), "written for javascript"),
]


@pytest.mark.parametrize(("data", "words"), BAD_BYTES, ids=[words for _, words in BAD_BYTES])
def test_bytes_that_are_no_notebook_are_a_sentence(data: bytes, words: str) -> None:
    """What cannot be read says what it is and where."""
    assert words in problem_of(data)


def test_a_notebook_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch) -> None:
    """The cap on size comes before JSON."""
    monkeypatch.setattr("autograder.submissions.decode.MAX_NOTEBOOK_BYTES", 10)
    monkeypatch.setattr("autograder.submissions.decode.json.loads", lambda _: pytest.fail("was parsed"))
    assert "more than" in problem_of(GOOD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_that_editors_write_are_read(encoding: str) -> None:
    """A byte order mark or a wide encoding changes nothing but a flag."""
    text = json.dumps(json.loads(notebook("x = 'grün'")), ensure_ascii=False)
    read = read_notebook("n.ipynb", text.encode(encoding))
    assert sources_of(text.encode(encoding)) == ["x = 'grün'"]
    assert ("not_utf8" in read.flags) == (encoding not in ("utf-8", "utf-8-sig"))


def test_latin_1_is_read_with_a_flag() -> None:
    """Bytes that are not UTF-8 are taken as Latin-1."""
    text = json.dumps(json.loads(notebook("# grün")), ensure_ascii=False).encode("latin-1")
    assert sources_of(text) == ["# grün"]
    assert read_notebook("n", text).flags == ("not_utf8",)


def test_format_3_is_upgraded_with_a_flag() -> None:
    """Worksheets, `input` and headings of the old format become cells."""
    cells = [{"cell_type": "heading", "source": "T"}, {"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]
    old = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    assert sources_of(old) == ["T", "a = 1\nb = 2"]
    assert read_notebook("n", old).flags == ("upgraded_format_3",)


@pytest.mark.parametrize(
    "spec", [{"name": "python2", "language": "python"}, {"name": "myenv", "language": "python"}, {"name": "conda-env"}, {}, None, 7]
)  # fmt: skip
def test_python_kernels_of_any_name_are_accepted(spec: object) -> None:
    """Only another language refuses a notebook; the kernel is ours in any case."""
    assert not problem_of(notebook("1", metadata={"kernelspec": spec}))


def test_a_python_2_kernel_is_flagged() -> None:
    """It is accepted and a person is told."""
    data = notebook("1", metadata={"kernelspec": {"name": "python2"}})
    assert read_notebook("n", data).flags == ("python2_kernel",)


def test_outputs_tags_metadata_and_ids_do_not_survive() -> None:
    """Stored outputs prove nothing, tags could drop cells, duplicate ids disturb libraries."""
    cell = {
        "cell_type": "code",
        "id": "same",
        "source": "1",
        "metadata": {"tags": ["skip-execution", "raises-exception"]},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "Tests passed"}],
        "execution_count": 7,
    }
    data = json.dumps({"nbformat": 4, "metadata": {"tests": ["q1"]}, "cells": [cell, cell]}).encode()
    content = read_notebook("n", data).content
    plain = json.loads(content)
    assert b"passed" not in content and b"skip" not in content and plain["metadata"] == {}
    assert len({each["id"] for each in plain["cells"]}) == 2
    assert all(each["outputs"] == [] for each in plain["cells"])


def test_lone_surrogates_are_replaced_with_a_flag() -> None:
    """A half character could not be sent to a kernel; whole ones beyond the first plane stay."""
    data = rb'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "s = \"\ud800 \ud83d\ude00\""}]}'
    assert sources_of(data) == ['s = "\ufffd 😀"']
    assert read_notebook("n", data).flags == ("broken_characters",)


# --- Folders ---------------------------------------------------------------------------------------------------


def write(path: Path, data: bytes = GOOD) -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_each_notebook_of_a_folder_is_a_submission(tmp_path: Path) -> None:
    """Ids are the stems, sorted; checkpoints and hidden copies do not count."""
    for name in ("b.ipynb", "a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "._a.ipynb", "notes.txt"):
        write(tmp_path / name)
    assert [each.id for each in find([tmp_path])] == ["a", "b"]


def test_a_folder_of_folders_pools_the_notebooks_of_each(tmp_path: Path) -> None:
    """A folder without a notebook is a submission with a problem that says what is there."""
    write(tmp_path / "ann/part1.ipynb")
    write(tmp_path / "ann/hw/part2.ipynb")
    write(tmp_path / "ann/model.py", b"x = 1")
    write(tmp_path / "bob/report.pdf", b"%PDF")
    ann, bob = find([tmp_path])
    assert [each.name for each in ann.notebooks] == ["hw/part2.ipynb", "part1.ipynb"]
    assert [(each.name, each.read()) for each in ann.files] == [("model.py", b"x = 1")]
    assert not ann.problem and "report.pdf" in bob.problem


def test_one_unreadable_notebook_of_several_does_not_reject_the_others(tmp_path: Path) -> None:
    """The submission is graded on what can be read."""
    write(tmp_path / "ann/1.ipynb", b"{")
    write(tmp_path / "ann/2.ipynb")
    (ann,) = find([tmp_path])
    assert not ann.problem
    assert [bool(each.problem) for each in ann.notebooks] == [True, False]


def test_a_notebook_in_its_authors_folder_takes_the_files_that_its_code_names(tmp_path: Path) -> None:
    """Imported modules, what they import in turn, and files named in text; nothing else of the folder."""
    write(
        tmp_path / "me.ipynb", notebook("import mine", "load('w.npz')\nopen('../secret')", "%run ./start.py")
    )
    write(tmp_path / "mine.py", b"from deep import *")
    for name in ("deep.py", "w.npz", "start.py", "other.csv"):
        write(tmp_path / name, b"x")
    write(tmp_path.parent / "secret", b"x")
    (me,) = look([tmp_path / "me.ipynb"], own=True).submissions
    assert [each.name for each in me.files] == ["deep.py", "mine.py", "start.py", "w.npz"]


def test_files_of_another_student_are_not_taken(tmp_path: Path) -> None:
    """In a flat class folder, what carries another notebook's name is left where it is."""
    write(tmp_path / "eve.ipynb", notebook("open('ann_w.npz'); open('bob/b.ipynb'); open('bob')"))
    write(tmp_path / "ann.ipynb", notebook("open('ann_w.npz')"))
    write(tmp_path / "ann_w.npz", b"x")
    write(tmp_path / "bob/b.ipynb")
    ann, _, eve = find([tmp_path])
    assert [each.name for each in ann.files] == ["ann_w.npz"] and eve.files == ()


NOT_ITS_OWN = {
    "another file of the class": ("open('roster.csv')", "roster.csv"),
    "a file of a folder that is a submission": ("open('OTHER/secret.txt')", "OTHER/secret.txt"),
    "the same in other capitals": ("open('Roster.CSV')", "roster.csv"),
    "the same by the other separator": (r"open('keys\\all.txt')", "keys/all.txt"),
    "a whole folder": ("open('keys')", "keys/all.txt"),
    "a module of the class": ("import marks", "marks.py"),
    "what %run names": ("%run ./marks.py", "marks.py"),
    "what begins with a longer name of another": ("open('eve_two_w.npz')", "eve_two_w.npz"),
}


@pytest.mark.parametrize("kind", NOT_ITS_OWN)
@pytest.mark.parametrize("alone", [True, False], ids=["named", "found"])
def test_a_lone_notebook_takes_nothing_that_is_not_its_own(tmp_path: Path, kind: str, alone: bool) -> None:
    """What lies in the class's folder is the class's, whatever the code names, and however the notebook was found."""
    code, name = NOT_ITS_OWN[kind]
    write(tmp_path / "eve.ipynb", notebook(code))
    write(tmp_path / "eve_two.ipynb")
    write(tmp_path / "OTHER/nb.ipynb")
    write(tmp_path / name, b"secret")
    found = find([tmp_path / "eve.ipynb"] if alone else [tmp_path])
    eve = next(each for each in found if each.id == "eve")
    assert eve.files == ()


def test_what_a_lone_notebook_took_is_flagged_and_what_it_did_not_get_is_said(tmp_path: Path) -> None:
    """Both are for the instructor: a name is chosen by a student."""
    write(tmp_path / "eve.ipynb", notebook("open('eve_w.npz'); open('roster.csv')"))
    write(tmp_path / "eve_w.npz", b"x")
    write(tmp_path / "roster.csv", b"x")
    (eve,) = find([tmp_path])
    assert [each.name for each in eve.files] == ["eve_w.npz"]
    assert eve.flags == ("files_not_taken", "took_files_beside") and eve.overlooked == ("roster.csv",)


def test_files_that_the_instructor_gives_go_to_every_notebook(tmp_path: Path) -> None:
    """Those of a student under the same name go first; nothing is flagged for what was given."""
    write(tmp_path / "class/ann.ipynb", notebook("import marks"))
    write(tmp_path / "class/bob/b.ipynb")
    write(tmp_path / "class/bob/marks.py", b"own")
    write(tmp_path / "class/marks.py", b"given")
    write(tmp_path / "more/a/b.txt", b"1")
    ann, bob = look([tmp_path / "class"], [tmp_path / "class/marks.py", tmp_path / "more"]).submissions
    assert [(file.name, file.read()) for file in ann.files] == [
        ("marks.py", b"given"),
        ("more/a/b.txt", b"1"),
    ]
    assert [(file.name, file.read()) for file in bob.files] == [("marks.py", b"own"), ("more/a/b.txt", b"1")]
    assert ann.flags == () and ann.overlooked == ()
    with pytest.raises(UsageError):
        look([tmp_path / "class"], [tmp_path / "missing.csv"])


def test_links_pipes_and_folders_named_like_notebooks_are_problems(tmp_path: Path) -> None:
    """They are refused at once: a link is not followed, a pipe is not waited for."""
    target = write(tmp_path / "elsewhere/target.txt")
    folder = tmp_path / "class"
    (folder / "d.ipynb").mkdir(parents=True)
    (folder / "l.ipynb").symlink_to(target)
    os.mkfifo(folder / "p.ipynb")
    write(folder / "ok.ipynb")
    found = {each.id: each for each in find([folder])}
    assert not found["ok"].problem
    assert ["link, a pipe" in found[id].problem for id in "dlp"] == [True] * 3, found


def test_links_beside_a_notebook_are_left_out_with_a_flag(tmp_path: Path) -> None:
    """Only regular files are handed to a kernel."""
    secret = write(tmp_path / "secret.txt", b"s")
    write(tmp_path / "class/ann/a.ipynb")
    (tmp_path / "class/ann/data.txt").symlink_to(secret)
    (tmp_path / "class/ann/more").symlink_to(tmp_path)
    (ann,) = find([tmp_path / "class"])
    assert ann.files == () and ann.flags == ("files_left_out",)


def test_files_beyond_the_limit_are_left_out_with_a_flag(tmp_path: Path, monkeypatch) -> None:
    """Fifty megabytes of files are enough for an assignment."""
    monkeypatch.setattr(beside, "MAX_FILES_BYTES", 10)
    write(tmp_path / "ann/a.ipynb")
    write(tmp_path / "ann/1.bin", b"x" * 8)
    write(tmp_path / "ann/2.bin", b"x" * 8)
    (ann,) = find([tmp_path])
    assert [each.name for each in ann.files] == ["1.bin"] and ann.flags == ("files_left_out",)


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch) -> None:
    """Missing permission is told, not raised."""
    write(tmp_path / "a.ipynb")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("autograder.files.os.open", refuse)
    monkeypatch.setattr("autograder.submissions.student.os.access", lambda *_: False)
    assert "permission denied" in find([tmp_path])[0].problem


def test_hostile_names_become_one_printable_line(tmp_path: Path) -> None:
    """Escape codes, line ends and marks that turn text around are not part of an id."""
    write(tmp_path / "a\x1b[31m\nb\u202e.ipynb")
    assert [each.id for each in find([tmp_path])] == ["a b"]


def test_ids_that_differ_only_in_capitals_get_digests(tmp_path: Path) -> None:
    """The order of the paths does not change them; exact copies count once; a path twice counts once."""
    one = write(tmp_path / "1/Ann.ipynb", notebook("1"))
    two = write(tmp_path / "2/ann.ipynb", notebook("2"))
    copy = write(tmp_path / "3/ann.ipynb", notebook("2"))
    forth = [each.id for each in find([one, two])]
    assert forth == [each.id for each in find([two, one])]
    assert len(set(forth)) == 2 and all("~" in id for id in forth)
    assert [each.id for each in find([two, copy, two])] == ["ann"]


def test_the_same_bytes_under_two_names_are_flagged(tmp_path: Path) -> None:
    """For a person to look at; the third, different one is not."""
    write(tmp_path / "a.ipynb")
    write(tmp_path / "b.ipynb")
    write(tmp_path / "c.ipynb", notebook("y"))
    assert [each.flags for each in find([tmp_path])] == [("same_bytes_as_another",)] * 2 + [()]


@pytest.mark.parametrize("name", ["missing", "notes.txt"])
def test_a_path_that_is_nothing_to_grade_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """A wrong argument is the caller's mistake, not a student's."""
    write(tmp_path / "notes.txt", b"x")
    with pytest.raises(UsageError):
        find([tmp_path / name])


# --- Zips ------------------------------------------------------------------------------------------------------


def zipped(entries: dict[str, bytes], **options: object) -> bytes:
    """A zip with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_zip_of_a_class_is_read_like_its_folder(tmp_path: Path) -> None:
    """The wrapping folder is looked through; system folders do not count."""
    entries = {
        "hw1/ann/a.ipynb": GOOD,
        "hw1/ann/data/x.csv": b"1",
        "hw1/bob/b.ipynb": GOOD,
        "__MACOSX/hw1/._x": b"",
    }
    write(tmp_path / "hw1.zip", zipped(entries))
    ann, bob = find([tmp_path / "hw1.zip"])
    assert (ann.id, bob.id) == ("ann", "bob")
    assert [(each.name, each.read()) for each in ann.files] == [("data/x.csv", b"1")]


def test_a_students_zip_is_one_submission_at_any_place(tmp_path: Path) -> None:
    """Beside other submissions, and alone in a student's folder."""
    two = zipped({"hw/1.ipynb": GOOD, "hw/2.ipynb": GOOD})
    write(tmp_path / "a/eve.zip", two)
    write(tmp_path / "b/fay/upload.zip", two)
    (eve,), (fay,) = find([tmp_path / "a"]), find([tmp_path / "b"])
    assert (eve.id, len(eve.notebooks)) == ("eve", 2) and (fay.id, len(fay.notebooks)) == ("fay", 2)


def test_a_zip_inside_a_students_zip_stays_packed(tmp_path: Path) -> None:
    """Depth is bounded: what is inside a second one is not looked at."""
    inner = zipped({"a.ipynb": GOOD})
    write(tmp_path / "eve.zip", zipped({"inner.zip": inner}))
    assert "no notebook" in find([tmp_path])[0].problem


@pytest.mark.parametrize(
    "name", ["../x.ipynb", "/etc/x.ipynb", "C:\\x.ipynb", "a\\..\\..\\x.ipynb", "CON.ipynb", "a\tb.ipynb", "x" * 300]
)  # fmt: skip
def test_entries_with_unsafe_names_are_refused_and_named(tmp_path: Path, name: str) -> None:
    """Nothing is flattened or renamed, and nothing is written outside."""
    write(tmp_path / "in/eve.zip", zipped({name: GOOD}))
    (eve,) = find([tmp_path / "in"])
    assert "entry `" in eve.problem and not eve.notebooks
    assert not (tmp_path / "x.ipynb").exists()


def test_names_that_collide_are_all_unpacked_and_said(tmp_path: Path) -> None:
    """Capitals, accents written in two ways, and plain duplicates: nobody loses a file for them."""
    for number, pair in enumerate((["A.py", "a.py"], ["é.py", "e\u0301.py"])):
        path = write(tmp_path / f"{number}.zip", zipped({pair[0]: b"1", pair[1]: b"2"}))
        told = unpack(path, tmp_path / f"out{number}", STUDENT_LIMITS)
        assert "twice" in " ".join(told.values())
        assert {each.read_bytes() for each in (tmp_path / f"out{number}").iterdir()} == {b"1", b"2"}
    with zipfile.ZipFile(tmp_path / "same.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.py", "1")
        archive.writestr("a.py", "2")
    unpack(tmp_path / "same.zip", tmp_path / "out", STUDENT_LIMITS)
    assert {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()} == {
        "a.py": b"1",
        "a~2.py": b"2",
    }


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    """A link entry is text to the library, and a way out to others."""
    info = zipfile.ZipInfo("a.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "eve.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "link" in find([tmp_path])[0].problem


def test_bombs_are_stopped_while_they_stream(tmp_path: Path) -> None:
    """By growth, by total and by count; what was written stays below the limits."""
    path = write(tmp_path / "bomb.zip", zipped({"zeros": bytes(30 * 2**20), "b": b"1"}))
    cases = [
        (ArchiveLimits(2**30, 10), "fold"),
        (ArchiveLimits(2**20, 10, growth=10**6), "expands past 1 MB"),
    ]
    for number, (limits, words) in enumerate(cases):
        told = unpack(path, tmp_path / str(number), limits)
        assert [words in why for why in told.values()] == [True]
        assert [each.name for each in (tmp_path / str(number)).iterdir()] == ["b"]  # the others lose nothing
    with pytest.raises(BadArchive, match="entries"):
        unpack(path, tmp_path / "count", ArchiveLimits(2**30, 1))


def test_an_entry_that_lies_about_its_size_is_stopped_while_it_streams(tmp_path: Path) -> None:
    """What comes out is counted, and a file cut short does not stay."""
    data = bytearray(zipped({"zeros": bytes(30 * 2**20)}))
    for at in (22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = (1000).to_bytes(4, "little")
    told = unpack(write(tmp_path / "liar.zip", bytes(data)), tmp_path / "out", ArchiveLimits(2**20, 10))
    assert len(told) == 1 and not list((tmp_path / "out").rglob("*"))


def test_a_long_directory_is_refused_before_it_is_read(tmp_path: Path, monkeypatch) -> None:
    """A million entries would fill the memory of the library."""
    path = write(tmp_path / "many.zip", zipped({f"{'n' * 200}{number}": b"" for number in range(50)}))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda _: pytest.fail("was read"))
    with pytest.raises(BadArchive, match="more than 5 entries"):
        unpack(path, tmp_path / "out", ArchiveLimits(2**20, 5))


def test_damaged_and_encrypted_zips_are_problems(tmp_path: Path) -> None:
    """Cut short, not a zip at all, flipped bytes, and a password."""
    whole = zipped({"a.ipynb": GOOD * 50})
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    for name, data in {
        "cut": whole[:-30],
        "no": b"hello",
        "flip": bytes(flipped),
        "lock": bytes(locked),
    }.items():
        write(tmp_path / f"{name}.zip", data)
    problems = {each.id: each.problem for each in find([tmp_path])}
    assert "damaged" in problems["cut"] and "damaged" in problems["no"]
    assert problems["flip"] and "encrypted" in problems["lock"]
