"""Which submissions lie under a path, and what belongs to each."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
import unicodedata
from pathlib import Path

from autograder.errors import UsageError
from autograder.files import UnsafeFile, read_regular
from autograder.text import one_line

from .archive import CLASS_LIMITS, STUDENT_LIMITS, BadArchive, unpack
from .beside import IGNORED_FOLDERS, named_in_code, walk, whole_folder
from .decode import MAX_NOTEBOOK_BYTES, read_notebook
from .handed import HandedNotebook, Submission

_NOTHING = "Nothing that can be graded was found here: a notebook's name ends in .ipynb."


def under(path: Path) -> list[Submission]:
    """The submissions under one path. Raises `UsageError` when there is nothing of that name, or no such kind."""
    if path.is_dir():
        return in_class_folder(path)
    if not path.exists() and not path.is_symlink():
        raise UsageError(f"There is no file or folder {path}.", "Check the spelling of the path.")
    if is_notebook(path):
        return [lone_notebook(path, {path.stem})]
    if is_zip(path):
        return _class_zip(path)
    raise UsageError(
        f"{path} is neither a notebook (.ipynb) nor a folder nor a zip file.", "Name one of these."
    )


def in_class_folder(folder: Path, wrapper: str = "") -> list[Submission]:
    """Each notebook and zip of a folder is a submission, and each folder in it that holds some.

    Where a folder holds neither notebooks nor zips, every folder in it is a submission, found empty or not.
    `wrapper` is the name under which zip programs wrap a whole folder: such a wrapper is looked through.
    """
    try:
        entries = sorted(entry for entry in folder.iterdir() if _counts(entry))
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    folders = [path for path in entries if path.is_dir() and not path.is_symlink() and not _gradable(path)]
    notebooks = [entry for entry in entries if is_notebook(entry)]
    zips = [entry for entry in entries if is_zip(entry)]
    if not notebooks and not zips:
        if len(folders) == 1 and _only_wraps(folders[0], wrapper):
            return in_class_folder(folders[0])
        return [student_folder(path) for path in folders]
    stems = {entry.stem for entry in notebooks}
    submissions = [lone_notebook(path, stems) for path in notebooks]
    submissions += [student_zip(path) for path in zips]
    return submissions + [student_folder(path) for path in folders if any(map(_gradable, walk(path)))]


def lone_notebook(path: Path, stems: set[str]) -> Submission:
    """A notebook that is a submission by itself, with those files beside it that its code names."""
    notebook = _read(path, path.name)
    others = {stem for stem in stems if stem != path.stem and not path.stem.startswith(stem)}
    gathered = named_in_code(_sources(notebook), path.parent, others)
    flags = ("files_left_out",) if gathered.left_out else ()
    return Submission(_clean(path.stem), (notebook,), gathered.files, notebook.problem, flags)


def student_folder(folder: Path, submission_id: str | None = None, may_unpack: bool = True) -> Submission:
    """A folder that is one submission: its notebooks pooled, everything else beside them."""
    submission_id = _clean(folder.name) if submission_id is None else submission_id
    paths = sorted(path for path in walk(folder) if is_notebook(path))
    if not paths:
        zips = [path for path in walk(folder) if is_zip(path)]
        if len(zips) == 1 and may_unpack:
            return student_zip(zips[0], submission_id)
        return Submission(submission_id, problem=_nothing_in(folder))
    notebooks = tuple(_read(path, path.relative_to(folder).as_posix()) for path in paths)
    gathered = whole_folder(folder)
    flags = ("files_left_out",) if gathered.left_out else ()
    readable = any(not notebook.problem for notebook in notebooks)
    problem = "" if readable else " ".join(f"{each.name}: {each.problem}" for each in notebooks)
    return Submission(submission_id, notebooks, gathered.files, problem, flags)


def student_zip(path: Path, submission_id: str | None = None) -> Submission:
    """A zip that is one submission; zips inside it stay packed."""
    submission_id = _clean(path.stem) if submission_id is None else submission_id
    target = _spool() / "unpacked"
    try:
        unpack(path, target, STUDENT_LIMITS)
    except BadArchive as problem:
        return Submission(submission_id, problem=str(problem))
    return student_folder(target, submission_id, may_unpack=False)


def is_notebook(path: Path) -> bool:
    """Whether a name is a notebook's, whatever lies there."""
    return path.suffix.lower() == ".ipynb"


def is_zip(path: Path) -> bool:
    """Whether a name is a zip's."""
    return path.suffix.lower() == ".zip"


def _class_zip(path: Path) -> list[Submission]:
    target = _spool() / "unpacked"
    try:
        unpack(path, target, CLASS_LIMITS)
    except BadArchive as problem:
        return [Submission(_clean(path.stem), problem=str(problem))]
    return in_class_folder(target, path.stem) or [Submission(_clean(path.stem), problem=_NOTHING)]


def _spool() -> Path:
    """A folder for unpacked files that lives as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="handed-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _counts(entry: Path) -> bool:
    return entry.name not in IGNORED_FOLDERS and not entry.name.startswith(".")


def _gradable(path: Path) -> bool:
    return is_notebook(path) or is_zip(path)


def _only_wraps(folder: Path, wrapper: str) -> bool:
    """Whether a single folder is only the class folder's own wrapper, not a student's."""
    if wrapper and folder.name.casefold() == wrapper.casefold():
        return True
    entries = [entry for entry in folder.iterdir() if _counts(entry)]
    nested = [entry for entry in entries if entry.is_dir() and any(map(_gradable, walk(entry)))]
    return len(nested) > 1 and not any(map(_gradable, entries))


def _nothing_in(folder: Path) -> str:
    names = [one_line(path.name, 60) for path in walk(folder)][:3]
    return (
        f"There is no notebook (.ipynb), only {', '.join(names)}."
        if names
        else "There is no notebook (.ipynb)."
    )


def _read(path: Path, name: str) -> HandedNotebook:
    """One notebook from the disk: links, pipes and what may not be read become its problem."""
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
        problem = f"The file cannot be read: {one_line(error.strerror or error, 80)}."
    else:
        return read_notebook(shown, data)
    return HandedNotebook(shown, hashlib.sha256(b"").hexdigest(), problem=problem)


def _sources(notebook: HandedNotebook) -> list[str]:
    if notebook.problem:
        return []
    return [cell["source"] for cell in json.loads(notebook.content)["cells"] if cell["cell_type"] == "code"]


def _clean(name: str) -> str:
    return one_line(unicodedata.normalize("NFC", name), 120) or "unnamed"
