"""What the documents name is there: files, commands, rooms, and the words of the glossary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.test_walls import LAYERS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("corpora/*.md")])
TOPS = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci", ".github"}
# Places that a command makes, and names that stand for any.
MADE = re.compile(r"^(out|dist|build|submissions)/|[A-Z*<{]|\.\.\.")
WRITTEN_BY_PROGRAM = {"messages", "accuracy"}


def paths_of(text: str) -> set[str]:
    """Paths in backticks or links, from the folder of the project; names of commands and options are none."""
    quoted = {word for span in re.findall(r"`([^`\n]+)`", text) for word in span.split()}
    linked = {link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link}
    named = {word.rstrip("/") for word in quoted if word.partition("/")[0] in TOPS and "/" in word}
    return {word for word in named if not MADE.search(word)} | linked


def names_of_the_code() -> set[str]:
    """Classes, functions and constants of the packages and the corpora."""
    names = set()
    for path in (
        path for folder in ("autograder", "helpers", "corpora") for path in (ROOT / folder).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                names.add(node.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_path_of_a_document_exists(path):
    """A file or folder that a document names is in the tree."""
    text = path.read_text(encoding="utf-8")
    missing = [
        name for name in paths_of(text) if not (ROOT / name).exists() and not (path.parent / name).exists()
    ]

    assert missing == []


@pytest.mark.parametrize(
    "text", ["`autograder/nowhere/`", "[a](docs/nowhere.md)", "`python bench/nowhere.py --x`"]
)
def test_a_path_that_leads_nowhere_is_noticed(text):
    """Of a folder, a link, and a word of a command."""
    (name,) = paths_of(text)

    assert not (ROOT / name).exists()


def test_every_room_has_a_sentence_in_the_architecture():
    """The list of rooms names each room of the layers once, and no other."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `([a-z_]+)(?:/|\.py)` \| [A-Za-z].{20,} \|$", text, re.MULTILINE)

    assert sorted(described) == sorted(room for line in LAYERS for room in line)


def test_every_name_of_the_code_in_the_glossary_exists():
    """A class or constant that was renamed is renamed there, too."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z]\w+)`", text))

    assert len(named) > 10
    assert named - names_of_the_code() == set()


def test_no_word_of_the_glossary_is_explained_twice():
    """One word for one thing."""
    words = re.findall(
        r"^\| ([a-z][a-z -]*) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    explained = [word for word in words if word != "word"]

    assert len(explained) == len(set(explained)) > 30


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_commands_of_make_exist(name):
    """Every `make` target that a document names is a target of the Makefile, and each target is named in its help."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    spans = re.findall(r"`([^`\n]+)`|^(make .*)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    named = {word for span in spans for word in re.findall(r"^make ([a-z-]+)", span[0] or span[1])}

    assert named <= targets
    assert targets - {"help"} <= set(re.findall(r"make ([a-z-]+)  ", makefile))


def test_every_test_that_the_page_on_trust_names_exists() -> None:
    """A promise names the test that holds it."""
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert len(named) > 20
    assert sorted(name for name in named if f"def {name}(" not in sources) == []
