"""The whole of a replay: every recorded model rebuilt, checked against its own answers, run on what matters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.evidence.facts import ModelSeen
from autograder.evidence.replayed import Replay, ReplayedModel, ReplayedOutput

from .allowed_layers import Refused
from .bounds import MAX_TOTAL_WORK
from .questions import Asked, questions
from .rebuilt_model import Rebuilt, Values, rows_of
from .recorded import Recorded, read_recorded
from .results import MAX_NODE_NUMBERS, Results
from .weight_statistics import statistics_of

TOLERANCE = 1e-3  # of the range of the recorded answer; float32 in another order of sums differs by some 1e-6
OUTPUT = "out"
MAX_PROBE_ROWS = 64  # the recorder writes 8
CHUNK_ROWS = 512  # rows that are run at once
CHUNK_NUMBERS = 1 << 25  # numbers of all layers that are held at once: 128 MiB of float32
NEARLY = 1e-5  # what the answers of a net that gives nearly the same for all may differ by


def replay(evidence_dir: Path, known: dict[str, np.ndarray]) -> None:
    """Rebuild the models of a run and write `replay.json` and `replay/NNNNN.npy` into its evidence folder.

    Args:
        evidence_dir: what a run left behind; hostile.
        known: named sets of known images, float32 in [0, 1], shape (n, height, width).

    The arrays that only weights versions name are deleted afterwards.
    """
    recorded = read_recorded(evidence_dir)
    results = Results(evidence_dir / "replay")
    budget = WorkBudget(MAX_TOTAL_WORK)
    models = [_one(recorded, model, known, results, budget) for model in recorded.models.values()]
    models = [
        found.model_copy(update={"statistics": statistics_of(recorded, model)})
        for found, model in zip(models, recorded.models.values(), strict=True)
    ]
    text = json.dumps(Replay(schema_version=1, models=tuple(models)).model_dump(mode="json"), allow_nan=False)
    draft = evidence_dir / "replay.json.part"
    draft.unlink(missing_ok=True)
    draft.write_text(text, encoding="utf-8")
    draft.replace(evidence_dir / "replay.json")
    recorded.drop_weights()


@dataclass
class WorkBudget:
    """Multiplications that replaying one notebook may still take; hostile evidence cannot make it endless."""

    left: int

    def take(self, work: int) -> bool:
        """Spend `work`; False when it is more than is left."""
        self.left -= work
        return self.left >= 0


def _one(
    recorded: Recorded,
    model: ModelSeen,
    known: dict[str, np.ndarray],
    results: Results,
    budget: WorkBudget,
) -> ReplayedModel:
    """Replay one model; what cannot be is said, never raised."""
    try:
        rebuilt, deviation = _rebuild(recorded, model)
    except Refused as refused:
        return ReplayedModel(model=model.id, status="not_replayable", why=str(refused)[:2000])
    except Exception as error:  # hostile numbers may break a kernel anywhere; other models must not suffer
        return ReplayedModel(
            model=model.id, status="not_replayable", why=f"{type(error).__name__}: {error}"[:2000]
        )
    outputs: list[ReplayedOutput] = []
    differing: list[int] = []
    for version, book in sorted(recorded.weights.get(model.id, {}).items()):
        asked = questions(recorded, model, version, known)
        weights = {name: recorded.array(ref) for name, ref in book.values.items()}
        try:
            rebuilt.set_weights({name: value for name, value in weights.items() if value is not None})
        except Refused:
            continue  # a version that was dropped to make room
        most = min(
            max(CHUNK_ROWS, CHUNK_NUMBERS // max(1, rebuilt.widest)),
            CHUNK_NUMBERS // max(1, rebuilt.output_numbers),
        )
        for group in _groups([question.cut(most) for question in asked], rebuilt):
            if not budget.take(rebuilt.work * sum(question.rows for question in group)):
                break
            answered, agrees = _answers(rebuilt, group, version, results, recorded)
            outputs.extend(answered)
            if not agrees and version not in differing:
                differing.append(version)
    return ReplayedModel(
        model=model.id,
        status="replayed",
        probe_error=deviation,
        differing=tuple(differing),
        outputs=tuple(outputs),
    )


def _rebuild(recorded: Recorded, model: ModelSeen) -> tuple[Rebuilt, float]:
    """The rebuilt model and its largest deviation on the probe rows, relative to their range."""
    if model.graph is None:
        raise Refused("it was never run, and its input shape is unknown")
    probe = [recorded.array(ref) for ref in model.probe_inputs]
    expected = [recorded.array(ref) for ref in model.probe_outputs]
    book = recorded.weights.get(model.id, {}).get(
        model.probe_version if model.probe_version is not None else 0
    )
    if any(rows is None or not 0 < len(rows) <= MAX_PROBE_ROWS for rows in probe) or not expected:
        raise Refused("its probe rows were not recorded")
    if book is None:
        raise Refused("its weights were not recorded")
    rebuilt = Rebuilt(model.graph, [rows_of(rows) for rows in probe if rows is not None])
    if why := rebuilt.why_missing():
        raise Refused(why)
    values = {name: recorded.array(ref) for name, ref in book.values.items()}
    rebuilt.set_weights({name: value for name, value in values.items() if value is not None})
    made = rebuilt.run([rows_of(rows) for rows in probe if rows is not None])
    return rebuilt, max(_deviation(rebuilt, made, expected))


def _deviation(rebuilt: Rebuilt, made: Values, expected: list[np.ndarray | None]) -> list[float]:
    """Deviation of every output that can be recomputed, relative to the range of the recorded one.

    Raises:
        Refused: one differs by more than the tolerance: the graph does not show all that the model does.
    """
    found = []
    for position, wanted in enumerate(expected):
        output = rebuilt.output(made, position)
        if output is None:
            continue
        answer = np.asarray(output)
        if wanted is None or answer.shape != wanted.shape:
            raise Refused("its recorded answer has another shape than the rebuilt model's")
        wanted = wanted.astype(np.float64)
        size = max(float(np.ptp(wanted)), 1e-3 * float(np.abs(wanted).max()), 1e-6) if wanted.size else 1.0
        error = float(np.abs(answer - wanted).max()) / size if wanted.size else 0.0
        if not error <= TOLERANCE:
            raise Refused(f"the rebuilt model answers otherwise than it did in the notebook (by {error:.2g})")
        found.append(error)
    return found or [0.0]


def _rows_at_once(rebuilt: Rebuilt) -> int:
    """How many rows may run through a model together, within bounds of memory."""
    return max(1, min(CHUNK_ROWS, CHUNK_NUMBERS // max(1, rebuilt.whole)))


def _groups(asked: list[Asked], rebuilt: Rebuilt) -> list[list[Asked]]:
    """Questions with rows of one shape, to be answered together."""
    most = _rows_at_once(rebuilt)
    groups: list[list[Asked]] = []
    for question in asked:
        last = groups[-1] if groups else None
        if (
            last is not None
            and last[0].shapes == question.shapes
            and sum(q.rows for q in last) + question.rows <= most
        ):
            last.append(question)
        else:
            groups.append([question])
    return groups


def _answers(
    rebuilt: Rebuilt, group: list[Asked], version: int, results: Results, recorded: Recorded
) -> tuple[list[ReplayedOutput], bool]:
    """Run one group of questions, so many rows at a time as memory allows, and cut the answers apart.

    Also tells whether they are what the notebook's model gave to recorded calls.
    """
    inputs = [np.concatenate([question.inputs[i] for question in group]) for i in range(len(group[0].inputs))]
    pieces, most = [], _rows_at_once(rebuilt)
    try:
        for start in range(0, len(inputs[0]), most):
            pieces.append(_kept(rebuilt, [part[start : start + most] for part in inputs], group))
    except Exception:  # rows of a shape that this model was not recorded with
        return [], True
    arrays = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    output = arrays.pop(OUTPUT, None)
    if output is None:
        return [], True
    answers, start, agrees = [], 0, True
    for question in group:
        stop = start + question.rows
        agrees = agrees and _agrees(recorded, question, output[start:stop])
        answers.append(results.keep(version, question, arrays, output, slice(start, stop)))
        start = stop
    return [answer for answer in answers if answer is not None], agrees


def _kept(rebuilt: Rebuilt, inputs: list[np.ndarray], group: list[Asked]) -> dict[str, np.ndarray]:
    """What is kept of one run: the output, and the small nodes where any question wants them."""
    values = rebuilt.run(inputs)
    nodes = values.items() if any(question.with_nodes for question in group) else ()
    small = {name: np.asarray(value) for name, value in nodes if name.startswith("n")}
    kept = {name: value for name, value in small.items() if value.size <= MAX_NODE_NUMBERS * len(value)}
    output = rebuilt.output(values)
    return kept if output is None else {**kept, OUTPUT: np.asarray(output)}


def _agrees(recorded: Recorded, question: Asked, output: np.ndarray) -> bool:
    """Whether an answer is the one that the notebook's model gave, where the question is a recorded call."""
    wanted = recorded.array(question.answer)
    if wanted is None or not wanted.size:
        return True
    rows = min(len(wanted), len(output))
    wanted, made = wanted[:rows].astype(np.float64), output[:rows]
    if wanted.shape != made.shape:
        return False
    size = max(float(np.ptp(wanted)), 1e-3 * float(np.abs(wanted).max()), 1e-6)
    return float(np.abs(made - wanted).max()) <= max(TOLERANCE * size, NEARLY)
