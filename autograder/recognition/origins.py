"""Which known images stand behind recorded rows: of trainings, of calls, and of calls on other calls' answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Call, Fit

from .known_images import SHOWN, KnownImages
from .noise_profile import Profile, profile_of, shows, standard_profile
from .training_rows import TrainingRows, flat, training_rows_of

MAX_CALLS = 400  # of one notebook, the last ones
MAX_OUTPUTS = 4  # of one call: mean, variance and drawn code, say
MAX_TRACED = 40  # earlier calls that a call's inputs are looked for in
MAX_PROFILES = 4  # kinds of noise, those of the last trainings
LEAST_ALIKE = 0.3  # correlation below which a noisy row is not worth a closer look


def _numbers(row: np.ndarray) -> bytes:
    """A row's numbers as any training sees them, to tell whether two rows are the same."""
    return row.astype(np.float32).tobytes()


@dataclass(frozen=True)
class Origins:
    """For each row of some inputs: the known image behind it (-1: none), and whether it is a noisy version.

    `via` names the models that made the rows out of images, when they are not images themselves.
    """

    places: np.ndarray
    noisy: np.ndarray
    via: tuple[str, ...] = ()


class OriginTracer:
    """Recognises the rows of one notebook; everything is looked at once, when first asked for."""

    def __init__(self, evidence: Evidence, known: KnownImages, noise_scales: tuple[float, ...]):
        self.evidence = evidence
        self.known = known
        self._noise_scales = noise_scales
        self._training_rows: dict[tuple[str | None, str | None], TrainingRows] = {}
        self._fits = {fit.id: fit for fit in evidence.fits}

    def training_rows(self, fit: Fit, which: str = "fit") -> TrainingRows:
        """The rows of a training (`fit`) or of its validation (`validation`)."""
        rows = fit.rows if which == "fit" else fit.validation_rows
        key = (rows.inputs, rows.targets)  # a loop of fits on the same data is looked at once
        if key not in self._training_rows:
            self._training_rows[key] = training_rows_of(self.evidence, rows, self.known)
        return self._training_rows[key]

    @cached_property
    def _firsts(self) -> tuple[np.ndarray, np.ndarray]:
        """Places and grey values of the first images of both halves."""
        places = np.concatenate([np.arange(SHOWN), self.known.train_count + np.arange(SHOWN)])
        places = places[places < self.known.train_count + len(self.known.test)]
        return places, self.known.images(places)

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """What noise looks like here: as in each kind of training that used any, and as the course asks for it."""
        different = {id(self.training_rows(fit)): self.training_rows(fit) for fit in self.evidence.fits}
        own: list[Profile | None] = []
        for rows in [rows for rows in different.values() if rows.task == "noisy"][-MAX_PROFILES:]:
            at = np.flatnonzero(rows.clean_places >= 0)[:64]
            if len(at) and rows.inputs is not None:
                own.append(profile_of(rows.inputs[at], self.known.images(rows.clean_places[at])))
        standard = [standard_profile(self._firsts[1], scale) for scale in self._noise_scales if scale > 0]
        return tuple(profile for profile in (*own, *standard) if profile is not None)

    def noisy_places(self, rows: np.ndarray, inverted_too: bool = False) -> np.ndarray:
        """Which of the first images each row, (n, pixels), is a noisy version of; -1 for none.

        The two likeliest are asked, in order. With `inverted_too` a row may also be dark where the image is
        bright, as pictures are that were drawn as `1 - x`.
        """
        places, clean = self._firsts
        recognised = np.full(len(rows), -1)
        centred = clean - clean.mean(axis=1, keepdims=True)
        spread = rows - rows.mean(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(spread, axis=1)[:, None] * np.linalg.norm(centred, axis=1)
            alike = np.nan_to_num(spread @ centred.T / lengths, nan=0.0)
        inverted = alike < 0 if inverted_too else np.zeros(alike.shape, bool)
        alike = np.where(inverted, -alike, alike)
        for at, row in enumerate(rows):
            for candidate in np.argsort(-alike[at], kind="stable")[:2]:
                if alike[at, candidate] < LEAST_ALIKE or recognised[at] >= 0:
                    break
                turned = bool(inverted[at, candidate])
                if any(shows(row, clean[candidate], profile, turned) for profile in self.profiles):
                    recognised[at] = places[candidate]
        return recognised

    @cached_property
    def _paired(self) -> dict[bytes, int]:
        """Noisy rows whose own image a training named beside them: the row's numbers -> that image."""
        images: dict[bytes, int] = {}
        for fit in self.evidence.fits:
            for which in ("fit", "validation"):
                rows = self.training_rows(fit, which)
                if rows.inputs is None or len(rows.target_places) != len(rows.inputs):
                    continue
                for at in np.flatnonzero((rows.target_places >= 0) & (rows.input_places < 0)):
                    images[_numbers(rows.inputs[at])] = int(rows.target_places[at])
        return images

    def _origins_of_rows(self, rows: np.ndarray) -> Origins:
        places = self.known.find(rows)
        unknown = np.flatnonzero(places < 0)
        # strong noise hides which of two like digits is beneath it; the training that paired them knows
        places[unknown] = [self._paired.get(_numbers(rows[at]), -1) for at in unknown]
        nameless = unknown[places[unknown] < 0]
        places[nameless] = self.noisy_places(rows[nameless])
        noisy = np.zeros(len(rows), bool)
        noisy[unknown] = places[unknown] >= 0
        return Origins(places, noisy)

    @cached_property
    def _call_origins(self) -> dict[str, Origins]:
        """Which images each call was about, in order, so that a later call can inherit from an earlier one."""
        by_call: dict[str, Origins] = {}
        by_rows: dict[str, Origins] = {}
        answered: list[Call] = []
        for call in self.evidence.calls[-MAX_CALLS:]:
            ref = call.inputs[0] if call.inputs else None
            rows = flat(self.evidence.array(ref))
            if ref is None or rows is None:
                continue
            if rows.shape[1] == self.known.pixels:
                if ref not in by_rows:
                    by_rows[ref] = self._origins_of_rows(rows)
                by_call[call.id] = by_rows[ref]
            else:
                by_call[call.id] = self._inherited(rows, answered[-MAX_TRACED:], by_call)
            answered.append(call)
        return by_call

    def of_call(self, call_id: str) -> Origins | None:
        """Which images a call was about, traced through earlier calls where its inputs are codes."""
        return self._call_origins.get(call_id)

    def _inherited(self, rows: np.ndarray, earlier: list[Call], by_call: dict[str, Origins]) -> Origins:
        """Rows that equal an earlier call's outputs have the origins of its inputs."""
        places, noisy = np.full(len(rows), -1), np.zeros(len(rows), bool)
        via: dict[str, None] = {}
        answers = ((other, ref) for other in reversed(earlier) for ref in other.outputs[:MAX_OUTPUTS])
        for other, ref in answers:
            outputs, before = flat(self.evidence.array(ref)), by_call.get(other.id)
            if outputs is None or before is None or outputs.shape[1] != rows.shape[1]:
                continue
            tolerance = 1e-5 * max(float(np.abs(outputs).max()), 1e-6)
            for at in _near_any(rows, outputs, np.flatnonzero(places < 0), tolerance):
                off = np.abs(outputs - rows[at]).max(axis=1)
                same = at if at < len(off) and off[at] <= tolerance else int(off.argmin())
                if off[same] <= tolerance and same < len(before.places):
                    places[at], noisy[at] = before.places[same], before.noisy[same]
                    via.update(dict.fromkeys((other.model, *before.via)))
        return Origins(places, noisy, tuple(via))

    def of_fit(self, fit_id: str, which: str) -> Origins | None:
        """Which images the recorded rows of a training were."""
        fit = self._fits.get(fit_id)
        if fit is None:
            return None
        rows = self.training_rows(fit, which)
        if rows.inputs is None:
            return None
        places = rows.clean_places
        return Origins(places, (rows.input_places < 0) & (places >= 0))

    def of_source(self, source: str) -> Origins | None:
        """Which images stand behind the inputs of a replay's source (`known:mnist:test`, `call:c3`); None where unknown."""
        kind, _, name = source.partition(":")
        if kind == "known":
            if name not in self.known.sets():
                return None
            half = 0 if name.endswith(":train") else self.known.train_count
            return Origins(half + np.arange(SHOWN), np.zeros(SHOWN, bool))
        if kind == "call":
            return self.of_call(name)
        if kind in ("fit", "validation"):
            return self.of_fit(name, kind)
        return None


def _near_any(rows: np.ndarray, outputs: np.ndarray, at: np.ndarray, tolerance: float) -> np.ndarray:
    """Those of many rows whose first number lies near that of any output: the others need no closer look.

    Args:
        rows, outputs: (n, numbers) and (m, numbers); at: the places of the rows to choose from.
        tolerance: how far apart equal numbers may lie.
    """
    if len(at) <= len(outputs):
        return at
    ordered = np.sort(outputs[:, 0])
    first = rows[at, 0]
    place = np.searchsorted(ordered, first - tolerance)
    near = (place < len(ordered)) & (ordered[np.minimum(place, len(ordered) - 1)] <= first + tolerance)
    return np.asarray(at[near])
