"""Is the noise as asked, are noisy images shown, and what the model made of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.evidence.bank import Entry
from autograder.evidence.noise import Noise, measure
from autograder.evidence.panels import Sighting
from autograder.evidence.tapped import flat
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .case import Case
from .images import image_tile, judge_outputs, no_pictures, output_entries, seen, verdict_of
from .sentences import blocked, say
from .tally import Seen, tally

BAND = 0.12  # the scale may be off by this share
MOST_SHIFT = 0.25  # of the scale: what still counts as zero mean
MOST_MISFIT = 0.05
OWN_UNITS = 8.0  # a grey scale wider than this is one of bytes: noise must be scaled with it
PARTS = {"scale": 8, "normal": 4, "clipped": 4, "test images": 4}

Pairs = tuple[np.ndarray, np.ndarray]


def _fit_pairs(case: Case, which: str) -> Iterator[Pairs]:
    """Noisy rows and their clean images, from what the candidate's trainings consumed."""
    for fit in reversed(case.candidate.fits):
        tapped = case.scene.tapped(fit, which)
        if tapped.task != "noisy" or tapped.inputs is None:
            continue
        places = tapped.clean_places
        at = np.flatnonzero((places >= 0) & (tapped.input_places < 0))
        if len(at):
            yield tapped.inputs[at], case.scene.known.images(places[at])


def _call_pairs(case: Case, half: str) -> Iterator[Pairs]:
    """Noisy rows that any model was asked about, of one half of the data."""
    split = case.scene.known.train_count
    for call in reversed(case.evidence.calls):
        origins = case.scene.of_call(call.id)
        rows = flat(case.evidence.array(call.inputs[0])) if call.inputs else None
        if origins is None or rows is None or rows.shape[1] != case.scene.known.pixels:
            continue
        right = (
            origins.places >= split if half == "test" else (origins.places >= 0) & (origins.places < split)
        )
        at = np.flatnonzero(origins.noisy & right)
        if len(at):
            yield rows[at], case.scene.known.images(origins.places[at])


def _panel_pairs(case: Case, half: str) -> Iterator[Pairs]:
    """Noisy images that were drawn, of one half of the data."""
    found = [(key, place) for key, place in _noisy_panels(case).items() if _half_of(case, place) == half]
    if found:
        rows = np.stack([case.scene.wall.panels[key].values.reshape(-1) for key, _ in found])
        yield rows, case.scene.known.images(np.array([place for _, place in found]))


def _half_of(case: Case, place: int) -> str:
    return "test" if place >= case.scene.known.train_count else "train"


def _first(*sources: Iterator[Pairs]) -> Noise | None:
    """The noise in the first rows that show any."""
    for source in sources:
        for noisy, clean in source:
            found = measure(noisy, clean)
            if found is not None:
                return found
    return None


def _right_scale(found: Noise, wanted: float, normal: bool) -> bool:
    """Whether noise has the wanted scale, in grey from 0 to 1 or in the student's own small range.

    Noise of another kind is not told by a standard deviation: its reach, or the deviation that it would have
    as uniform noise, may be the wanted number.
    """
    in_own_range = found.own_scale / max(found.scale, 1e-12) <= OWN_UNITS
    sizes = [found.scale, *([found.own_scale] if in_own_range else [])]
    if not normal:
        reaches = [found.reach, *([found.own_reach] if in_own_range else [])]
        sizes += reaches + [reach / np.sqrt(3) for reach in reaches]
    return any(abs(size - wanted) <= BAND * wanted for size in sizes)


def check_noise(case: Case, item: Item) -> Verdict:
    """Scale (8), normal with zero mean (4), clipped (4), on test images too (4), of 20."""
    wanted = case.part.noise
    expected = ", ".join(PARTS)
    train = _first(
        _fit_pairs(case, "fit"),
        _call_pairs(case, "train"),
        _panel_pairs(case, "train"),
        _call_pairs(case, "test"),
    )
    test = _first(_test_fit_pairs(case), _call_pairs(case, "test"), _panel_pairs(case, "test"))
    found = train or test
    cell = case.candidate.fits[-1].cell if case.candidate.fits else None
    if found is None:
        return say("noise.none", 0.0, scale=f"{wanted:g}", expected=expected, cell=cell)
    # the quantiles of few pixels scatter: a test of ten images allows more than one of thousands
    misfit = max(MOST_MISFIT, 2 / np.sqrt(found.samples))
    normal = found.misfit <= misfit and abs(found.shift) <= MOST_SHIFT
    there = {
        "scale": _right_scale(found, wanted, normal),
        "normal": normal,
        "clipped": found.clipped,
        "test images": test is not None,
    }
    if all(there.values()):
        return say("noise.ok", 1.0, expected=expected, found=expected, cell=cell, basis="recomputed")
    sentences = {
        "scale": f"Scale: noise of standard deviation {wanted:g} expected.",
        "normal": "Kind: normal noise of zero mean expected.",
        "clipped": "Range: noisy images must be clipped to the range of clean ones.",
        "test images": "Test images: they get no noise.",
    }
    missing = [name for name, right in there.items() if not right]
    share = sum(PARTS[name] for name, right in there.items() if right) / sum(PARTS.values())
    return say(
        "noise.missing",
        share,
        lines=" ".join(sentences[name] for name in missing),
        missing=missing,
        scale=f"{wanted:g}",
        expected=expected,
        found=", ".join(name for name, right in there.items() if right),
        cell=cell,
        basis="recomputed",
    )


def _test_fit_pairs(case: Case) -> Iterator[Pairs]:
    """Noisy test images among the validation rows."""
    split = case.scene.known.train_count
    for fit in reversed(case.candidate.fits):
        tapped = case.scene.tapped(fit, "validation")
        if tapped.task == "noisy" and tapped.inputs is not None:
            places = tapped.clean_places
            at = np.flatnonzero((places >= split) & (tapped.input_places < 0))
            if len(at):
                yield tapped.inputs[at], case.scene.known.images(places[at])


def _noisy_panels(case: Case) -> dict[tuple, int]:
    """Drawn panels that are one of the first images plus noise: panel key -> its place among the known images."""
    tile = image_tile(case)
    found: dict[tuple, int] = {}
    split = case.scene.known.train_count
    for key, (_, entries) in case.scene.shown(tile).items():
        noisy = next((entry for entry in entries if entry.role == "noisy"), None)
        if noisy is not None:
            found[key] = noisy.index + (split if noisy.set.endswith(":test") else 0)
        elif not entries:
            place = case.scene.noisy_panel(key)
            if place >= 0:
                found[key] = place
    return found


def noisy_seen(case: Case, set_: str) -> list[Seen]:
    """Each drawn panel with the image of a known set that it shows with noise."""
    half, split = set_.rpartition(":")[2], case.scene.known.train_count
    panels = _noisy_panels(case)

    def images(sighting: Sighting) -> frozenset[int]:
        place = panels.get(sighting.key, -1)
        if place < 0 or _half_of(case, place) != half:
            return frozenset()
        return frozenset({place - split if half == "test" else place})

    return [(sighting, images(sighting)) for sighting in case.scene.sightings(image_tile(case))]


def check_noisy(case: Case, item: Item) -> Verdict:
    """The first images of a known set are shown with noise: a recorded row, or noise like it by statistics."""
    return verdict_of(tally(noisy_seen(case, item.of), case.part.images), "recomputed", no_pictures(case))


def check_denoised(case: Case, item: Item) -> Verdict:
    """The trained model's output for the shown noisy test images is shown."""
    if not case.trained:
        return blocked("training")
    made = output_entries(case, item, noisy=True)
    shown, rows = _shown_noisy(case, item)

    def wanted(entry: Entry) -> bool:
        return made(entry) and (entry.index not in shown or (entry.source, entry.index) in rows)

    verdict = judge_outputs(case, item, wanted, noisy=True)
    if verdict is not None:
        return verdict
    for id_, instead in (
        ("outputs.other_noise", made),
        ("outputs.clean", output_entries(case, item, noisy=False)),
    ):
        found = tally(seen(case, instead), case.part.images)
        if found.found:
            return say(id_, 0.0, basis="recomputed", cell=found.cell)
    return no_pictures(case) or say("outputs.none", 0.0, count=case.part.images, basis="recomputed")


def _shown_noisy(case: Case, item: Item) -> tuple[frozenset[int], frozenset[tuple[str, int]]]:
    """Which test images are shown with noise, and which recorded rows (source, image) those panels equal."""
    shown = frozenset(image for _, images in noisy_seen(case, item.of) for image in images)
    rows = {
        (entry.source, entry.index)
        for _, entries in case.scene.shown(image_tile(case)).values()
        for entry in entries
        if entry.role == "noisy" and entry.set == item.of
    }
    return shown, frozenset(rows)
