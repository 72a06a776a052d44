"""One graded submission packed for a maintainer, without whose it is: evidence, grade and code, names taken out."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from autograder.records import SubmissionGrade

from .records_json import grade_to_json

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOME = re.compile(r"(/home/|/Users/|[A-Za-z]:\\\\?Users\\\\?)[^/\\\s\"']+")
_LEAST_LETTERS = 3  # of a word that is taken out: shorter ones stand in every text
_ABOUT = """One graded submission, packed to be looked at by a maintainer of the autograder.

grade.json       the grade, item by item
notebook-N.ipynb the code and text of notebook N, without outputs and metadata
evidence-N/      what the recorder noted of it: events.jsonl, arrays, replayed outputs

The submission's name and its parts, mail addresses, home folders and file names were taken out of all text. Names that
stand inside pictures, or that the submission's own name does not hold, cannot be known: look before you send it.
"""


def pack(grade: SubmissionGrade, folder: Path, to: Path) -> list[str]:
    """Write the pack of a submission kept in `folder` to the new file `to`; returns the names inside.

    Raises `OSError` when it cannot be written.
    """
    clean = _cleaner(grade)
    with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.txt", _ABOUT)
        packed.writestr("grade.json", clean(json.dumps(grade_to_json(grade), indent=1, ensure_ascii=False)))
        for number in range(1, len(grade.notebooks) + 1):
            kept = folder / "notebooks" / str(number)
            packed.writestr(f"notebook-{number}.ipynb", _bare_notebook(kept / "executed.ipynb", clean))
            for path in sorted((kept / "evidence").rglob("*")):
                if not path.is_file() or path.is_symlink():
                    continue
                name = f"evidence-{number}/{path.relative_to(kept / 'evidence').as_posix()}"
                content = path.read_bytes()
                if path.suffix in (".json", ".jsonl"):
                    content = clean(content.decode("utf-8", "replace")).encode()
                packed.writestr(name, content)
        return packed.namelist()


def _cleaner(grade: SubmissionGrade) -> Callable[[str], str]:
    """A function that takes everything out of a text that tells whose it is."""
    stems = [grade.id, *(Path(notebook.name).stem for notebook in grade.notebooks)]
    files = [notebook.name for notebook in grade.notebooks]
    words = {word for stem in stems for word in re.split(r"[\W\d_]+", stem)}
    common = {"part", "dense", "conv", "denoising", "autoencoder", "autoencoders", "notebook", "submission"}
    names = [word for word in words if len(word) >= _LEAST_LETTERS and word.lower() not in common]
    longest = sorted({*stems, *names}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" for name in longest), re.I)

    def clean(text: str) -> str:
        for number, file in enumerate(files, start=1):
            text = text.replace(file, f"notebook-{number}.ipynb")
        text = _HOME.sub(r"\1student", _EMAIL.sub("student@example.org", text))
        return pattern.sub("student", text)

    return clean


def _bare_notebook(path: Path, clean: Callable[[str], str]) -> str:
    """Sources of all cells, cleaned; an empty notebook where none was kept."""
    cells: list[dict[str, object]]
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        cells = [
            {
                "cell_type": str(cell.get("cell_type", "raw")),
                "metadata": {},
                "source": clean("".join(cell.get("source", ""))),
                **({"outputs": [], "execution_count": None} if cell.get("cell_type") == "code" else {}),
            }
            for cell in document.get("cells", [])
        ]
    except (OSError, ValueError, AttributeError, TypeError):
        cells = []
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1, ensure_ascii=False
    )
