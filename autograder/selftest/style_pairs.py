"""The part of docs/accuracy.md that says which styles of honest notebooks meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

from .cases import CorpusCase

Dimensions = Mapping[str, tuple[str, ...]]

PAIRS = (("model", "training"), ("training", "plot"), ("image layout", "loading"))


def style_pairs(cases: list[CorpusCase], dimensions: Dimensions) -> Iterator[str]:
    """A section that counts, for each pairing of two dimensions, the honest notebooks that show it; none where no case names its styles."""
    shown = [dict(zip(dimensions, case.styles, strict=True)) for case in cases if case.styles]
    if not shown:
        return
    yield "## Which styles meet"
    yield (
        f"{len(shown)} honest notebooks of the core parts have one style in each of five dimensions. A defect of the grader often "
        "shows only where two styles meet, so every pairing is met. The tables count notebooks."
    )
    for first, second in PAIRS:
        met = Counter((styles[first], styles[second]) for styles in shown)
        pairs = list(product(dimensions[first], dimensions[second]))
        count = sum(pair in met for pair in pairs)
        yield f"### {first.capitalize()} × {second}: {count} of {len(pairs)} pairs"
        yield "\n".join(_matrix(first, dimensions[first], dimensions[second], met))
    more = {(name, way) for styles in shown for name, way in styles.items() if way not in dimensions[name]}
    if more:
        yield f"Notebooks written by hand add {len(more)} ways of their own, which no table lists."


def _matrix(
    name: str, rows: tuple[str, ...], columns: tuple[str, ...], met: Counter[tuple[str, str]]
) -> Iterator[str]:
    yield f"| {name} | {' | '.join(columns)} |"
    yield "|---|" + "---:|" * len(columns)
    for row in rows:
        yield f"| {row} | {' | '.join(str(met[row, column]) for column in columns)} |"
