"""The rows that a training consumed, told against the known images: what was trained onto what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Rows

from .known_images import KnownImages

Task = Literal["copy", "noisy", "other"]
SAME = 1e-5  # of the rows' range
MOST = 0.95  # share of rows that counts as all of them
LEAST_REPEATS = 8  # images that come twice among recorded rows
_NONE = np.empty(0, int)


@dataclass(frozen=True)
class TrainingRows:
    """Aligned rows of inputs and targets, flat, with the known image that each row is (-1: none).

    Attributes:
        inputs, targets: (n, numbers) float64, or None where nothing usable was recorded.
        input_places, target_places: places among the known images, as `KnownImages.find` gives them.
        equal: for each row, whether target and input are the same image.
        beneath: for noisy inputs without clean targets, the image most likely beneath; else empty.
    """

    inputs: np.ndarray | None
    targets: np.ndarray | None
    input_places: np.ndarray
    target_places: np.ndarray
    equal: np.ndarray
    beneath: np.ndarray

    @property
    def task(self) -> Task:
        """What the rows train: an image onto itself, a noisy image onto something, or no image at all."""
        if self.inputs is None:
            return "copy"
        if self.targets is not None and self.targets.shape[1] != self.inputs.shape[1]:
            return "other"
        if share(self.input_places >= 0) >= 0.5:
            return "copy"
        if self.targets is not None and share(self.target_places >= 0) >= 0.5:
            return "noisy"
        return "noisy" if len(self.beneath) else "copy"

    @property
    def clean_places(self) -> np.ndarray:
        """The clean image behind each input row: itself, its target's, or the one beneath its noise; else -1."""
        places: np.ndarray = self.input_places.copy()
        if len(self.target_places) == len(places):
            places = np.where(places < 0, self.target_places, places)
        if len(self.beneath):
            beneath = np.full(len(places), -1)
            beneath[: len(self.beneath)] = self.beneath
            places = np.where(places < 0, beneath, places)
        return places


def share(true: np.ndarray) -> float:
    """Share of true values; 0 when there are none."""
    return float(np.mean(true)) if len(true) else 0.0


def estimated_images(places: np.ndarray) -> int | None:
    """From how many images some of them, (n,), were taken, where so many come twice that they cannot be all; else None.

    Of 256 of 60,000 images none or one comes twice, more than seven once in ten million trainings.
    """
    found, seen = len(np.unique(places)), len(places)
    if seen - found < LEAST_REPEATS:
        return None
    low, high = float(found), 1e9
    for _ in range(60):  # drawing n of d with replacement meets d * (1 - exp(-n / d)) of them
        middle = (low + high) / 2
        low, high = (middle, high) if middle * -np.expm1(-seen / middle) < found else (low, middle)
    return round(high)


def flat(array: np.ndarray | None) -> np.ndarray | None:
    """Rows of an array as (n, numbers) float64; None for no rows or no numbers in a row."""
    if array is None or array.ndim < 1 or array.size == 0:
        return None
    rows: np.ndarray = array.reshape(len(array), -1).astype(np.float64)
    return rows


def _rough(rows: np.ndarray) -> np.ndarray:
    """How much neighbouring pixels differ, in units of each row's spread."""
    rough: np.ndarray = np.abs(np.diff(rows, axis=1)).mean(axis=1) / np.maximum(rows.std(axis=1), 1e-9)
    return rough


def _beneath(inputs: np.ndarray, known: KnownImages) -> np.ndarray:
    """The training image beneath each of the first 16 rows, when they look like noisy versions of any."""
    rows = inputs[:16]
    if rows.shape[1] != known.pixels or not np.isfinite(rows).all() or not (rows.std(axis=1) > 0).all():
        return _NONE
    places = known.nearest_train(rows)
    clean = known.images(places)
    alike = [np.corrcoef(row, image)[0, 1] for row, image in zip(rows, clean, strict=True)]
    noisy = (np.array(alike) >= 0.5) & (_rough(rows) >= 1.3 * _rough(clean))
    return places if share(noisy) >= 0.8 else _NONE


def training_rows_of(evidence: Evidence, rows: Rows, known: KnownImages) -> TrainingRows:
    """Return what the recorded rows of one training are."""
    inputs, targets = flat(evidence.array(rows.inputs)), flat(evidence.array(rows.targets))
    if inputs is None:
        return TrainingRows(None, None, _NONE, _NONE, np.empty(0, bool), _NONE)
    input_places = known.find(inputs)
    if targets is None or len(targets) != len(inputs):
        targets, target_places, equal = None, _NONE, np.empty(0, bool)
    else:
        target_places = input_places if rows.targets == rows.inputs else known.find(targets)
        equal = np.zeros(len(inputs), bool)
        if inputs.shape == targets.shape:
            with np.errstate(all="ignore"):
                reach = float(np.ptp(inputs)) if np.isfinite(inputs).all() else 0.0
                equal = np.abs(inputs - targets).max(axis=1) <= SAME * reach
            equal |= (input_places >= 0) & (input_places == target_places)
    unknown_inputs = share(input_places >= 0) < 0.5
    unknown_targets = targets is None or share(target_places >= 0) < 0.5
    same_size = targets is None or targets.shape == inputs.shape
    beneath = _beneath(inputs, known) if unknown_inputs and unknown_targets and same_size else _NONE
    return TrainingRows(inputs, targets, input_places, target_places, equal, beneath)
