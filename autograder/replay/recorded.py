"""What replay takes from a run's evidence: models, weights versions, calls and fits, each within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.evidence.arrays import BrokenArray, read_npy
from autograder.evidence.facts import Call, Fit, ModelSeen, WeightsVersion
from autograder.evidence.reader import MAX_EVENTS_BYTES, parse_event
from autograder.files import UnsafeFile, read_regular

MAX_LINES = 100_000
MAX_MODELS = 1000
MAX_CALLS = 2000
MAX_FITS = 2000
MAX_READ_BYTES = 1 << 30
_NOT_OURS = (b'{"kind": "figure"', b'{"kind": "cell_end"', b'{"kind": "note"', b'{"kind": "fault"')
_REF = re.compile(rb'"([0-9]{5})"')


@dataclass
class Recorded:
    """The facts of one run that replay works on.

    Attributes:
        models: last event of each model, by id.
        weights: model id -> version -> the last event of that version.
        calls, fits: by model id.
        shared: references that facts other than weights name; their files stay.
    """

    folder: Path
    models: dict[str, ModelSeen] = field(default_factory=dict)
    weights: dict[str, dict[int, WeightsVersion]] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    fits: dict[str, list[Fit]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    _left: int = MAX_READ_BYTES

    def array(self, ref: str | None) -> np.ndarray | None:
        """A recorded array of numbers; None where there is none that is whole, or too much was read already."""
        if ref is None:
            return None
        try:
            value = read_npy(self.folder / "arrays" / f"{ref}.npy")
        except BrokenArray:
            return None
        self._left -= value.nbytes
        return value if self._left >= 0 else None

    def drop_weights(self) -> None:
        """Delete the arrays that only weights versions name: replay was their last reader."""
        named = {ref for book in self.weights.values() for v in book.values() for ref in v.values.values()}
        for ref in named - self.shared:
            (self.folder / "arrays" / f"{ref}.npy").unlink(missing_ok=True)


def read_recorded(folder: Path) -> Recorded:
    """Read `events.jsonl`; lines that break the format are left to the judge, who refuses the whole."""
    found = Recorded(folder)
    try:
        data = read_regular(folder / "events.jsonl", MAX_EVENTS_BYTES)
    except (FileNotFoundError, UnsafeFile):
        return found
    counts = {"call": 0, "fit": 0}
    for line in data.split(b"\n")[:MAX_LINES]:
        if not line.strip():
            continue
        if line.startswith(_NOT_OURS):
            found.shared.update(ref.decode() for ref in _REF.findall(line))
            continue
        try:
            fact = parse_event(line)
        except ValueError:
            continue
        if isinstance(fact, WeightsVersion):
            found.weights.setdefault(fact.model, {})[fact.version] = fact
            continue
        found.shared.update(ref.decode() for ref in _REF.findall(line))
        if isinstance(fact, ModelSeen) and (fact.id in found.models or len(found.models) < MAX_MODELS):
            found.models[fact.id] = fact
        elif isinstance(fact, Call) and counts["call"] < MAX_CALLS:
            counts["call"] += 1
            found.calls.setdefault(fact.model, []).append(fact)
        elif isinstance(fact, Fit) and counts["fit"] < MAX_FITS:
            counts["fit"] += 1
            found.fits.setdefault(fact.model, []).append(fact)
    return found
