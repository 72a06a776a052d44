"""One class graded twice: other order, other workers, other folders, nobody's seeds set, the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.selftest.cases import CorpusCase, all_cases
from autograder.selftest.grading import sandbox

pytestmark = [pytest.mark.kernel, pytest.mark.corpus, pytest.mark.long]


def unseeded() -> list[CorpusCase]:
    """One honest notebook of each core part and one with a defect, none of which sets a seed."""
    cases = [case for case in all_cases() if len(case.notebooks) == 1]
    free = [case for case in cases if all(b"seed" not in content for content in case.notebooks.values())]
    chosen = [
        next(case for case in free if case.kind == "honest" and case.parts == (part,))
        for part in ("dense", "conv", "denoising")
    ]
    return [*chosen, next(case for case in free if case.kind == "mutant" and "crash" in case.id)]


def graded(notebooks: list[Path], out: Path, *options: str) -> bytes:
    """Grade the notebooks in the order given and return `results.json`."""
    command = [sys.executable, "-m", "autograder", "grade", *map(str, notebooks), "--out", str(out), *options]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900
    )
    assert done.returncode == 0, done.stdout.decode()[-2000:]
    return (out / "results.json").read_bytes()


def test_a_class_graded_again_in_another_order_gives_the_same_file(tmp_path: Path) -> None:
    """No seed, no order, no number of workers and no folder shows in `results.json`."""
    paths = []
    for case in unseeded():
        (name,) = case.notebooks
        paths.append(tmp_path / f"{case.id}-{name}")
        paths[-1].write_bytes(case.notebooks[name])
    options = ("--sandbox", "none" if sandbox() == "none" else "strict")

    first = graded(paths, tmp_path / "first", *options, "--workers", "1")
    second = graded(paths[::-1], tmp_path / "second", *options, "--workers", "2")

    assert first.count(b'"points"') > 40
    assert first == second
