"""Which language a notebook says it is written in."""

from __future__ import annotations

from typing import Any

from autograder.text import one_line

from .cells import Unreadable

_OTHER_KERNELS = {
    "ir": "R", "bash": "Bash", "octave": "Octave", "matlab": "MATLAB", "scala": "Scala", "sos": "SoS",
    "javascript": "JavaScript", "sas": "SAS", "stata": "Stata", "ruby": "Ruby", "rust": "Rust", "java": "Java",
    "sagemath": "SageMath", "xcpp17": "C++", "xcpp14": "C++", "xcpp11": "C++", "gophernotes": "Go",
}  # fmt: skip


def refuse_other_languages(metadata: object, flags: set[str]) -> None:
    """Raise `Unreadable` when the kernelspec names another language; Python of any age and name is accepted."""
    spec = _part(metadata, "kernelspec")
    name = str(spec.get("name", "")).lower()
    language = str(spec.get("language") or _part(metadata, "language_info").get("name") or "").lower()
    if name == "python2":
        flags.add("python2_kernel")
    if "python" in language or "pyodide" in language:
        return
    if not language:
        language = "julia" if name.startswith("julia") else _OTHER_KERNELS.get(name, "")
    if language:
        shown = _OTHER_KERNELS.get(name, one_line(language, 30))
        raise Unreadable(f"The notebook is written for {shown}, not for Python; choose a Python 3 kernel.")


def _part(metadata: object, key: str) -> dict[str, Any]:
    part = metadata.get(key) if isinstance(metadata, dict) else None
    return part if isinstance(part, dict) else {}
