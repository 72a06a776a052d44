"""Evidence that lies ready becomes a grade only where a grading left all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.submission_grade import chosen_parts, judged, read_evidence
from autograder.recognition import known_images
from autograder.records import NotebookRun
from autograder.settings import Settings
from tests.checks.judging import KNOWN
from tests.evidence import notebooks
from tests.evidence.builder import Builder


def test_a_replay_that_is_missing_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `replay.json` the outputs of a graded run wait for a person: the rules of a student's own check are not for grades."""
    monkeypatch.setattr(known_images, "load", lambda name: KNOWN)
    builder = Builder()
    notebooks.dense(builder, KNOWN)
    run = builder.read(tmp_path).run
    (tmp_path / "replay.json").unlink(missing_ok=True)
    evidence = read_evidence(tmp_path, run)
    parts = chosen_parts(Settings(parts=("dense",)))
    grade = judged("doe", (NotebookRun("n.ipynb", "0" * 64, run),), [evidence], parts)
    by_item = {item.item: item.status for item in grade.parts[0].items}
    assert by_item["reconstructions"] == "errored"
    assert by_item["bottleneck-images"] == "errored"


def test_a_training_that_is_told_again_counts_as_it_was_told_first(tmp_path: Path) -> None:
    """The recorder tells each training once: 150 epochs under the id of a training of 5 change nothing, and are flagged."""
    builder = Builder()
    notebooks.dense(builder, KNOWN, epochs_asked=5, epochs_run=5)
    run = builder.read(tmp_path / "once").run
    (fit,) = [event for event in builder.events if event["kind"] == "fit"]
    builder.events.append({**fit, "epochs_asked": 150, "epochs_run": 150})
    evidence = read_evidence(builder.write(tmp_path / "again"), run)
    assert [each.epochs_run for each in evidence.fits] == [5]
    assert evidence.run.flags == ("evidence_changed",)
    assert read_evidence(tmp_path / "once", run).run.flags == ()
