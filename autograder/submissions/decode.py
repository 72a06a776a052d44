"""From a stranger's bytes to a plain notebook, or one sentence that says where and why not. Never an exception."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from typing import Any

from autograder.text import one_line

from .cells import Unreadable, code_count, format_3_cells, plain_cells
from .handed import HandedNotebook
from .language import refuse_other_languages

MAX_NOTEBOOK_BYTES = 64 * 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89HDF", "an HDF5 file"),
)
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


def read_notebook(name: str, data: bytes) -> HandedNotebook:
    """The notebook in `data`, stripped of outputs and metadata; with a `problem` when it cannot be read."""
    digest = hashlib.sha256(data).hexdigest()
    flags: set[str] = set()
    try:
        content = _plain(_parsed(_decoded(data, flags)), flags)
    except Unreadable as problem:
        return HandedNotebook(name, digest, flags=tuple(sorted(flags)), problem=str(problem))
    return HandedNotebook(name, digest, content, tuple(sorted(flags)))


def _decoded(data: bytes, flags: set[str]) -> str:
    """The text of the file in whatever encoding editors have been seen to write."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("The file is empty.")
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise Unreadable(
            f"The file has {len(data) // 10**6} MB, more than the {MAX_NOTEBOOK_BYTES // 2**20} MB that are read; "
            "clear the outputs and hand it in again."
        )
    for start, what in _OTHER_FILES:
        if data.startswith(start):
            raise Unreadable(f"The file is {what}, not a notebook.")
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _without_bom(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    if encoding not in ("utf-8", "utf-8-sig"):
        flags.add("not_utf8")
    return text.lstrip("\ufeff\0").rstrip("\0 \t\r\n")


def _without_bom(data: bytes) -> str:
    """UTF-16 without a mark shows as zeros in every other byte of what must be ASCII."""
    start = data[:200]
    if len(start) >= 4 and not any(start[1::2]):
        return "utf-16-le"
    if len(start) >= 4 and not any(start[0::2]):
        return "utf-16-be"
    return "utf-8"


def _parsed(text: str) -> dict[str, Any]:
    if text.startswith("<") and not _CONFLICT.match(text):
        raise Unreadable("The file is a web page, not a notebook; download the .ipynb file itself.")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = _CONFLICT.search(text)
        if conflict:
            line = text.count("\n", 0, conflict.start()) + 1
            raise Unreadable(f"The file holds an unresolved merge conflict at line {line}.") from error
        raise Unreadable(
            f"The file is not valid JSON at line {error.lineno}, column {error.colno}: {one_line(error.msg, 80)}."
        ) from error
    except RecursionError as error:
        raise Unreadable("The file is not a notebook: its JSON is nested too deep.") from error
    except ValueError as error:  # a number of thousands of digits
        raise Unreadable("The file is not a notebook: it holds a number that no notebook holds.") from error
    if not isinstance(value, dict):
        raise Unreadable("The file is JSON but not a notebook: it does not start with an object.")
    return value


def _plain(raw: dict[str, Any], flags: set[str]) -> bytes:
    """Strict nbformat 4 as ASCII JSON from any known format."""
    cells = _cells_of(raw, flags)
    refuse_other_languages(raw.get("metadata"), flags)
    plain = plain_cells(cells, flags)
    if not code_count(plain):
        raise Unreadable("The notebook has no code cells.")
    notebook = {"cells": plain, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook).encode("ascii")


def _cells_of(raw: dict[str, Any], flags: set[str]) -> list[object]:
    major = raw.get("nbformat")
    if major is None and isinstance(raw.get("cells"), list):
        flags.add("no_format_number")
        major = 4
    if not isinstance(major, int) or isinstance(major, bool):
        raise Unreadable("The file is JSON but not a notebook: it names no notebook format.")
    if major in (2, 3):
        flags.add("upgraded_format_3")
        return format_3_cells(raw)
    if major != 4:
        raise Unreadable(f"The notebook is in format {one_line(major, 20)}; formats 2 to 4 can be read.")
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("The notebook has no list of cells.")
    return cells
