"""Are codes of two numbers drawn as points: those of the judged model, before or after training, told apart by class."""

from __future__ import annotations

import numpy as np

from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..pictures.codes import code_layers
from ..sentences import blocked, say
from .codes_by_state import StateCodes, codes_by_state
from .scatter_points import ScatterPoints, drawn_points

POINTS = {"codes": 4, "number": 1, "classes": 3, "key": 1, "labels": 1}
LEAST_POINTS = 1000
NEAR = 1e-4  # of the spread of the codes themselves: a point far out would make everything near
TINY = 1e-6  # of the largest number
LEAST_FOUND = 3
ALL_FOUND = 0.9  # share of the known codes that a plot of all images must show
SOME_FOUND = 1 / 3  # of those that a plot of a random part must show on average
PURE = 0.9
MOST_GROUPS = 3  # groups for each class: a colour for every point tells nothing


def _matched(points: ScatterPoints, sample: StateCodes) -> tuple[np.ndarray, np.ndarray]:
    """Which codes of the sample are drawn (either number may lie across), and the group of each one's point."""
    near = max(NEAR * float(np.ptp(sample.codes, axis=0).max()), TINY * float(np.abs(sample.codes).max()))
    order = np.argsort(points.at[:, 0], kind="stable")  # so that few points are compared with each code
    at, groups = points.at[order], points.groups[order]
    tries = [_near(at, groups, codes, near) for codes in (sample.codes, sample.codes[:, ::-1])]
    return max(tries, key=lambda each: each[0].sum())


def _near(
    at: np.ndarray, groups: np.ndarray, codes: np.ndarray, near: float
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each code has a point within `near`, and the group of the nearest one; points go from left to right."""
    found, its = np.zeros(len(codes), bool), np.zeros(len(codes), int)
    first = np.searchsorted(at[:, 0], codes[:, 0] - near, side="left")
    last = np.searchsorted(at[:, 0], codes[:, 0] + near, side="right")
    for row, (start, stop) in enumerate(zip(first, last, strict=True)):
        off = np.abs(at[start:stop] - codes[row]).max(axis=1)
        if len(off) and off.min() <= near:
            found[row], its[row] = True, groups[start + int(off.argmin())]
    return found, its


def _shows(points: ScatterPoints, found: np.ndarray, images: int) -> bool:
    """Whether enough known codes are among the points; of a random part of the images only a part can be."""
    expected = min(1.0, len(points.at) / images)
    wanted = ALL_FOUND if expected >= 1 else SOME_FOUND * expected
    return bool(found.sum() >= max(LEAST_FOUND, wanted * len(found)))


def _by_class(groups: np.ndarray, classes: np.ndarray, all_groups: int, all_classes: int) -> bool:
    """Whether points of one class, and no others, have one colour."""

    def pure(one: np.ndarray, other: np.ndarray) -> bool:
        most = sum(np.unique(other[one == each], return_counts=True)[1].max() for each in np.unique(one))
        return most >= PURE * len(one)

    few = all_groups <= MOST_GROUPS * all_classes
    return few and len(np.unique(groups)) > 1 and pure(groups, classes) and pure(classes, groups)


def _judged(
    context: CheckContext, item: Item, points: ScatterPoints, samples: list[StateCodes]
) -> tuple[dict[str, bool], bool] | None:
    """What of the asked is there in one axes, and whether it was recomputed; None where it shows no such codes."""
    known = context.scene.known
    images = len(known.test) if item.of.endswith(":test") else known.train_count
    for sample in samples:
        found, groups = _matched(points, sample)
        if not _shows(points, found, images):
            continue
        classes = known.classes(sample.places[found])
        many = len(np.unique(known.test_classes))
        there = (
            True,
            len(points.at) >= min(LEAST_POINTS, images),
            _by_class(groups[found], classes, len(np.unique(points.groups)), many),
            points.key,
            points.labels,
        )
        return dict(zip(POINTS, there, strict=True)), sample.recomputed
    return None


def _worth(there: dict[str, bool]) -> int:
    return sum(POINTS[name] for name, so in there.items() if so)


def _verdict(there: dict[str, bool], recomputed: bool, cell: int) -> Verdict:
    missing = [name for name, so in there.items() if not so]
    common = {
        "cell": cell,
        "basis": "recomputed" if recomputed else "observed",
        "flags": () if recomputed else ("not_recomputed",),
        "least": LEAST_POINTS,
    }
    if not missing:
        return say("points.ok", 1.0, **common)
    pieces = [f"points.{name}" for name in missing]
    worth = _worth(there) / sum(POINTS.values())
    return say("points.missing", worth, missing=missing, pieces=pieces, **common)


def _check(context: CheckContext, item: Item, after: bool) -> Verdict:
    if context.replay_failed:
        return say("item.ours", 0.0, where="replay", outcome="errored")
    if not code_layers(context) and context.layers:
        return say(
            "codes.no_layer", 0.0, numbers=context.part.code_numbers, outcome="blocked", by="architecture"
        )
    drawn = [points for points in drawn_points(context.scene) if len(points.at) >= LEAST_FOUND]
    if not drawn:
        return say("points.none", 0.0, outcome="not_attempted", least=LEAST_POINTS)
    samples = codes_by_state(context, item, after)
    judged = [(points, found) for points in drawn if (found := _judged(context, item, points, samples))]
    if judged:
        points, (there, recomputed) = max(judged, key=lambda each: _worth(each[1][0]))
        return _verdict(there, recomputed, points.cell)
    told = {"basis": "recomputed", "cell": drawn[-1].cell, "least": LEAST_POINTS}
    others = codes_by_state(context, item, not after)
    if all(_judged(context, item, points, others) for points in drawn):
        return say("points.before" if after else "points.after", 0.0, **told)
    return say("points.other", 0.0, **told)


def check_points_before(context: CheckContext, item: Item) -> Verdict:
    """The untrained model's codes are drawn as points: codes (4), enough (1), classes (3), key (1), labels (1), of 10."""
    return _check(context, item, after=False)


def check_points_after(context: CheckContext, item: Item) -> Verdict:
    """The trained model's codes are drawn as points: codes (4), enough (1), classes (3), key (1), labels (1), of 10."""
    if not context.trained:
        return blocked("training")
    return _check(context, item, after=True)
