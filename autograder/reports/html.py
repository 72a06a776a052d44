"""`index.html` and a page a submission: one file each, nothing loaded from elsewhere, no script, fit for paper."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from pathlib import Path
from statistics import fmean, median
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.files import folder_name
from autograder.records import NotebookRun, PartGrade, SubmissionGrade

from .differences import HEADER, rows
from .graded import GradedClass, flags_of, needs_person, part_of
from .words import OUTCOME_WORDS, RUN_WORDS, STATUS_WORDS, SYMBOLS, points_text, run_words

TEMPLATES = Path(__file__).parent / "templates"
STACK_ORDER = ("passed", "partial", "failed", "blocked", "errored")


def write(graded: GradedClass) -> dict[str, bytes]:
    """`index.html` with the class, and `submissions/FOLDER/index.html` for each submission."""
    pages = _environment()
    shared = {"graded": graded, "facts": _grading_facts(graded)}
    files = {"index.html": pages.get_template("class.html").render(**shared, **_class_facts(graded))}
    submission = pages.get_template("submission.html")
    for grade in graded.by_id:
        path = f"submissions/{folder_name(grade.id)}/index.html"
        files[path] = submission.render(**shared, grade=grade)
    return {path: text.encode("utf-8", errors="backslashreplace") for path, text in files.items()}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = "\n" + (TEMPLATES / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {
        "style": Markup(style),  # ours, not a student's
        "style_hash": f"sha256-{digest}",
        "points": points_text,
        "part_points": lambda part: "open" if part.status == "errored" else points_text(part.points),
        "bar": _bar,
        "stack": _stack,
        "symbols": SYMBOLS,
        "outcome_words": OUTCOME_WORDS,
        "run_words": RUN_WORDS,
        "run_facts": _run_facts,
        "nothing_for_part": _nothing_for_part,
        "layer_header": HEADER,
        "layer_rows": rows,
    }
    return environment


def _class_facts(graded: GradedClass) -> dict[str, Any]:
    grades = graded.by_id
    readable = [grade.points for grade in grades if grade.status == "graded"]
    return {
        "rows": [_row(graded, grade) for grade in grades],
        "item_rows": [row for part in graded.part_ids for row in _item_rows(graded, part)],
        "counts": {
            "graded": len(readable),
            "rejected": sum(grade.status == "rejected" for grade in grades),
            "open": sum(needs_person(grade) for grade in grades),
        },
        "median": median(readable) if readable else None,
        "max_points": max((grade.max_points for grade in grades), default=0.0),
    }


def _row(graded: GradedClass, grade: SubmissionGrade) -> dict[str, Any]:
    status = "errored" if needs_person(grade) else grade.status
    parts = [part_of(grade, part_id) for part_id in graded.part_ids]
    return {
        "grade": grade,
        "href": f"submissions/{quote(folder_name(grade.id))}/index.html",
        "cells": [_part_cell(part) for part in parts],
        "status": status,
        "words": (run_words(grade) if status == "graded" else "") or STATUS_WORDS[status],
        "flags": [flag.replace("_", " ") for flag in flags_of(grade)],
    }


def _part_cell(part: PartGrade | None) -> str:
    if part is None or part.status == "not_submitted":
        return "–"
    return "open" if part.status == "errored" else points_text(part.points)


def _item_rows(graded: GradedClass, part_id: str) -> list[dict[str, Any]]:
    """One row an item of the part: outcomes and mean points over the submissions that attempted the part."""
    parts = [part for grade in graded.grades if (part := part_of(grade, part_id)) is not None]
    rows = []
    for item_id in graded.item_ids(part_id):
        items = [
            item
            for part in parts
            for item in part.items
            if item.item == item_id and item.status != "not_attempted"
        ]
        if items:
            counts = Counter(dict.fromkeys(STACK_ORDER, 0))
            counts.update(item.status for item in items)
            rows.append(
                {
                    "part": graded.title_of(part_id),
                    "item": item_id,
                    "counts": counts,
                    "attempted": len(items),
                    "mean": fmean(item.points for item in items),
                    "max_points": items[0].max_points,
                }
            )
    return rows


def _nothing_for_part(grade: SubmissionGrade) -> str:
    """Why a part shows no items: what happened, not that nothing was handed in."""
    if grade.status == "rejected":
        return "What was handed in cannot be read, so this part could not be looked for."
    if run_words(grade):
        return "The notebook did not run to its end, and up to there it trains no model for this part."
    return "The notebook ran, and trains no model that could be meant for this part."


def _bar(points: float, max_points: float) -> Markup:
    """A bar of points. Attributes of SVG, not CSS: the page's policy refuses style attributes."""
    width = 0.0 if max_points <= 0 else 100 * min(max(points / max_points, 0.0), 1.0)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6" rx="3"/>'
        '<rect class="fill" width="{:.2f}" height="6" rx="3"/></svg>'
    ).format(width)


def _stack(counts: Counter[str]) -> Markup:
    """The outcomes of an item as one bar, widest share first to be passed."""
    total = sum(counts[outcome] for outcome in STACK_ORDER) or 1
    start, pieces = 0.0, []
    for outcome in STACK_ORDER:
        width = 100 * counts[outcome] / total
        if width:
            title = f"{OUTCOME_WORDS[outcome]}: {counts[outcome]}"  # type: ignore[index]
            piece = Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="8"><title>{}</title></rect>')
            pieces.append(piece.format(outcome, start, width, title))
        start += width
    inside = Markup("").join(pieces)
    return Markup('<svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none">{}</svg>').format(inside)


def _run_facts(notebook: NotebookRun) -> str:
    run = notebook.run
    box = "in the box (bubblewrap)" if run.sandbox == "bwrap" else "without a box"
    training = "shortened training" if run.training == "quick" else "full training"
    return f"{box} · {training} · {run.seconds:.1f} s · sha256 {notebook.sha256[:12]}"


def _grading_facts(graded: GradedClass) -> list[str]:
    """What a reader must know about how the class was graded: the box and the training budget."""
    runs = [notebook.run for grade in graded.grades for notebook in grade.notebooks]
    if not runs:
        return ["No notebook was run."]
    boxed = sum(run.sandbox == "bwrap" for run in runs)
    full = sum(run.training == "full" for run in runs)
    facts = []
    if boxed == len(runs):
        facts.append("Every notebook ran in the box: no network, no other files, limits on time and memory.")
    else:
        facts.append(
            f"{len(runs) - boxed} of {len(runs)} notebooks ran without a box: for trusted notebooks only."
        )
    facts.append(f"{len(runs) - full} of {len(runs)} notebooks ran with shortened training, {full} in full.")
    return facts
