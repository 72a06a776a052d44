"""The cases of the selftest: solutions, templates and the corpora, each with the grade that it must get.

The corpora are content of the course, so they are found in a clone of the project.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import UsageError
from autograder.rubrics import PARTS
from autograder.settings import CORE_PARTS

if TYPE_CHECKING:
    from corpora.core.composed.compose import Edit
    from corpora.corpus import Corpus
    from corpora.defect import Mutant, TextEdit

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("solution", "template", "mutant", "honest")


@dataclass(frozen=True)
class CorpusCase:
    """One submission whose grade is known beforehand.

    Attributes:
        id: its name; unique.
        kind: `solution`, `template`, `mutant` or `honest`.
        parts: the parts that it holds; in all others every item must be not attempted.
        notebooks: file name -> bytes, of notebooks and of what is handed in beside them.
        lost: points that it must lose, by (part, item); empty when it must get all of them.
        asked: the parts that are looked for in it.
        defects: what is wrong with it, by the names of the fixed tables.
        styles: an honest notebook's way in each of `dimensions`; empty where it has several, or is of another part.
    """

    id: str
    kind: str
    parts: tuple[str, ...]
    notebooks: dict[str, bytes]
    lost: dict[tuple[str, str], float]
    asked: tuple[str, ...] = CORE_PARTS
    defects: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


DIMENSIONS = ("model", "training", "plot", "image layout", "loading")


def dimensions() -> dict[str, tuple[str, ...]]:
    """The dimensions in which honest notebooks of the core parts differ, with the ways to be met in every pairing."""
    open_corpora(ROOT)
    from corpora.core.composed.loading import LOADING
    from corpora.core.composed.models import MODELS
    from corpora.core.composed.pictures import PICTURES
    from corpora.core.composed.plots import PLOTS
    from corpora.core.composed.training import TRAINING

    ways = (tuple(MODELS), tuple(TRAINING), tuple(PLOTS), tuple(PICTURES), tuple(LOADING))
    return dict(zip(DIMENSIONS, ways, strict=True))


def open_corpora(root: Path) -> None:
    """Make the course's folder of corpora the package `corpora`: content of a course, no part of what is installed.

    Raises `UsageError` where the course has none.
    """
    if "corpora" in sys.modules:
        return
    folder = root / "corpora"
    if not (folder / "__init__.py").is_file():
        raise UsageError(
            "The selftest needs the corpora of a clone of this project.", "Clone it and run it there."
        )
    spec = importlib.util.spec_from_file_location(
        "corpora", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None  # the file is there
    package = importlib.util.module_from_spec(spec)
    sys.modules["corpora"] = package
    spec.loader.exec_module(package)


def all_cases() -> list[CorpusCase]:
    """Every case of the course, in a fixed order."""
    open_corpora(ROOT)
    from corpora.core.honest import honest
    from corpora.core.mutants import mutants
    from corpora.core.solutions import solution_mutants
    from corpora.extensions import CORPORA

    cases = [*_own_notebooks("solution", ROOT / "solutions"), *_own_notebooks("template", ROOT / "notebooks")]
    cases += [_mutant(mutant, CORE_PARTS) for mutant in mutants()]
    cases += [_mutant(mutant, CORE_PARTS) for mutant in solution_mutants(ROOT / "solutions")]
    cases += [
        CorpusCase(each.id, "honest", each.parts, each.notebooks | each.beside, {}, styles=each.dimensions)
        for each in honest()
    ]
    return cases + [case for corpus in CORPORA for case in of_corpus(corpus)]


def _mutant(mutant: Mutant[Edit] | Mutant[TextEdit], asked: tuple[str, ...]) -> CorpusCase:
    defects = tuple(defect.name for defect in mutant.defects)
    return CorpusCase(mutant.id, "mutant", (mutant.part,), mutant.notebooks, mutant.lost, asked, defects)


def of_corpus(corpus: Corpus) -> Iterable[CorpusCase]:
    """The mutants and honest notebooks of one part beyond the core, graded where that part is asked for."""
    for mutant in corpus.mutants():
        yield _mutant(mutant, (corpus.part,))
    for name, content in corpus.honest().items():
        yield CorpusCase(
            f"{corpus.part}-{name}", "honest", (corpus.part,), {f"{name}.ipynb": content}, {}, (corpus.part,)
        )


def digest(cases: Iterable[CorpusCase]) -> str:
    """What was graded and what was its due, as 16 hexadecimal digits: other when any notebook, cost or asked part is another."""
    whole = sha256()
    for case in cases:
        notebooks = [(name, sha256(content).hexdigest()) for name, content in sorted(case.notebooks.items())]
        lost = sorted((key, float(points)) for key, points in case.lost.items())
        due = (case.id, case.kind, case.parts, lost, case.asked, notebooks)
        whole.update(repr(due).encode())
    return whole.hexdigest()[:16]


def _own_notebooks(kind: str, folder: Path) -> Iterable[CorpusCase]:
    """Solutions and templates: each file is named after its part (`part1_dense.ipynb`)."""
    for path in sorted(folder.glob("*.ipynb")):
        part = path.stem.partition("_")[2]
        if part not in {each.id for each in PARTS}:
            continue
        parts = (part,) if kind == "solution" else ()
        asked = CORE_PARTS if part in CORE_PARTS else (part,)
        yield CorpusCase(f"{kind}-{path.stem}", kind, parts, {path.name: path.read_bytes()}, {}, asked)
