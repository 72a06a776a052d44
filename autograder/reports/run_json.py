"""`run.json`: how a class was graded, everything that `results.json` must not hold (times, machine, versions)."""

from __future__ import annotations

import json
from typing import Any

from .graded import GradedClass


def write(graded: GradedClass, facts: dict[str, Any]) -> dict[str, bytes]:
    """The file `run.json`: `facts` of this grading (versions, settings, seconds) and how each notebook ran."""
    runs = [
        {
            "submission": grade.id,
            "notebook": notebook.name,
            "status": notebook.run.status,
            "training": notebook.run.training,
            "sandbox": notebook.run.sandbox,
            "warm": notebook.run.warm,
            "seconds": round(notebook.run.seconds, 2),
            "detail": notebook.run.detail,
            "flags": list(notebook.run.flags),
        }
        for grade in graded.by_id
        for notebook in grade.notebooks
    ]
    text = json.dumps({"schema": 1, **facts, "runs": runs}, indent=2, ensure_ascii=False)
    return {"run.json": (text + "\n").encode("utf-8", errors="backslashreplace")}
