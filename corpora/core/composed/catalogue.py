"""The composed honest notebooks: one for every pair of a model style and a training style.

For each training style the ten model styles run through all plot styles, and the whole list runs through
all pairs of a picture layout and a way of loading, so that every such pair is met as well.
"""

from __future__ import annotations

from itertools import product

from corpora.core.composed.compose import FORMS, Style
from corpora.core.composed.loading import LOADING
from corpora.core.composed.models import MODELS
from corpora.core.composed.pictures import PICTURES
from corpora.core.composed.plots import PLOTS
from corpora.core.composed.training import TRAINING

PARTS = ("dense", "conv", "denoising")


def _part(model: int, kind: int, training: str) -> str:
    # An own tape loop is not shortened by the training budget, so it is written only where epochs are free.
    return "denoising" if training == "tape" else PARTS[(model + 2 * kind) % 3]


def styles() -> list[Style]:
    """All composed styles, in a fixed order; numbers are those of the students."""
    corners = list(product(PICTURES, LOADING))
    plots = list(PLOTS)
    found = []
    for kind, training in enumerate(TRAINING):
        for number, model in enumerate(MODELS):
            seat = kind * len(MODELS) + number
            pictures, loading = corners[(seat * 7) % len(corners)]
            found.append(
                Style(
                    number=seat + 1,
                    part=_part(number, kind, training),
                    model=model,
                    training=training,
                    plot=plots[(number + kind) % len(plots)],
                    pictures=pictures,
                    loading=loading,
                    form=FORMS[seat % 7 % len(FORMS)],
                )
            )
    return found
