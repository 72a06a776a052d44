"""Did a model begin with the weights asked for: normal around 0 with a scale of 1/sqrt(n), and biases of 0."""

from __future__ import annotations

import math

from autograder.evidence.replayed import WeightStatistics
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .context import CheckContext
from .sentences import say
from .weighing import SubPoint, weighed

NEAR = 0.1  # of the scale asked for
# Excess kurtosis: 0 for a normal sample (above 0.8 in one of 10,000 of 1,024 numbers), -0.6 for one cut at two deviations (as
# Keras cuts it), -1.2 for a uniform one.
BELL = (-0.85, 1.0)
OFF_CENTRE = 0.05  # of the scale
# The mean of a kernel of 32 x 32 weights strays by 0.03 of the scale: mean and scale get at least this many standard errors,
# which chance passes once in 15,000 kernels.
STANDARD_ERRORS = 4.0


def _layers(context: CheckContext) -> list[tuple[WeightStatistics, list[WeightStatistics]]] | None:
    """Kernel and biases of each counted layer as they were before the first training; None where unknown."""
    fits = context.candidate.fits
    version = (fits[0].version_before if fits else 0) or 0
    by_variable = context.evidence.statistics(context.candidate.model.id, version)
    layers = []
    for layer in context.layers:
        if layer.counted and layer.node.weights:
            weights = [by_variable[name] for name in layer.node.weights if name in by_variable]
            if len(weights) < len(layer.node.weights) or len(weights[0].shape) < 2:
                return None
            layers.append((weights[0], weights[1:]))
    return layers or None


def _scaled(kernels: list[WeightStatistics]) -> bool:
    """Whether every kernel has the scale asked for; n may be read as a layer's inputs or as its own units."""
    shapes = [[length or 0 for length in kernel.shape] for kernel in kernels]
    inputs, units = [math.prod(shape[:-1]) for shape in shapes], [shape[-1] for shape in shapes]
    return any(
        all(
            abs(kernel.std * math.sqrt(n) - 1) <= max(NEAR, _strays(kernel, 1 / 2))
            for kernel, n in zip(kernels, reading, strict=True)
        )
        for reading in (inputs, units)
    )


def _bell(kernel: WeightStatistics) -> bool:
    centred = abs(kernel.mean) <= kernel.std * max(OFF_CENTRE, _strays(kernel, 1))
    return centred and BELL[0] <= kernel.kurtosis <= BELL[1]


def _strays(kernel: WeightStatistics, variance: float) -> float:
    """How far a statistic of a normal kernel may stray by chance, in scales.

    Its variance is `variance` over the number of weights: 1 for the mean, 1/2 for the standard deviation.
    """
    return STANDARD_ERRORS * math.sqrt(variance / max(1, math.prod(length or 1 for length in kernel.shape)))


def check_initial_weights(context: CheckContext, item: Item) -> Verdict:
    """Scale, normal distribution and biases of 0, by statistics of the weights before any training."""
    cell = context.evidence.first_cells.get(context.candidate.model.id)
    layers = _layers(context)
    if layers is None:
        return say("initial-weights.unseen", 0.0, outcome="errored", cell=cell)
    kernels = [kernel for kernel, _ in layers]
    unbiased = all(bias.low == bias.high == 0 for _, biases in layers for bias in biases)
    sub_points = [
        SubPoint("scale", _scaled(kernels)),
        SubPoint("normal", all(_bell(kernel) for kernel in kernels)),
        SubPoint("bias", unbiased),
    ]
    return weighed("initial-weights", item, sub_points, cell=cell, basis="recomputed")
