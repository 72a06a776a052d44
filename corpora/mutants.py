"""The mutants: each defect made in honest notebooks of several styles, and pairs of defects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from corpora.catalogue import styles
from corpora.compose import Change, Style, build
from corpora.defects import COSTS
from corpora.edits import EDITS
from corpora.edits_lines import Unfit

PER_DEFECT = {"dense": 1, "conv": 1, "denoising": 1}
PAIRS_PER_PART = 10


@dataclass(frozen=True)
class Mutant:
    """An honest notebook with one deliberate defect, or two. What that must cost stands in `defects.COSTS` alone.

    Attributes:
        id: its name in reports.
        part: the part that it belongs to.
        defects: ids of its defects.
        base: id of the honest notebook that was edited.
        notebooks: file name -> bytes.
    """

    id: str
    part: str
    defects: tuple[str, ...]
    base: str
    notebooks: dict[str, bytes]


def changes_of(part: str, defects: tuple[str, ...]) -> dict[str, list[Change]]:
    """The changes of these defects by the stage after which they happen."""
    found: dict[str, list[Change]] = {}
    for defect in defects:
        edits = EDITS[part][defect]
        for stage, change in edits if isinstance(edits, list) else [edits]:
            found.setdefault(stage, []).append(change)
    return found


def mutate(style: Style, defects: tuple[str, ...]) -> bytes | None:
    """The notebook with these defects; None where this style has no place for them."""
    try:
        made = build(style, changes_of(style.part, defects))
    except Unfit:
        return None
    return None if made == build(style) else made


def _made(pool: list[Style], start: int, defects: tuple[str, ...], count: int) -> list[Mutant]:
    """The defects in `count` styles that have a place for them, from a place in the pool on."""
    found: list[Mutant] = []
    for step in range(len(pool)):
        style = pool[(start + step) % len(pool)]
        content = mutate(style, defects)
        if content is not None:
            name = f"{style.part}--{'+'.join(defects)}--{style.number:03d}"
            found.append(Mutant(name, style.part, defects, style.id, {f"{name}.ipynb": content}))
        if len(found) == count:
            return found
    raise LookupError(f"no {count} styles have a place for {defects}")


def _pairs(part: str) -> list[tuple[str, str]]:
    """Pairs of defects that touch different items and happen at different stages."""
    alone = ("never", "crash-before", "forged")
    known = [name for name in COSTS[part] if not any(word in name for word in alone)]
    found = []
    for first, second in combinations(known, 2):
        apart = not set(COSTS[part][first]) & set(COSTS[part][second])
        if apart and not set(changes_of(part, (first,))) & set(changes_of(part, (second,))):
            found.append((first, second))
    return found[:: max(1, len(found) // PAIRS_PER_PART)][:PAIRS_PER_PART]


@lru_cache(maxsize=1)
def mutants() -> tuple[Mutant, ...]:
    """Every mutant, by part; of each defect as many as `PER_DEFECT` says, then the pairs."""
    found: list[Mutant] = []
    for part, costs in COSTS.items():
        # own loops that no budget shortens, and loops over batches, cost minutes and show no other defect
        pool = [
            each for each in styles() if each.part == part and each.training not in ("tape", "train-on-batch")
        ]
        for number, defect in enumerate(costs):
            count = 1 if defect.startswith("forged") else PER_DEFECT[part]
            found += _made(pool, number * 7, (defect,), count)
        for number, pair in enumerate(_pairs(part)):
            found += _made(pool, number * 5 + 3, pair, 1)
    return tuple(found)
