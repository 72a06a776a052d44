"""How much of the real images generated ones reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.recognition.coverage import Reach, reach

from ..context import CheckContext
from .samples import ALONE, GeneratedSample, samples, standard_normal

INSTEAD = 512  # test images, where too few outputs of the model are known


def _own_outputs(context: CheckContext) -> np.ndarray:
    """The trained model's outputs for known images, or test images themselves where too few of those are known."""
    last = context.candidate.fits[-1]
    model = context.evidence.replayed.get(context.candidate.model.id)
    rows = []
    for output in model.outputs if model is not None else ():
        if (
            output.source in (f"fit:{last.id}", f"validation:{last.id}")
            and output.version == last.version_after
        ):
            made = context.evidence.replayed_array(output.nodes.get("out"))
            if made is not None and made.size == len(made) * context.scene.known.pixels:
                rows.append(made.reshape(len(made), -1))
    outputs = np.concatenate(rows) if rows else np.empty((0, context.scene.known.pixels))
    return outputs if len(outputs) > ALONE else first_test_images(context, INSTEAD)


def first_test_images(context: CheckContext, count: int) -> np.ndarray:
    """At most `count` test images, (n, pixels) from 0 to 1."""
    known = context.scene.known
    return known.images(known.train_count + np.arange(min(count, len(known.test))))


def reached(real: np.ndarray, sample: GeneratedSample) -> Reach:
    """Coverage and recall of as many of the one as of the other; a few images cannot reach a hundred real ones."""
    real = real[: max(len(sample.images), ALONE)]
    return reach(real, sample.images[: len(real)]) or Reach(0.0, 0.0)


@dataclass(frozen=True)
class BestSample:
    """The sample that covers most among those that are not from N(0, I).

    Attributes:
        coverage: its own, 0 to 1; `normal`: that of the best sample from N(0, I), 0 where there is none.
    """

    sample: GeneratedSample
    coverage: float
    normal: float


def best_sample(context: CheckContext) -> BestSample | None:
    """Of several that cover equally much the first; None where all codes are from N(0, I)."""
    every, real = samples(context), _own_outputs(context)
    others = [sample for sample in every if not standard_normal(sample.codes)]
    normal = [reached(real, sample).coverage for sample in every if standard_normal(sample.codes)]
    if not others:
        return None
    coverage, at = max((reached(real, sample).coverage, -at) for at, sample in enumerate(others))
    return BestSample(others[-at], coverage, max(normal, default=0.0))
