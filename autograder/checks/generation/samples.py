"""Codes that were drawn and not made from images, and the images that a trained decoder gave for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from autograder.evidence.facts import Call
from autograder.recognition.match import CandidateRows, match_all
from autograder.recognition.normal import share_below
from autograder.recognition.training_rows import flat
from autograder.records import Basis, Verdict

from ..context import CheckContext
from ..pictures.shown_images import image_tile
from ..pictures.tally import pair_up
from ..sentences import blocked, say
from ..trained import is_trained
from .encoder_decoder import knows_trained, models_of

ALONE = 100  # a call of so many codes is a sample by itself; smaller ones of a cell are put together
TRACED = 32  # rows of an answer that the recorder keeps, by which codes are traced to images
MOST_SHOWN = 200  # panels that are told apart: the work grows with their square
FEWEST = 8  # numbers that a distribution can be told from


@dataclass(frozen=True, eq=False)
class GeneratedSample:
    """Codes (n, numbers) that one decoder was given in one cell, and its images (m, pixels) of the first of them.

    `position` orders samples in time; `recomputed`: whether replay gave the images.
    """

    cell: int
    position: int
    codes: np.ndarray
    images: np.ndarray
    recomputed: bool

    @property
    def basis(self) -> Basis:
        """What a verdict on its images rests on."""
        return "recomputed" if self.recomputed else "observed"


def _images(context: CheckContext, call: Call) -> tuple[np.ndarray | None, bool]:
    """What a decoder gave for a call's codes: recomputed, or as recorded where it could not be."""
    model = context.evidence.replayed.get(call.model)
    for output in model.outputs if model is not None and model.status == "replayed" else ():
        if output.source == f"call:{call.id}" and output.version == call.version:
            pieces = [
                flat(context.evidence.replayed_array(output.nodes.get(name))) for name in ("out", "rest")
            ]
            rows = [piece for piece in pieces if piece is not None]
            return (np.concatenate(rows) if pieces[0] is not None else None), True
    if context.evidence.replay is not None and context.evidence.is_replayed(call.model):
        return None, True
    return flat(context.evidence.array(call.outputs[0])) if call.outputs else None, False


def _drawn(context: CheckContext, call: Call) -> GeneratedSample | None:
    """The rows of one call that stand for no known image."""
    codes = flat(context.evidence.array(call.inputs[0])) if call.inputs else None
    origins = context.scene.of_call(call.id)
    images, recomputed = _images(context, call)
    if codes is None or images is None or images.shape[1] != context.scene.known.pixels:
        return None
    free = np.ones(len(codes), bool)
    if origins is not None:
        free[: len(origins.places)] = origins.places[: len(codes)] < 0
    # of the answers that codes may come from only the first rows are known: where those are codes of images, all are
    if np.mean(~free[:TRACED]) >= 0.5:
        return None
    count = min(len(codes), len(images))
    keep = free[:count] & np.isfinite(images[:count]).all(axis=1) & np.isfinite(codes[:count]).all(axis=1)
    # what is cut off by the cap on images still tells how codes were drawn
    rest = codes[count:][free[count:]]
    drawn = np.concatenate([codes[:count][keep], rest[np.isfinite(rest).all(axis=1)]])
    if not keep.any():
        return None
    return GeneratedSample(
        call.cell, context.evidence.position(call), drawn, images[:count][keep], recomputed
    )


def _makers(context: CheckContext) -> frozenset[str]:
    """The models that make the judged model's images of codes: itself, or its decoders."""
    generates = context.candidate.task == "generate"
    return frozenset([context.candidate.model.id] if generates else models_of(context, "decoder"))


def _is_trained(context: CheckContext, call: Call) -> bool:
    if context.candidate.task == "generate":
        return is_trained(context.scene, context.candidate, call.model, call.version)
    return knows_trained(context, "decoder", call.model, call.version)


def samples(context: CheckContext) -> tuple[GeneratedSample, ...]:
    """All samples that trained decoders of the judged model were given, in order."""
    decoders = _makers(context)
    alone: list[GeneratedSample] = []
    small: dict[tuple[int, str], list[GeneratedSample]] = {}
    for call in context.evidence.calls:
        if call.model not in decoders or not _is_trained(context, call):
            continue
        sample = _drawn(context, call)
        if sample is not None and len(sample.codes) >= ALONE:
            alone.append(sample)
        elif sample is not None:
            small.setdefault((call.cell, call.model), []).append(sample)
    return tuple(sorted([*alone, *map(_joined, small.values())], key=lambda sample: sample.position))


def _joined(pieces: list[GeneratedSample]) -> GeneratedSample:
    return GeneratedSample(
        cell=pieces[0].cell,
        position=pieces[0].position,
        # the same codes again, as one asks them after each of several epochs, are no further sample
        codes=np.unique(np.concatenate([piece.codes for piece in pieces]), axis=0),
        images=np.concatenate([piece.images for piece in pieces]),
        recomputed=all(piece.recomputed for piece in pieces),
    )


def nothing_drawn(context: CheckContext) -> Verdict | None:
    """What to say where no trained decoder was given drawn codes; None where one was."""
    if not context.trained:
        return blocked("training")
    if not samples(context):
        return say("drawn.none", 0.0, {"numbers": context.part.code_numbers}, outcome="not_attempted")
    return None


def first_asked(context: CheckContext) -> tuple[GeneratedSample, ...]:
    """The samples from N(0, I); where there are none, that of the first codes that were drawn."""
    every = samples(context)
    return tuple(sample for sample in every if standard_normal(sample.codes)) or every[:1]


def standard_normal(codes: np.ndarray) -> bool:
    """Whether codes look like independent standard normal numbers, as far as so many of them can tell."""
    numbers = np.sort(codes.reshape(-1))
    count, width = len(numbers), codes.shape[1]
    if count < FEWEST or (len(codes) > 1 and not np.ptp(codes, axis=0).any()):
        return False
    doubt = 1 / math.sqrt(count)
    if abs(numbers.mean()) > 0.02 + 4.5 * doubt or abs(numbers.std() - 1) > 0.03 + 3.5 * doubt:
        return False
    # numbers of one code that all are alike vary too little within it
    if width > 1 and codes.var(axis=1).mean() < 0.8 * (width - 1) / width - 3 * doubt:
        return False
    shares = (np.arange(count) + 0.5) / count
    return bool(np.abs(shares - share_below(numbers)).max() <= 0.015 + 2.2 * doubt)


def shown_of(context: CheckContext, sample: GeneratedSample) -> tuple[int, int | None]:
    """How many different images of a sample are drawn, and the cell of the first."""
    tile = image_tile(context)
    sightings = context.scene.sightings(tile)
    keys = list(dict.fromkeys(sighting.key for sighting in sightings))
    matches = match_all([context.scene.wall.panels[key] for key in keys], CandidateRows(sample.images))
    images = {key: frozenset(match.candidates.tolist()) for key, match in zip(keys, matches, strict=True)}
    hits = [sighting for sighting in sightings if images[sighting.key]]
    options = [images[key] for key in keys if images[key]][:MOST_SHOWN]
    cell = min((sighting.drawn, sighting.cell) for sighting in hits)[1] if hits else None
    return (len(pair_up(options)) if options else 0), cell
