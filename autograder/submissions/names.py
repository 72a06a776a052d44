"""What the names of handed-in files say: notebooks, archives, learning platforms' patterns, what is never looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

IGNORED_FOLDERS = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git", ".venv", "venv", "node_modules"}
IGNORED_FILES = {".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"}

# What students hand in where a notebook was asked for -> what it is.
OTHER_ENDINGS = {
    ".py": "a Python script",
    ".html": "a web page",
    ".htm": "a web page",
    ".pdf": "a PDF file",
    ".docx": "a text document",
    ".doc": "a text document",
    ".odt": "a text document",
    ".rtf": "a text document",
    ".pages": "a text document",
    ".rar": "an archive that cannot be opened",
    ".7z": "an archive that cannot be opened",
    ".tar": "an archive that cannot be opened",
    ".tar.gz": "an archive that cannot be opened",
    ".tar.xz": "an archive that cannot be opened",
    ".tar.bz2": "an archive that cannot be opened",
    ".tgz": "an archive that cannot be opened",
    ".gz": "an archive that cannot be opened",
}
# Canvas: name_user_submission_file, with LATE behind the name; Moodle: name_number_assignsubmission_kind_file.
_CANVAS = re.compile(r"(?P<who>[^_]+)(?:_LATE)?_(?P<user>\d+)_\d+_(?P<file>.+)", re.DOTALL)
_MOODLE = re.compile(r"(?P<who>.+_\d+)_assignsubmission_(?P<kind>file|onlinetext)_(?P<file>.*)", re.DOTALL)
_RENAMED = re.compile(r"(?P<stem>.+)\.ipynb(\.txt|\.json|\.download|\.html?|[ _-]?\(\d+\))", re.IGNORECASE)


@dataclass(frozen=True)
class Download:
    """What a learning platform wrote into a name: whose file it is, its own name, whether it is typed text only."""

    who: str
    file: str
    online_text: bool = False


def download(name: str) -> Download | None:
    """The parts of a name that Canvas or Moodle gave a downloaded file or folder; None for other names."""
    if found := _MOODLE.fullmatch(name):
        return Download(found["who"], found["file"], found["kind"] == "onlinetext")
    if found := _CANVAS.fullmatch(name):
        return Download(f"{found['who']}_{found['user']}", found["file"])
    return None


def without_number(name: str) -> str:
    """A file's name without the number that a platform adds to one that came before: `net.py` for `net-1.py`."""
    return re.sub(r"-\d+(\.[^.]+)$", r"\1", name)


def is_notebook(path: Path) -> bool:
    """Whether a name is a notebook's, whatever lies there."""
    return path.suffix.lower() == ".ipynb"


def is_zip(path: Path) -> bool:
    """Whether a name is a zip's."""
    return path.suffix.lower() == ".zip"


def is_gradable(path: Path) -> bool:
    """Whether a name is a notebook's or a zip's."""
    return is_notebook(path) or is_zip(path)


def is_renamed_notebook(path: Path) -> bool:
    """Whether a browser or an editor put another ending behind a notebook's: `nb.ipynb.txt`, `nb.ipynb.json`."""
    return _RENAMED.fullmatch(path.name) is not None


def may_hold_notebook(path: Path) -> bool:
    """Whether a file of another name is worth a look for a notebook inside."""
    return is_renamed_notebook(path) or path.suffix.lower() in (".json", ".txt")


def other_ending(path: Path) -> str:
    """The ending of a file that somebody hands in instead of a notebook, in small letters; empty for other files."""
    name = path.name.lower()
    found = [ending for ending in OTHER_ENDINGS if name.endswith(ending) and len(name) > len(ending)]
    return max(found, key=len, default="")


def stem(path: Path) -> str:
    """The name without its whole ending: `nb` for `nb.ipynb`, `nb.ipynb.txt` and `nb.tar.gz`."""
    if renamed := _RENAMED.fullmatch(path.name):
        return renamed["stem"]
    ending = other_ending(path)
    return path.name[: -len(ending)] if ending else path.stem


def counts(path: Path) -> bool:
    """Whether an entry of a folder is anybody's work: no caches, no hidden files, no copies that editors leave."""
    name = path.name
    return not (
        name in IGNORED_FOLDERS or name in IGNORED_FILES or name.startswith((".", "~$")) or name.endswith("~")
    )
