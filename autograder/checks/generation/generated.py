"""Are images generated from codes that were drawn: shown, held as an array, from codes that fit, and measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.recognition.coverage import NEIGHBOURS, Reach, reach
from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.panels import Panel
from autograder.records import Basis, Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..pictures.tally import pair_up
from ..sentences import blocked, say
from .samples import ALONE, GeneratedSample, samples, shown_of, standard_normal

OTHER_CODES = 0.5  # of the points for images from codes of another distribution
OTHER_SHAPE = 0.5  # for the images asked for in an array of another shape
COVERS = 0.6  # of the model's own outputs for real images; twice as much as N(0, I) is worth half
POINTS_FITTED = {"coverage": 6, "images": 4}
NEAR = 0.1  # a measure depends a little on which images it is taken of


def _basis(sample: GeneratedSample) -> Basis:
    return "recomputed" if sample.recomputed else "observed"


def _nothing(context: CheckContext) -> Verdict | None:
    """What to say where there is nothing to judge; None otherwise."""
    if not context.trained:
        return blocked("training")
    if not samples(context):
        return say("drawn.none", 0.0, outcome="not_attempted", numbers=context.part.code_numbers)
    return None


def _first_asked(context: CheckContext) -> tuple[GeneratedSample, ...]:
    """The samples from N(0, I); where there are none, that of the first codes that were drawn."""
    found = samples(context)
    return tuple(sample for sample in found if standard_normal(sample.codes)) or found[:1]


def check_generated(context: CheckContext, item: Item) -> Verdict:
    """Ten images that the trained decoder gave for codes from N(0, I) are shown; half for other codes."""
    if (nothing := _nothing(context)) is not None:
        return nothing
    count = context.part.images
    best = max(_first_asked(context), key=lambda sample: shown_of(context, sample)[0])
    shown, cell = shown_of(context, best)
    normal = standard_normal(best.codes)
    share = min(shown, count) / count
    common = {"count": count, "shown": min(shown, count), "basis": _basis(best)}
    if not shown:
        return say("drawn.not_shown", 0.0, cell=best.cell, **common)
    if not normal:
        return say("drawn.other_codes", OTHER_CODES * share, cell=best.cell, **common)
    return say("drawn.ok" if share == 1 else "drawn.some", share, cell=cell, **common)


def check_array(context: CheckContext, item: Item) -> Verdict:
    """An array of the asked shape holds images that the trained decoder gave for drawn codes; half for another shape."""
    if (nothing := _nothing(context)) is not None:
        return nothing
    wanted, cell, other = context.part.array_shape, None, False
    candidates = CandidateRows(np.concatenate([sample.images for sample in samples(context)]))
    for held in context.evidence.held:
        rows = context.evidence.array(held.first)
        if held.rows != wanted[0] or rows is None or not _are_among(rows, candidates):
            continue
        if (held.rows, *held.shape) == wanted:
            shape = list(wanted)
            return say("array.ok", 1.0, cell=held.cell, shape=shape, basis="recomputed")
        other, cell = True, held.cell
    if other:
        return say("array.shape", OTHER_SHAPE, cell=cell, shape=list(wanted), basis="recomputed")
    return say("array.none", 0.0, shape=list(wanted))


def _are_among(rows: np.ndarray, candidates: CandidateRows) -> bool:
    """Whether all rows of an array are generated images, each another one."""
    flat = rows.reshape(len(rows), -1).astype(np.float64)
    if flat.shape[1] != candidates.values.shape[1] or not np.isfinite(flat).all():
        return False
    quantum = 1.0 if rows.dtype.kind in "iu" else 0.0
    matches = match_all([Panel(row, quantum) for row in flat], candidates)
    return len(pair_up([frozenset(match.candidates.tolist()) for match in matches])) == len(rows)


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
    found = np.concatenate(rows) if rows else np.empty((0, context.scene.known.pixels))
    return found if len(found) > ALONE else _test_images(context, 512)


def _test_images(context: CheckContext, count: int) -> np.ndarray:
    known = context.scene.known
    return known.images(known.train_count + np.arange(min(count, len(known.test))))


def _reached(real: np.ndarray, sample: GeneratedSample) -> Reach:
    """Coverage and recall of as many of the one as of the other; a few images cannot reach a hundred real ones."""
    real = real[: max(len(sample.images), ALONE)]
    return reach(real, sample.images[: len(real)]) or Reach(0.0, 0.0)


def _fitted(context: CheckContext) -> tuple[GeneratedSample, float, float] | None:
    """Of the samples that are not from N(0, I) the one that covers most, its coverage, and that of N(0, I)."""
    found, real = samples(context), _own_outputs(context)
    others = [sample for sample in found if not standard_normal(sample.codes)]
    normal = [_reached(real, sample).coverage for sample in found if standard_normal(sample.codes)]
    if not others:
        return None
    covers = [(_reached(real, sample).coverage, -at) for at, sample in enumerate(others)]
    best, at = max(covers)
    return others[-at], best, max(normal, default=0.0)


def check_fitted(context: CheckContext, item: Item) -> Verdict:
    """Images from drawn codes that reach most of what the model makes of real images (6), ten of them shown (4), of 10."""
    if (nothing := _nothing(context)) is not None:
        return nothing
    found = _fitted(context)
    if found is None:
        return say("fitted.none", 0.0, outcome="not_attempted", count=context.part.images)
    sample, covers, normal = found
    shown, _ = shown_of(context, sample)
    count = context.part.images
    reached = 1.0 if covers >= COVERS else 0.5 if covers >= max(2 * normal, 0.1) else 0.0
    worth = {"coverage": reached, "images": min(shown, count) / count}
    share = sum(POINTS_FITTED[name] * part for name, part in worth.items()) / sum(POINTS_FITTED.values())
    common = {"cell": sample.cell, "basis": _basis(sample), "count": count, "shown": min(shown, count)}
    missing = [name for name, part in worth.items() if part < 1]
    if not missing:
        return say("fitted.ok", 1.0, **common)
    return say("fitted.missing", share, pieces=[f"fitted.{name}" for name in missing], **common)


def in_grey(sample: GeneratedSample) -> GeneratedSample:
    """The same sample from 0 to 1 where its images are from -1 to 1."""
    images = sample.images
    signed = images.min() < -0.5 and images.max() <= 1 + 1e-3
    return replace(sample, images=(images + 1) / 2) if signed else sample


def _shows(context: CheckContext, sample: GeneratedSample) -> bool:
    """Whether coverage and recall of a sample stand among the numbers of one cell, at or after its drawing."""
    measured = _reached(_test_images(context, len(sample.images)), in_grey(sample))
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
    if (nothing := _nothing(context)) is not None:
        return nothing
    common = {"basis": "recomputed", "neighbours": NEIGHBOURS}
    if not context.evidence.numbers:
        return say("measured.none", 0.0, outcome="not_attempted", neighbours=NEIGHBOURS)
    if any(_shows(context, sample) for sample in samples(context)):
        return say("measured.ok", 1.0, **common)
    return say("measured.other", 0.0, **common)


def check_measures(context: CheckContext, item: Item) -> Verdict:
    """Coverage and recall are shown as numbers: of images from the first codes (half), and from fitted ones (half)."""
    if (nothing := _nothing(context)) is not None:
        return nothing
    fitted = _fitted(context)
    first = _first_asked(context)
    # without a better one, the first sample is all that could be measured
    there = {
        "normal": any(_shows(context, sample) for sample in first),
        "fitted": fitted is not None and fitted[0] not in first and _shows(context, fitted[0]),
    }
    missing = [name for name, shown in there.items() if not shown]
    common = {"basis": "recomputed", "neighbours": NEIGHBOURS}
    if not context.evidence.numbers:
        return say("measures.none", 0.0, outcome="not_attempted", neighbours=NEIGHBOURS)
    if not missing:
        return say("measures.ok", 1.0, **common)
    share = 1 - len(missing) / len(there)
    return say("measures.missing", share, pieces=[f"measures.{name}" for name in missing], **common)
