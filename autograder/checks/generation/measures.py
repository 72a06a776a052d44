"""Are coverage and recall of generated images shown as numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.recognition.coverage import NEIGHBOURS
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import say
from ..weighing import SubPoint, weighed
from .sample_coverage import best_sample, first_test_images, reached
from .samples import GeneratedSample, first_asked, nothing_drawn, samples

NEAR = 0.1  # a measure depends a little on which images it is taken of
VALUES = {"neighbours": NEIGHBOURS}


def in_grey(sample: GeneratedSample) -> GeneratedSample:
    """The same sample from 0 to 1 where its images are from -1 to 1."""
    images = sample.images
    signed = images.min() < -0.5 and images.max() <= 1 + 1e-3
    return replace(sample, images=(images + 1) / 2) if signed else sample


def _shows(context: CheckContext, sample: GeneratedSample) -> bool:
    """Whether coverage and recall of a sample stand among the numbers of one cell, at or after its drawing."""
    measured = reached(first_test_images(context, len(sample.images)), in_grey(sample))
    for shown in context.evidence.numbers:
        values = context.evidence.array(shown.values)
        if shown.cell < sample.cell or values is None or values.ndim != 1:
            continue
        near = [set(np.flatnonzero(np.abs(values - measure) <= NEAR).tolist()) for measure in measured]
        if all(near) and len(near[0] | near[1]) >= 2:
            return True
    return False


def check_measures_drawn(context: CheckContext, item: Item) -> Verdict:
    """Coverage and recall of images of drawn codes are shown as numbers."""
    if (nothing := nothing_drawn(context)) is not None:
        return nothing
    if not context.evidence.numbers:
        return say("measured.none", 0.0, VALUES, outcome="not_attempted")
    if any(_shows(context, sample) for sample in samples(context)):
        return say("measured.ok", 1.0, VALUES, basis="recomputed")
    return say("measured.other", 0.0, VALUES, basis="recomputed")


def check_measures(context: CheckContext, item: Item) -> Verdict:
    """Coverage and recall are shown as numbers: of images from the first codes, and of images from fitted ones."""
    if (nothing := nothing_drawn(context)) is not None:
        return nothing
    if not context.evidence.numbers:
        return say("measures.none", 0.0, VALUES, outcome="not_attempted")
    best, first = best_sample(context), first_asked(context)
    # without a better one, the first sample is all that could be measured
    better = best is not None and best.sample not in first and _shows(context, best.sample)
    sub_points = [
        SubPoint("normal", any(_shows(context, sample) for sample in first)),
        SubPoint("fitted", better),
    ]
    return weighed("measures", item, sub_points, VALUES, cell=None, basis="recomputed")
