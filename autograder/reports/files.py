"""The list of reports: each is a file here with `write(graded) -> {path: bytes}`, and a line in `REPORTS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import grades_csv, html, results_json
from .graded import GradedClass

Report = Callable[[GradedClass], Mapping[str, bytes]]

REPORTS: tuple[Report, ...] = (results_json.write, grades_csv.write, html.write)


def all_files(graded: GradedClass) -> dict[str, bytes]:
    """Every file of every report: path below the output folder (with `/`) -> its bytes."""
    files: dict[str, bytes] = {}
    for report in REPORTS:
        files.update(report(graded))
    return files
