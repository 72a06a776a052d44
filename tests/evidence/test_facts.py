"""Facts about the recorder's own failures: a closed set of places, and what an older or a forged one means."""

from __future__ import annotations

import json

import pytest

from autograder.evidence.facts import FAULT_PLACES, Fault
from autograder.evidence.reader import parse_event


def fault(where: object) -> Fault:
    """A fault as it is read."""
    read = parse_event(json.dumps({"kind": "fault", "where": where, "message": "oops"}).encode())
    assert isinstance(read, Fault)
    return read


@pytest.mark.parametrize("place", FAULT_PLACES)
def test_a_place_is_read_as_it_was_written(place: str) -> None:
    """Each place of the set stays itself."""
    assert fault(place).where == place


@pytest.mark.parametrize("where", ["train: optimizer", "compile", "", "FIT", 3, None, ["fit"]])
def test_any_other_place_is_unknown(where: object) -> None:
    """Older evidence had free texts: it stays readable, and what was lost is not known."""
    assert fault(where).where == "unknown"


def test_a_fault_concerns_what_needs_its_place() -> None:
    """Nothing else waits for a person."""
    assert fault("figure").concerns({"figure", "model"})
    assert not fault("figure").concerns({"fit", "model"})


@pytest.mark.parametrize("where", ["recorder", "models at cell end"])
def test_a_fault_without_bounds_concerns_all_that_needs_anything(where: str) -> None:
    """Where we cannot tell what was lost, whatever needs a record waits; what needs none does not."""
    assert fault(where).concerns({"text"})
    assert not fault(where).concerns(())


@pytest.mark.parametrize("where", ["speed", "network", "data"])
def test_what_is_no_evidence_is_no_loss(where: str) -> None:
    """A stumble there keeps nothing open that needs a record of models, trainings and figures."""
    assert not fault(where).concerns({"model", "weights", "call", "fit", "batch", "tape", "figure"})
