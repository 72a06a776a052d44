"""One student's submission from what lies in one place: a lone notebook, a folder, a zip, a file of another kind."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.errors import raise_if_ours
from autograder.files import UnsafeFile, read_regular
from autograder.text import one_line

from . import names
from .archive import STUDENT_LIMITS, BadArchive, unpack
from .beside import MOST_NOTES, Gathered, named_in_code, walk, whole_folder
from .decode import MAX_NOTEBOOK_BYTES, read_notebook
from .handed import HandedNotebook, Submission
from .spool import new_folder

LEFT_OUT = "files_left_out"
RENAMED = "renamed_notebook"
TAKEN = "took_files_beside"
NOT_TAKEN = "files_not_taken"
SEVERAL_FOLDERS = "several_folders"
Told = Mapping[Path, str]  # places in an unpacked zip -> what was off with the entry of that name


def lone_notebook(
    path: Path,
    may_take: Callable[[str], bool],
    told: tuple[str, ...] = (),
    siblings: Mapping[str, Path] | None = None,
) -> Submission:
    """A notebook that is a submission by itself, with those files beside it that its code names and that are its own.

    `siblings` are files that a learning platform marked as the same student's, by the names that they were handed in with;
    `told` what was off with entries of a zip that are the student's.
    """
    notebook, notes = _read(path, path.name)
    gathered, others = named_in_code(_sources([notebook]), path.parent, may_take)
    for name, sibling in sorted((siblings or {}).items()):
        gathered.take(sibling, name)
    flags = _flags(gathered) | ({TAKEN} if gathered.files else set()) | ({NOT_TAKEN} if others else set())
    return Submission(
        clean(names.stem(path)),
        (notebook,),
        gathered.files,
        notebook.problem,
        tuple(sorted(flags)),
        (*notes, *gathered.notes, *told[:MOST_NOTES]),
        tuple(one_line(name, 100) for name in sorted(others)),
    )


def student_folder(
    folder: Path, submission_id: str | None = None, told: Told | None = None, may_unpack: bool = True
) -> Submission:
    """A folder that is one submission: its notebooks pooled, everything else beside them."""
    submission_id = clean(folder.name) if submission_id is None else submission_id
    notes = _told_of(folder, told or {})
    paths = sorted(path for path in walk(folder) if names.is_notebook(path))
    if not paths:
        zips = [path for path in walk(folder) if names.is_zip(path)]
        if len(zips) == 1 and may_unpack:
            return student_zip(zips[0], submission_id)
        paths = [path for path in walk(folder) if holds_notebook(path)]
    if not paths:
        return Submission(submission_id, problem=" ".join((*notes, _nothing_in(folder))))
    read = [_read(path, path.relative_to(folder).as_posix()) for path in paths]
    notebooks = tuple(notebook for notebook, _ in read)
    gathered = whole_folder(folder, _sources(notebooks))
    readable = any(not notebook.problem for notebook in notebooks)
    problem = "" if readable else " ".join(f"{each.name}: {each.problem}" for each in notebooks)
    lost = any(folder in place.parents and not place.exists() for place in told or {})
    flags = _flags(gathered) | ({LEFT_OUT} if lost else set())
    tops = {path.relative_to(folder).parts[0] for path in paths}
    if len(tops) > 1 and all(len(path.relative_to(folder).parts) > 1 for path in paths):
        flags.add(SEVERAL_FOLDERS)
    notes = (*(note for _, said in read for note in said), *notes, *gathered.notes)
    return Submission(submission_id, notebooks, gathered.files, problem, tuple(sorted(flags)), notes)


def student_zip(path: Path, submission_id: str | None = None) -> Submission:
    """A zip that is one submission; zips inside it stay packed."""
    submission_id = clean(path.stem) if submission_id is None else submission_id
    target = new_folder()
    try:
        told = unpack(path, target, STUDENT_LIMITS)
    except BadArchive as problem:
        return Submission(submission_id, problem=str(problem))
    return student_folder(target, submission_id, told, may_unpack=False)


def other_file(path: Path) -> Submission:
    """A file of another kind that somebody handed in instead of a notebook: graded where it holds one after all."""
    if names.is_renamed_notebook(path) or holds_notebook(path):
        return lone_notebook(path, lambda _: False)
    what = names.OTHER_ENDINGS.get(names.other_ending(path), "no notebook")
    shown = one_line(path.name, 80)
    problem = f"The file `{shown}` is {what}; hand in the notebook itself, whose name ends in .ipynb."
    return Submission(clean(names.stem(path)), problem=problem)


def online_text(path: Path) -> Submission:
    """What was typed into a learning platform's text field, by somebody who handed in no file."""
    problem = "Only text was typed into the field for online text; hand in the notebook (.ipynb) as a file."
    return Submission(clean(path.name), problem=problem)


def holds_notebook(path: Path) -> bool:
    """Whether a file of another name, which such files come under, holds a notebook that can be read."""
    return names.may_hold_notebook(path) and not _read(path, path.name)[0].problem


def clean(name: str) -> str:
    """A file's name as an id: one printable line."""
    return one_line(unicodedata.normalize("NFC", name), 120) or "unnamed"


def with_given(submission: Submission, given: Gathered) -> Submission:
    """The submission with files that the instructor gives to every notebook; a student's own go first."""
    own = {file.name for file in submission.files}
    files = [*submission.files, *(file for file in given.files if file.name not in own)]
    given_names = {file.name.partition("/")[0] for file in given.files}
    overlooked = tuple(name for name in submission.overlooked if name not in given_names)
    flags = tuple(flag for flag in submission.flags if flag != NOT_TAKEN or overlooked)
    files.sort(key=lambda file: file.name)
    return replace(submission, files=tuple(files), overlooked=overlooked, flags=flags)


def _told_of(place: Path, told: Told) -> tuple[str, ...]:
    """What was said of entries of an unpacked zip in this place, the first few of them."""
    notes = [note for path, note in told.items() if path == place or place in path.parents]
    more = len(notes) - MOST_NOTES
    return (*notes[:MOST_NOTES], *([f"{more} more entries were left out."] if more > 0 else []))


def _flags(gathered: Gathered) -> set[str]:
    return {LEFT_OUT} if gathered.left_out else set()


def _nothing_in(folder: Path) -> str:
    found = [one_line(path.name, 60) for path in walk(folder)][:3]
    return (
        f"There is no notebook (.ipynb), only {', '.join(found)}."
        if found
        else "There is no notebook (.ipynb)."
    )


def _read(path: Path, name: str) -> tuple[HandedNotebook, tuple[str, ...]]:
    """One notebook from the disk, and what to tell of its name: links, pipes and what may not be read are its problem."""
    shown = one_line(name, 200)
    try:
        data = read_regular(path, 4 * MAX_NOTEBOOK_BYTES)
    except (UnsafeFile, IsADirectoryError):
        problem = "The file is a link, a pipe or a folder, or far too large; hand in the notebook itself."
        if path.is_file() and path.lstat().st_size > MAX_NOTEBOOK_BYTES:
            problem = f"The file has {path.lstat().st_size // 10**6} MB, more than the {MAX_NOTEBOOK_BYTES // 2**20} MB that are read."
        elif path.is_file() and not path.is_symlink() and not os.access(path, os.R_OK):
            problem = "The file may not be read: permission denied."
    except OSError as error:
        raise_if_ours(error, f"{path} could not be read")
        problem = f"The file cannot be read: {one_line(error.strerror or error, 80)}."
    else:
        notebook = read_notebook(shown, data)
        if names.is_notebook(path):
            return notebook, ()
        note = f"`{one_line(path.name, 80)}` was read as a notebook; a notebook's name ends in .ipynb."
        return replace(notebook, flags=tuple(sorted({*notebook.flags, RENAMED}))), (note,)
    return HandedNotebook(shown, hashlib.sha256(b"").hexdigest(), problem=problem), ()


def _sources(notebooks: tuple[HandedNotebook, ...] | list[HandedNotebook]) -> list[str]:
    readable = [json.loads(notebook.content) for notebook in notebooks if not notebook.problem]
    return [cell["source"] for each in readable for cell in each["cells"] if cell["cell_type"] == "code"]
