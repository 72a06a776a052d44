"""Did a model begin with the weights asked for: normal around 0 with a scale of 1/sqrt(n), and biases of 0."""

from __future__ import annotations

import math

from autograder.evidence.replayed import WeightStatistics
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .context import CheckContext
from .sentences import say

POINTS = {"scale": 4, "normal": 2, "bias": 2}
NEAR = 0.1  # of the scale asked for; the smallest kernel of the course, 32 x 784, strays by under 1 %
# Excess kurtosis: 0 for a normal sample, -0.6 for one cut at two deviations (as Keras cuts it), -1.2 for a uniform one.
BELL = (-0.85, 0.6)
OFF_CENTRE = 0.05  # of the scale


def _layers(context: CheckContext) -> list[tuple[WeightStatistics, list[WeightStatistics]]] | None:
    """Kernel and biases of each counted layer as they were before the first training; None where unknown."""
    fits = context.candidate.fits
    version = (fits[0].version_before if fits else 0) or 0
    by_variable = context.evidence.statistics(context.candidate.model.id, version)
    found = []
    for layer in context.layers:
        if layer.counted and layer.node.weights:
            known = [by_variable.get(variable) for variable in layer.node.weights]
            if any(each is None for each in known) or len(known[0].shape) < 2:
                return None
            found.append((known[0], known[1:]))
    return found or None


def _scaled(kernels: list[WeightStatistics]) -> bool:
    """Whether every kernel has the scale asked for; n may be read as a layer's inputs or as its own units."""
    inputs = [math.prod(kernel.shape[:-1]) for kernel in kernels]
    units = [kernel.shape[-1] for kernel in kernels]
    return any(
        all(abs(kernel.std * math.sqrt(n) - 1) <= NEAR for kernel, n in zip(kernels, reading, strict=True))
        for reading in (inputs, units)
    )


def _bell(kernel: WeightStatistics) -> bool:
    return BELL[0] <= kernel.kurtosis <= BELL[1] and abs(kernel.mean) <= OFF_CENTRE * kernel.std


def check_initial_weights(context: CheckContext, item: Item) -> Verdict:
    """Scale (4), normal (2) and biases of 0 (2), of 8, by statistics of the weights before any training."""
    cell = context.evidence.first_cells.get(context.candidate.model.id)
    layers = _layers(context)
    if layers is None:
        return say("initial-weights.unseen", 0.0, outcome="errored", cell=cell)
    kernels = [kernel for kernel, _ in layers]
    there = {
        "scale": _scaled(kernels),
        "normal": all(_bell(kernel) for kernel in kernels),
        "bias": all(bias.low == bias.high == 0 for _, biases in layers for bias in biases),
    }
    missing = [name for name, right in there.items() if not right]
    if not missing:
        pieces = [f"initial-weights.{name}" for name in there]
        return say("initial-weights.ok", 1.0, cell=cell, basis="recomputed", pieces=pieces)
    return say(
        "initial-weights.missing",
        sum(POINTS[name] for name, right in there.items() if right) / sum(POINTS.values()),
        cell=cell,
        basis="recomputed",
        missing=missing,
        pieces=[f"initial-weights.{name}" for name in missing],
    )
