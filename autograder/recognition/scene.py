"""One notebook's evidence seen as a whole: what each training and call was about, and what each panel shows.

Built once for a notebook and shared by all checks; everything inside is computed when first asked for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.facts import Fit

from .image_entries import Entry
from .image_sources import ImageSources
from .known_images import KnownImages
from .layers import Layer, layers_of
from .match import CandidateRows, Match, match_all
from .origins import Origins, OriginTracer
from .panels import Panel, PanelKey, Sighting, Tile
from .training_rows import TrainingRows
from .wall import Wall


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
        self._tracer = OriginTracer(evidence, known, noise_scales)
        self._noisy_panels: dict[PanelKey, int] = {}
        self._layers: dict[str, tuple[Layer, ...]] = {}
        self._matches: dict[tuple[Tile, str], dict[PanelKey, tuple[Match, list[Entry]]]] = {}

    def layers(self, model_id: str) -> tuple[Layer, ...]:
        """The layers of a recorded model on the way to its output; none for an unknown one."""
        if model_id not in self._layers:
            model = self.evidence.models.get(model_id)
            self._layers[model_id] = layers_of(self.evidence, model) if model is not None else ()
        return self._layers[model_id]

    def training_rows(self, fit: Fit, which: str = "fit") -> TrainingRows:
        """The rows of a training (`fit`) or of its validation (`validation`)."""
        return self._tracer.training_rows(fit, which)

    def of_call(self, call_id: str) -> Origins | None:
        """Which images a call was about."""
        return self._tracer.of_call(call_id)

    def of_source(self, source: str) -> Origins | None:
        """Which images stand behind the inputs of a replay's source (`known:mnist:test`, `call:c3`); None where unknown."""
        return self._tracer.of_source(source)

    def noisy_panel(self, key: PanelKey) -> int:
        """Which of the first images a drawn panel is a noisy version of; -1 for none."""
        if key not in self._noisy_panels:
            row = self.wall.panels[key].values.reshape(1, -1)
            self._noisy_panels[key] = int(self._tracer.noisy_places(row, inverted_too=True)[0])
        return self._noisy_panels[key]

    @cached_property
    def sources(self) -> ImageSources:
        """Everything that a panel could be showing."""
        return ImageSources(self.evidence, self.known, self._tracer)

    def sightings(self, tile: Tile) -> tuple[Sighting, ...]:
        """Every drawn panel of one size."""
        return self.wall.sightings(tile)

    def shown(self, tile: Tile, arrangement: str = "exact") -> dict[PanelKey, tuple[Match, list[Entry]]]:
        """What each panel of one size shows: panel key -> its match and the entries that it could be.

        Args:
            arrangement: `exact`; `turned` compares the transposed panel; `any` compares sorted numbers.
        """
        if (tile, arrangement) not in self._matches:
            self._matches[tile, arrangement] = self._match(tile, arrangement)
        return self._matches[tile, arrangement]

    def _match(self, tile: Tile, arrangement: str) -> dict[PanelKey, tuple[Match, list[Entry]]]:
        keys = list(dict.fromkeys(sighting.key for sighting in self.sightings(tile)))
        if not keys:
            return {}
        entries, rows = self.sources.entries(tile[0] * tile[1])
        panels = [self.wall.panels[key] for key in keys]
        if arrangement == "turned":
            panels = [Panel(panel.values.T, panel.quantum, panel.coarse) for panel in panels]
        matches = match_all(panels, rows)
        if arrangement == "any":
            matches = self._match_sorted(panels, rows, matches)
        return {
            key: (match, [entries[at] for at in match.candidates])
            for key, match in zip(keys, matches, strict=True)
        }

    def _match_sorted(self, panels: list[Panel], rows: CandidateRows, exact: list[Match]) -> list[Match]:
        """Compare the sorted numbers of panels that show nothing in their own order."""
        ordered = CandidateRows(np.sort(rows.values, axis=1), in_order=True)
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
