"""Are codes of two numbers drawn as points: those of the judged model, before or after training, told apart by class."""

from __future__ import annotations

import numpy as np

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..basis import open_without_replay, with_basis
from ..bottleneck import without_code
from ..context import CheckContext
from ..sentences import blocked, say
from ..weighing import SubPoint, weighed
from .codes_by_state import StateCodes, codes_by_state
from .scatter_points import ScatterPoints, drawn_points

LEAST_POINTS = 1000  # drawn codes; a class of Fashion-MNIST is then 100 points
NEAR = 1e-4  # of the spread of the codes themselves: a point far out would make everything near
TINY = 1e-6  # of the largest number
LEAST_FOUND = 3  # known codes among the points; fewer may be chance
ALL_FOUND = 0.9  # share of the known codes that a plot of all images must show
SOME_FOUND = 1 / 3  # of those that a plot of a random part must show on average
PURE = 0.9  # share of the points of one colour that are of one class, and of one class that have one colour
MOST_GROUPS = 3  # groups for each class: a colour for every point tells nothing


def _matched(points: ScatterPoints, state: StateCodes) -> tuple[np.ndarray, np.ndarray]:
    """Which codes of a state are drawn (either number may lie across), and the group of each one's point."""
    near = max(NEAR * float(np.ptp(state.codes, axis=0).max()), TINY * float(np.abs(state.codes).max()))
    order = np.argsort(points.at[:, 0], kind="stable")  # so that few points are compared with each code
    at, groups = points.at[order], points.groups[order]
    tries = [_near(at, groups, codes, near) for codes in (state.codes, state.codes[:, ::-1])]
    return max(tries, key=lambda match: int(match[0].sum()))


def _near(
    at: np.ndarray, groups: np.ndarray, codes: np.ndarray, near: float
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each code has a point within `near`, and the group of the nearest one; points go from left to right."""
    is_drawn, group = np.zeros(len(codes), bool), np.zeros(len(codes), int)
    first = np.searchsorted(at[:, 0], codes[:, 0] - near, side="left")
    last = np.searchsorted(at[:, 0], codes[:, 0] + near, side="right")
    for row, (start, stop) in enumerate(zip(first, last, strict=True)):
        off = np.abs(at[start:stop] - codes[row]).max(axis=1)
        if len(off) and off.min() <= near:
            is_drawn[row], group[row] = True, groups[start + int(off.argmin())]
    return is_drawn, group


def _shows(points: ScatterPoints, is_drawn: np.ndarray, images: int) -> bool:
    """Whether enough known codes are among the points; of a random part of the images only a part can be."""
    expected = min(1.0, len(points.at) / images)
    wanted = ALL_FOUND if expected >= 1 else SOME_FOUND * expected
    return bool(is_drawn.sum() >= max(LEAST_FOUND, wanted * len(is_drawn)))


def _by_class(groups: np.ndarray, classes: np.ndarray, all_groups: int, all_classes: int) -> bool:
    """Whether points of one class, and no others, have one colour."""

    def pure(one: np.ndarray, other: np.ndarray) -> bool:
        most = sum(
            int(np.unique(other[one == value], return_counts=True)[1].max()) for value in np.unique(one)
        )
        return most >= PURE * len(one)

    few = all_groups <= MOST_GROUPS * all_classes
    return few and len(np.unique(groups)) > 1 and pure(groups, classes) and pure(classes, groups)


def _judged(
    context: CheckContext, item: Item, points: ScatterPoints, states: list[StateCodes]
) -> Verdict | None:
    """The verdict on one axes that shows the codes of any of these states; None where it shows none."""
    known = context.scene.known
    images = len(known.test) if item.of.endswith(":test") else known.train_count
    for state in states:
        is_drawn, groups = _matched(points, state)
        if not _shows(points, is_drawn, images):
            continue
        classes = known.classes(state.places[is_drawn])
        all_groups, all_classes = len(np.unique(points.groups)), len(np.unique(known.test_classes))
        sub_points = [
            SubPoint("codes", True),
            SubPoint("number", len(points.at) >= min(LEAST_POINTS, images)),
            SubPoint("classes", _by_class(groups[is_drawn], classes, all_groups, all_classes)),
            SubPoint("key", points.key),
            SubPoint("labels", points.labels),
        ]
        verdict = weighed("points", item, sub_points, {"least": LEAST_POINTS}, cell=points.cell)
        return with_basis(context, verdict, state.recomputed)
    return None


def _check(context: CheckContext, item: Item, after: bool) -> Verdict:
    unjudged = open_without_replay(context) or without_code(context)
    if unjudged is not None:
        return unjudged
    least = {"least": LEAST_POINTS}
    drawn = [points for points in drawn_points(context.scene) if len(points.at) >= LEAST_FOUND]
    if not drawn:
        return say("points.none", 0.0, least, outcome="not_attempted")
    states = codes_by_state(context, item, after)
    verdicts = [verdict for points in drawn if (verdict := _judged(context, item, points, states))]
    if verdicts:
        return max(verdicts, key=lambda verdict: verdict.share)
    others = codes_by_state(context, item, not after)
    message_id = "points.other"
    if all(_judged(context, item, points, others) for points in drawn):
        message_id = "points.before" if after else "points.after"
    return say(message_id, 0.0, least, cell=drawn[-1].cell, basis="recomputed")


def check_codes_before(context: CheckContext, item: Item) -> Verdict:
    """The untrained model's codes are drawn as points: codes, enough of them, classes, a key, labels."""
    return _check(context, item, after=False)


def check_codes_after(context: CheckContext, item: Item) -> Verdict:
    """The trained model's codes are drawn as points: codes, enough of them, classes, a key, labels."""
    if not context.trained:
        return blocked("training")
    return _check(context, item, after=True)
