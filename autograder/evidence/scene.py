"""One notebook's evidence seen as a whole: what each training and call was about, and what each panel shows.

Built once for a notebook and shared by all checks; everything inside is computed when first asked for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from . import noise
from .bank import Entry, Library, Origins
from .evidence import Evidence
from .facts import Call, Fit
from .known import SHOWN, KnownImages
from .layers import Layer, layers_of
from .match import Bank, Match, match_all
from .panels import Panel, Sighting, Tile, Wall
from .tapped import Tapped, flat, tap

MAX_CALLS = 400
MAX_TRACED = 40  # earlier calls that a call's inputs are looked for in
LEAST_ALIKE = 0.3  # correlation below which a noisy row is not worth a closer look


class Scene:
    """One notebook's evidence with its rows and pictures recognised.

    Attributes:
        evidence, known: what it is made from.
        wall: all drawn pictures.
    """

    def __init__(self, evidence: Evidence, known: KnownImages, noise_scales: tuple[float, ...] = (0.25,)):
        self.evidence = evidence
        self.known = known
        self.wall = Wall(evidence, (int(known.train.shape[1]), int(known.train.shape[2])))
        self._noise_scales = noise_scales
        self._noisy_panels: dict[tuple, int] = {}
        self._layers: dict[str, tuple[Layer, ...]] = {}
        self._tapped: dict[tuple[str | None, str | None], Tapped] = {}
        self._fits = {fit.id: fit for fit in evidence.fits}
        self._matches: dict[tuple, dict[tuple, tuple[Match, list[Entry]]]] = {}

    def layers(self, model_id: str) -> tuple[Layer, ...]:
        """The layers of a recorded model on the way to its output; none for an unknown one."""
        if model_id not in self._layers:
            model = self.evidence.models.get(model_id)
            self._layers[model_id] = layers_of(self.evidence, model) if model is not None else ()
        return self._layers[model_id]

    def tapped(self, fit: Fit, which: str = "fit") -> Tapped:
        """The rows of a training (`fit`) or of its validation (`validation`)."""
        rows = fit.rows if which == "fit" else fit.validation_rows
        key = (rows.inputs, rows.targets)  # a loop of fits on the same data is looked at once
        if key not in self._tapped:
            self._tapped[key] = tap(self.evidence, rows, self.known)
        return self._tapped[key]

    @cached_property
    def _firsts(self) -> tuple[np.ndarray, np.ndarray]:
        """Places and grey values of the first images of both halves."""
        places = np.concatenate([np.arange(SHOWN), self.known.train_count + np.arange(SHOWN)])
        places = places[places < self.known.train_count + len(self.known.test)]
        return places, self.known.images(places)

    @cached_property
    def profiles(self) -> tuple[noise.Profile, ...]:
        """What noise looks like here: as in each kind of training that used any, and as the course asks for it."""
        found = []
        for fit in self.evidence.fits[-20:]:
            tapped = self.tapped(fit)
            if tapped.task == "noisy":
                at = np.flatnonzero(tapped.clean_places >= 0)[:64]
                if len(at):
                    clean = self.known.images(tapped.clean_places[at])
                    found.append(noise.profile_of(tapped.inputs[at], clean))
        standard = [
            noise.standard_profile(self._firsts[1], scale) for scale in self._noise_scales if scale > 0
        ]
        return tuple(profile for profile in (*found, *standard) if profile is not None)

    def noisy_places(self, rows: np.ndarray) -> np.ndarray:
        """Which of the first images each row, (n, pixels), is a noisy version of; -1 for none.

        The two likeliest are asked, in order.
        """
        places, clean = self._firsts
        found = np.full(len(rows), -1)
        centred = clean - clean.mean(axis=1, keepdims=True)
        spread = rows - rows.mean(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(spread, axis=1)[:, None] * np.linalg.norm(centred, axis=1)
            alike = np.nan_to_num(spread @ centred.T / lengths, nan=-1.0)
        for at, row in enumerate(rows):
            for candidate in np.argsort(-alike[at], kind="stable")[:2]:
                if alike[at, candidate] < LEAST_ALIKE or found[at] >= 0:
                    break
                if any(noise.shows(row, clean[candidate], profile) for profile in self.profiles):
                    found[at] = places[candidate]
        return found

    def noisy_panel(self, key: tuple) -> int:
        """Which of the first images a drawn panel is a noisy version of; -1 for none."""
        if key not in self._noisy_panels:
            row = self.wall.panels[key].values.reshape(1, -1)
            self._noisy_panels[key] = int(self.noisy_places(row)[0])
        return self._noisy_panels[key]

    def _origins_of_rows(self, rows: np.ndarray) -> Origins:
        places = self.known.find(rows)
        unknown = np.flatnonzero(places < 0)
        places[unknown] = self.noisy_places(rows[unknown])
        noisy = np.zeros(len(rows), bool)
        noisy[unknown] = places[unknown] >= 0
        return Origins(places, noisy)

    @cached_property
    def _call_origins(self) -> dict[str, Origins]:
        """Which images each call was about, in order, so that a later call can inherit from an earlier one."""
        found: dict[str, Origins] = {}
        by_rows: dict[str, Origins] = {}
        answered: list[Call] = []
        for call in self.evidence.calls[-MAX_CALLS:]:
            ref = call.inputs[0] if call.inputs else None
            rows = flat(self.evidence.array(ref))
            if rows is None:
                continue
            if rows.shape[1] == self.known.pixels:
                if ref not in by_rows:
                    by_rows[ref] = self._origins_of_rows(rows)
                found[call.id] = by_rows[ref]
            else:
                found[call.id] = self._inherited(rows, answered[-MAX_TRACED:], found)
            answered.append(call)
        return found

    def of_call(self, call_id: str) -> Origins | None:
        """Which images a call was about, traced through earlier calls where its inputs are codes."""
        return self._call_origins.get(call_id)

    def _inherited(self, rows: np.ndarray, earlier: list[Call], known: dict[str, Origins]) -> Origins:
        """Rows that equal an earlier call's outputs have the origins of its inputs."""
        places, noisy = np.full(len(rows), -1), np.zeros(len(rows), bool)
        via: dict[str, None] = {}
        for other in reversed(earlier):
            outputs = flat(self.evidence.array(other.outputs[0])) if other.outputs else None
            before = known.get(other.id)
            if outputs is None or before is None or outputs.shape[1] != rows.shape[1]:
                continue
            tolerance = 1e-5 * max(float(np.abs(outputs).max()), 1e-6)
            for at in np.flatnonzero(places < 0):
                off = np.abs(outputs - rows[at]).max(axis=1)
                same = at if at < len(off) and off[at] <= tolerance else int(off.argmin())
                if off[same] <= tolerance and same < len(before.places):
                    places[at], noisy[at] = before.places[same], before.noisy[same]
                    via.update(dict.fromkeys((other.model, *before.via)))
        return Origins(places, noisy, tuple(via))

    def of_fit(self, fit_id: str, which: str) -> Origins | None:
        """Which images the tapped rows of a training were."""
        fit = self._fits.get(fit_id)
        if fit is None:
            return None
        tapped = self.tapped(fit, which)
        if tapped.inputs is None:
            return None
        places = tapped.clean_places
        return Origins(places, (tapped.input_places < 0) & (places >= 0))

    @cached_property
    def library(self) -> Library:
        """Everything that a panel could be showing."""
        return Library(self.evidence, self.known, self)

    def sightings(self, tile: Tile) -> tuple[Sighting, ...]:
        """Every drawn panel of one size."""
        return self.wall.sightings(tile)

    def shown(self, tile: Tile, arrangement: str = "exact") -> dict[tuple, tuple[Match, list[Entry]]]:
        """What each panel of one size shows: panel key -> its match and the entries that it could be.

        Args:
            arrangement: `exact`; `turned` compares the transposed panel; `any` compares sorted numbers.
        """
        if (tile, arrangement) not in self._matches:
            self._matches[tile, arrangement] = self._match(tile, arrangement)
        return self._matches[tile, arrangement]

    def _match(self, tile: Tile, arrangement: str) -> dict[tuple, tuple[Match, list[Entry]]]:
        keys = list(dict.fromkeys(sighting.key for sighting in self.sightings(tile)))
        if not keys:
            return {}
        entries, bank = self.library.entries(tile[0] * tile[1])
        panels = [self.wall.panels[key] for key in keys]
        if arrangement == "turned":
            panels = [Panel(panel.values.T, panel.quantum, panel.coarse) for panel in panels]
        matches = match_all(panels, bank)
        if arrangement == "any":
            matches = self._match_sorted(panels, bank, matches)
        return {
            key: (match, [entries[at] for at in match.candidates])
            for key, match in zip(keys, matches, strict=True)
        }

    def _match_sorted(self, panels: list[Panel], bank, exact: list[Match]) -> list[Match]:
        """Compare the sorted numbers of panels that show nothing in their own order."""
        ordered = Bank(np.sort(bank.values, axis=1))
        turned = [1.0, -1.0]  # an inverted panel has its numbers the other way round
        tries = [
            match_all(
                [
                    Panel(np.sort(sign * panel.values.reshape(-1)), panel.quantum, panel.coarse)
                    for panel in panels
                ],
                ordered,
                only_brighter=True,
            )
            for sign in turned
        ]
        merged = []
        for own, upright, inverted in zip(exact, *tries, strict=True):
            options = [match for match in (own, upright, inverted) if len(match.candidates)]
            merged.append(next((match for match in options if match.equal), options[0] if options else own))
        return merged
