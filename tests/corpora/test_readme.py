"""corpora/README.md: what it tells a teacher to write is read, made and handed to the selftest, in a copy of a corpus."""

from __future__ import annotations

import re
import shutil
import textwrap
from dataclasses import replace
from pathlib import Path

from autograder.selftest.cases import of_corpus
from corpora import vae
from corpora.core.composed.catalogue import styles
from corpora.core.edits.pictures import show
from corpora.corpus import Corpus
from corpora.defect import Defect, defect, mutate
from corpora.notebook import code_lines

README = Path(vae.__file__).parents[1] / "README.md"


def block(name: str) -> str:
    """The code of the example that the README marks with this name."""
    found = re.findall(
        rf"^ *```python {name}\n(.*?)^ *```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (code,) = found
    return textwrap.dedent(code)


def defects_of(code: str) -> list[Defect]:
    """The records of an example, as they stand in a table of defects."""
    return list(eval(f"[{code}]", {"defect": defect, "show": show}))


def with_examples(folder: Path) -> Corpus:
    """A copy of the corpus with the README's honest notebook and defect added."""
    shutil.copytree(vae.CORPUS.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    added = dict(eval(f"{{{block('styles')}}}"))
    for name in added:
        (folder / f"{name}.ipy").write_text(block("honest"), "utf-8")
    (new,) = defects_of(block("defect"))
    return replace(
        vae.CORPUS,
        folder=folder,
        styles={**vae.CORPUS.styles, **added},
        defects={**vae.CORPUS.defects, new.name: new},
    )


def test_an_honest_notebook_is_a_file_and_a_line(tmp_path: Path) -> None:
    """It is a case that must get every point, by the name that the README types."""
    before, after = (
        {case.id: case for case in of_corpus(corpus)}
        for corpus in (vae.CORPUS, with_examples(tmp_path / "vae"))
    )
    case = after["vae-tuned_rate"]
    assert "vae-tuned_rate" in README.read_text("utf-8") and case.id not in before
    assert (case.kind, case.lost, case.asked) == ("honest", {}, ("vae",))
    assert any("layers.Dense(512" in line for line in code_lines(case.notebooks["tuned_rate.ipynb"]))


def test_a_new_style_says_something_in_each_dimension() -> None:
    """As many words as the notebooks beside it, and not those of another one."""
    (words,) = eval(f"{{{block('styles')}}}").values()
    assert {len(words)} == {len(style) for style in vae.CORPUS.styles.values()}
    assert words not in vae.CORPUS.styles.values()


def test_a_defect_is_a_record_of_text_to_find_and_to_put(tmp_path: Path) -> None:
    """It is a case that must lose what the record says, and its notebook differs from its base in that text alone."""
    corpus = with_examples(tmp_path / "vae")
    case = {case.id: case for case in of_corpus(corpus)}["vae--epochs-80"]
    assert (case.kind, case.lost) == ("mutant", {("vae", "training"): 7, ("vae", "reconstructions"): 3.75})
    base, made = corpus.honest()["plain"], case.notebooks["vae--epochs-80.ipynb"]
    assert made == base.replace(b"epochs=100", b"epochs=80") != base


def test_a_defect_of_the_core_is_made_in_any_style() -> None:
    """The same record with a change of the plan: every dense notebook of the catalogue has a place for it."""
    (black,) = defects_of(block("core defect"))
    dense = [style for style in styles() if style.part == "dense"]
    made = [mutate(style, black) for style in dense]
    assert len(set(made)) == len(dense) > 20 and all(b"= 0 * np.array(" in each for each in made)
