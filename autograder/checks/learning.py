"""Whether trainings taught a model anything: whether its error on the rows that it was fed fell, as replay finds.

Measured on the first trainings of the 265 models in honest notebooks of the corpora that replay can rebuild, shortened to
two epochs of 4,096 rows: their errors fall by 7 % (the solution that asks for SGD) to 95 %. Apart from them: with SGD of
0.01 such a training lowers the error by 0.2 to 0.7 %, with Adadelta as it comes by 0.02 %, with SGD of 0.0001 by
0.002 %, every row's; a step of 0.000001 by 0.000002 %. So a small fall is a person's to look at, and none at all no training.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Fit
from autograder.recognition.scene import Scene
from autograder.recognition.training_rows import flat

from .candidate import was_played

CLEAR = 0.01  # share of the error that falls where something was learned beyond doubt
LEAST = 1e-6  # share by which the error of a training with a step far too small still falls; less is rounding
STILL = 1e-3  # of the range of the answers, as replay's own tolerance: those of a model that a step of nothing trained
ALIKE = 0.02  # share of the error onto other rows' targets by which that onto one's own is smaller, where rows are told apart
HARDLY = "hardly_trained"
UNGUIDED = "not_by_optimizer"
BLIND = "targets_ignored"


@dataclass(frozen=True)
class Learning:
    """What trainings did to a model's answers to the rows that they were fed.

    Attributes:
        fall: largest share of the mean square error that was gone afterwards, in any training or from the first to the last.
        moved: largest change of an answer, as a share of their range.
        told_apart: by how much smaller, as a share, the last error onto each row's own target is than onto other rows' ones.
    """

    fall: float
    moved: float
    told_apart: float


def learning_of(scene: Scene, fits: tuple[Fit, ...]) -> Learning | None:
    """What some trainings of one model taught it; None where replay answered none of their rows before and after."""
    found = [each for fit in fits for each in _of_rows(scene, fit, fits)]
    if not found:
        return None
    return Learning(max(each.fall for each in found), max(each.moved for each in found), found[-1].told_apart)


def _of_rows(scene: Scene, fit: Fit, fits: tuple[Fit, ...]) -> Iterator[Learning]:
    """By the rows of one training: around itself, and of the first one up to where the last one ended."""
    ends = {fit.version_after}
    if fit is fits[0]:
        ends.add(max((each.version_after or 0 for each in fits), default=0))
    answers = _answers(scene, fit)
    before = answers.get(fit.version_before)
    for end in sorted(end for end in ends if end is not None and end != fit.version_before):
        if before is not None and end in answers:
            learned = _compared(scene, fit, before, answers[end])
            if learned is not None:
                yield learned


def _answers(scene: Scene, fit: Fit) -> dict[int | None, np.ndarray]:
    """Replay's answers to the rows of a training, (n, numbers), by weights version."""
    model = scene.evidence.replayed.get(fit.model)
    found: dict[int | None, np.ndarray] = {}
    for output in model.outputs if model else ():
        if output.source == f"fit:{fit.id}":
            made = flat(scene.evidence.replayed_array(output.nodes.get("out")))
            if made is not None:
                found[output.version] = made
    return found


def _compared(scene: Scene, fit: Fit, before: np.ndarray, after: np.ndarray) -> Learning | None:
    rows = scene.training_rows(fit)
    targets = rows.targets if rows.targets is not None else rows.inputs
    if targets is None or not before.shape == after.shape == targets.shape or not np.isfinite(before).all():
        return None
    if not np.isfinite(after).all():
        return Learning(-math.inf, math.inf, 0.0)
    reach = max(float(np.ptp(before)), 1e-6)
    moved = float(np.abs(after - before).max()) / reach
    # a model that gives logits is right where these are far from its targets
    ways = [(before, after)]
    if min(before.min(), after.min()) < 0:
        ways.append((_sigmoid(before), _sigmoid(after)))
    falls = [_fall(_error(one, targets), _error(other, targets)) for one, other in ways]
    apart = [_fall(_error(other, np.roll(targets, 1, axis=0)), _error(other, targets)) for _, other in ways]
    return Learning(max(falls), moved, max(apart))


def _sigmoid(rows: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(rows, -50, 50))))


def _error(made: np.ndarray, wanted: np.ndarray) -> float:
    return float(((made - wanted) ** 2).mean())


def _fall(before: float, after: float) -> float:
    return (before - after) / before if before > 0 else 0.0


def is_nothing(learning: Learning | None, fits: tuple[Fit, ...]) -> bool:
    """Whether trainings taught nothing: no error fell, and no answer moved either, or what moved it was no optimizer.

    A step so large that the error grew is an honest mistake: answers moved, and an optimizer moved them.
    """
    if learning is None or learning.fall > LEAST:
        return False
    return learning.moved <= STILL or not optimized(fits)


def optimized(fits: tuple[Fit, ...]) -> bool:
    """Whether an optimizer was seen to change weights in any of these trainings."""
    return any(weights for fit in fits for weights in fit.updates.values())


def doubts(evidence: Evidence, fits: tuple[Fit, ...], learning: Learning | None) -> tuple[str, ...]:
    """The flags of trainings, of which this is what they taught, that a person should look at."""
    found = []
    if (learning is not None and learning.fall <= CLEAR) or 2 * _standing(fits) > _epochs(fits):
        found.append(HARDLY)
    if fits and not optimized(fits):
        found.append(UNGUIDED)
    if learning is not None and learning.told_apart < ALIKE and _own_rule(evidence, fits):
        found.append(BLIND)
    return tuple(found)


def _standing(fits: tuple[Fit, ...]) -> int:
    """Epochs of trainings that really ran and changed no weight."""
    return _epochs(
        tuple(fit for fit in fits if not was_played(fit) and fit.version_before == fit.version_after)
    )


def _epochs(fits: tuple[Fit, ...]) -> int:
    return sum(fit.epochs_asked or 1 for fit in fits)


def _own_rule(evidence: Evidence, fits: tuple[Fit, ...]) -> bool:
    """Whether what is trained for is the notebook's own: its loss, or the step of its training."""
    models = {fit.model for fit in fits}
    own_loss = any(compiled.own_loss for compiled in evidence.compiles if compiled.model in models)
    return own_loss or any(fit.own_step or fit.api == "tape" for fit in fits)
