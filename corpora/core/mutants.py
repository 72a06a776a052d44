"""The mutants of the core parts: each defect made in a composed notebook that has a place for it, and pairs of defects."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from corpora.core.composed.catalogue import styles
from corpora.core.composed.compose import Edit, Style
from corpora.core.defects import DEFECTS
from corpora.defect import Defect, Mutant, Unfit, mutate

PAIRS_PER_PART = 10


def _made(pool: list[Style], start: int, *defects: Defect[Edit]) -> Mutant[Edit]:
    """The defects in the first style that has a place for them, from a place in the pool on.

    Raises `LookupError` when none has.
    """
    names = "+".join(each.name for each in defects)
    for step in range(len(pool)):
        style = pool[(start + step) % len(pool)]
        try:
            content = mutate(style, *defects)
        except Unfit:
            continue
        name = f"{style.part}--{names}--{style.number:03d}"
        return Mutant(name, style.part, defects, style.id, {f"{name}.ipynb": content})
    raise LookupError(f"no style has a place for {names}")


def _pairs(part: str) -> list[tuple[Defect[Edit], Defect[Edit]]]:
    """Pairs of defects that touch different items and happen at different stages."""
    alone = ("never", "crash-before", "forged")
    pairable = [each for each in DEFECTS[part].values() if not any(word in each.name for word in alone)]
    found = []
    for first, second in combinations(pairable, 2):
        items_apart = not set(first.cost) & set(second.cost)
        stages, others = ({stage for stage, _ in each.edits} for each in (first, second))
        if items_apart and not stages & others:
            found.append((first, second))
    return found[:: max(1, len(found) // PAIRS_PER_PART)][:PAIRS_PER_PART]


@lru_cache(maxsize=1)
def mutants() -> tuple[Mutant[Edit], ...]:
    """Every mutant, by part: each defect once, then the pairs."""
    found: list[Mutant[Edit]] = []
    for part, defects in DEFECTS.items():
        # own loops that no budget shortens, and loops over batches, cost minutes and show no other defect
        pool = [
            each for each in styles() if each.part == part and each.training not in ("tape", "train-on-batch")
        ]
        found += [_made(pool, number * 7, each) for number, each in enumerate(defects.values())]
        found += [_made(pool, number * 5 + 3, *pair) for number, pair in enumerate(_pairs(part))]
    return tuple(found)
