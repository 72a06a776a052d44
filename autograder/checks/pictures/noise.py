"""Is the noise as asked: its scale, its kind, its range, and on which images."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.recognition.noise import Noise, measure
from autograder.recognition.training_rows import flat
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import say
from ..weighing import SubPoint, weighed
from .noisy_panels import half_of, noisy_panels

BAND = 0.12  # the scale may be off by this share
MOST_SHIFT = 0.25  # of the scale: what still counts as zero mean
MOST_MISFIT = 0.05  # largest difference between its distribution and a normal one, 0 to 1
OWN_UNITS = 8.0  # a grey scale wider than this is one of bytes: noise must be scaled with it

Pairs = tuple[np.ndarray, np.ndarray]


def _fit_pairs(context: CheckContext, which: str) -> Iterator[Pairs]:
    """Noisy rows and their clean images, from what the candidate's trainings consumed."""
    for fit in reversed(context.candidate.fits):
        rows = context.scene.training_rows(fit, which)
        if rows.task != "noisy" or rows.inputs is None:
            continue
        places = rows.clean_places
        at = np.flatnonzero((places >= 0) & (rows.input_places < 0))
        if len(at):
            yield rows.inputs[at], context.scene.known.images(places[at])


def _call_pairs(context: CheckContext, half: str) -> Iterator[Pairs]:
    """Noisy rows that any model was asked about, of one half of the data."""
    split = context.scene.known.train_count
    for call in reversed(context.evidence.calls):
        origins = context.scene.of_call(call.id)
        rows = flat(context.evidence.array(call.inputs[0])) if call.inputs else None
        if origins is None or rows is None or rows.shape[1] != context.scene.known.pixels:
            continue
        right = (
            origins.places >= split if half == "test" else (origins.places >= 0) & (origins.places < split)
        )
        at = np.flatnonzero(origins.noisy & right)
        if len(at):
            yield rows[at], context.scene.known.images(origins.places[at])


def _panel_pairs(context: CheckContext, half: str) -> Iterator[Pairs]:
    """Noisy images that were drawn, of one half of the data."""
    panels = [(key, place) for key, place in noisy_panels(context).items() if half_of(context, place) == half]
    if panels:
        rows = np.stack([context.scene.wall.panels[key].values.reshape(-1) for key, _ in panels])
        yield rows, context.scene.known.images(np.array([place for _, place in panels]))


def _first(*sources: Iterator[Pairs]) -> Noise | None:
    """The noise in the first rows that show any."""
    return next(_noises(*sources), None)


def _noises(*sources: Iterator[Pairs]) -> Iterator[Noise]:
    """The noise in each batch of rows that shows any."""
    for source in sources:
        for noisy, clean in source:
            noise = measure(noisy, clean)
            if noise is not None:
                yield noise


def _right_scale(noise: Noise, wanted: float, normal: bool) -> bool:
    """Whether noise has the wanted scale, in grey from 0 to 1 or in the student's own small range.

    Noise of another kind is not told by a standard deviation: its reach, or the deviation that it would have
    as uniform noise, may be the wanted number.
    """
    in_own_range = noise.own_scale / max(noise.scale, 1e-12) <= OWN_UNITS
    sizes = [noise.scale, *([noise.own_scale] if in_own_range else [])]
    if not normal:
        reaches = [noise.reach, *([noise.own_reach] if in_own_range else [])]
        sizes += reaches + [reach / math.sqrt(3) for reach in reaches]
    return any(abs(size - wanted) <= BAND * wanted for size in sizes)


def _is_normal(noise: Noise) -> bool:
    # the quantiles of few pixels scatter: a test of ten images allows more than one of thousands
    misfit = max(MOST_MISFIT, 2 / math.sqrt(noise.samples))
    return noise.misfit <= misfit and abs(noise.shift) <= MOST_SHIFT


def _measured(noise: Noise, wanted: float) -> dict[str, bool]:
    """Which of the things that are asked of noise it has."""
    normal = _is_normal(noise)
    return {
        "scale": _right_scale(noise, wanted, normal),
        "normal": normal,
        "clipped": noise.clipped,
    }


def _on_test_images(train: dict[str, bool], test: dict[str, bool] | None) -> SubPoint:
    """Whether test images have the noise that is asked for, as far as the training images' own noise has it."""
    if test is None:
        return SubPoint("test-images", False)
    off = [name for name, right in test.items() if train[name] and not right]
    return SubPoint("test-images", not off, f"test-{off[0]}" if off else "")


def check_noise(context: CheckContext, item: Item) -> Verdict:
    """Scale, normal with zero mean, clipped; and the same on the test images, which are measured by themselves."""
    wanted = context.part.noise
    train = _first(
        _fit_pairs(context, "fit"),
        _call_pairs(context, "train"),
        _panel_pairs(context, "train"),
        _call_pairs(context, "test"),
    )
    tests = list(
        _noises(_test_fit_pairs(context), _call_pairs(context, "test"), _panel_pairs(context, "test"))
    )
    # who also tries other strengths on test images has asked for this one all the same
    test = next(
        (each for each in tests if all(_measured(each, wanted).values())), tests[0] if tests else None
    )
    noise = train or test
    cell = context.candidate.fits[-1].cell if context.candidate.fits else None
    if noise is None:
        return say("noise.none", 0.0, {"scale": wanted}, cell=cell)
    measured = _measured(noise, wanted)
    sub_points = [
        *(SubPoint(name, right) for name, right in measured.items()),
        _on_test_images(measured, _measured(test, wanted) if test else None),
    ]
    return weighed("noise", item, sub_points, {"scale": wanted}, cell=cell, basis="recomputed")


def _test_fit_pairs(context: CheckContext) -> Iterator[Pairs]:
    """Noisy test images among the validation rows."""
    split = context.scene.known.train_count
    for fit in reversed(context.candidate.fits):
        rows = context.scene.training_rows(fit, "validation")
        if rows.task == "noisy" and rows.inputs is not None:
            places = rows.clean_places
            at = np.flatnonzero((places >= split) & (rows.input_places < 0))
            if len(at):
                yield rows.inputs[at], context.scene.known.images(places[at])
