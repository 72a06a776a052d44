"""Whether a record is replayed at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.replay import start


@pytest.mark.parametrize(
    "line",
    ['{"kind": "model"}', '{"kind" : "model"}', '{"id": 1, "kind":\t"model"}', r'{"kind": "mod\u0065l"}'],
)
def test_a_model_is_replayed_however_its_event_is_spelt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """No blank and no escape in a line takes a run out of the hands of replay; a replay that did not come is our fault."""
    (tmp_path / "events.jsonl").write_text(f"{line}\n")
    monkeypatch.setattr(start, "_run", lambda *arguments: "")

    assert start.replay_apart(tmp_path, tmp_path / "known.npz", "none")
    assert json.loads((tmp_path / "replay.json").read_text())["fault"]


def test_a_run_without_models_costs_no_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started for it, and nothing is said."""
    (tmp_path / "events.jsonl").write_text('{"kind": "cell_end"}\n')
    monkeypatch.setattr(start, "_run", lambda *arguments: "must not run")

    assert start.replay_apart(tmp_path, tmp_path / "known.npz", "none") == ""
