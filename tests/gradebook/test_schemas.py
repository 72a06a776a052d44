"""The published JSON Schemas are what the code writes, and what it writes keeps them to the last key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.cli.publishing import how_graded
from autograder.gradebook import history, schemas
from autograder.gradebook.records_json import GradeRecord, record_to_bytes
from autograder.reports import results_json, run_json
from autograder.reports.graded import GradedClass
from autograder.settings import Settings
from tests.grades import a_grade
from tests.notebooks import notebook
from tests.reports.builders import a_class

DOCS = Path(__file__).resolve().parents[2] / "docs"


def closed(schema: Any) -> Any:
    """The schema with every key that it does not name refused: the published one lets new keys in."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    values = {key: closed(value) for key, value in schema.items()}
    return values | ({"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {})


def check(name: str, content: bytes) -> None:
    """Raise `ValidationError` where a file breaks its published schema or holds a key that is not in it."""
    schema = json.loads((DOCS / "schemas" / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(closed(schema)).validate(json.loads(content))


def test_the_published_schemas_are_those_of_the_code() -> None:
    """`python -m autograder.gradebook.schemas docs/schemas` writes what is committed, and nothing else lies there."""
    published = {path.name: path.read_bytes() for path in (DOCS / "schemas").iterdir()}

    assert published == schemas.schema_files()


def test_the_page_names_every_schema() -> None:
    """docs/results.md links to each of them."""
    page = (DOCS / "results.md").read_text()

    assert [name for name in schemas.schema_files() if f"](schemas/{name})" not in page] == []


def test_results_keep_their_schema() -> None:
    """A class in which every outcome and status occurs, and one of nobody."""
    check("results", results_json.write(a_class())["results.json"])
    check("results", results_json.write(GradedClass("nobody", ()))["results.json"])


def test_records_keep_their_schema() -> None:
    """Every grade of that class as it is kept."""
    for grade in a_class().grades:
        check("grade", record_to_bytes(GradeRecord(key={"content": "c"}, seconds=1.5, grade=grade)))


def test_histories_keep_their_schema(tmp_path: Path) -> None:
    """A grade that has changed twice."""
    for old, new in ((5.0, 3.0), (3.0, 4.0)):
        history.note(tmp_path, a_grade("a", old), a_grade("a", new), {"judge": "a"}, {"judge": "b"})

    content = (tmp_path / history.FILE).read_bytes()
    check("history", content)
    assert len(json.loads(content)) == 2


def test_what_is_said_of_a_grading_keeps_its_schema() -> None:
    """`run.json` of that class."""
    check("run", run_json.write(how_graded(a_class(), Settings(timeout=60.0), 12.5))["run.json"])


@pytest.mark.kernel
def test_what_a_grading_leaves_behind_keeps_the_schemas(tmp_path: Path) -> None:
    """A notebook that runs, one that raises, and one that cannot be read."""
    handed, out = tmp_path / "handed", tmp_path / "out"
    handed.mkdir()
    (handed / "runs.ipynb").write_bytes(notebook("x = 1"))
    (handed / "raises.ipynb").write_bytes(notebook("1 / 0"))
    (handed / "broken.ipynb").write_text("{")
    command = ["grade", str(handed), "--out", str(out), "--sandbox", "none", "--workers", "1"]
    assert CliRunner().invoke(app, command).exit_code == 0

    for name in ("results", "run"):
        check(name, (out / f"{name}.json").read_bytes())
    records = sorted(out.glob("submissions/*/grade.json"))
    assert len(records) == 3
    for record in records:
        check("grade", record.read_bytes())


@pytest.mark.parametrize("name", schemas.FILES)
def test_a_broken_file_is_noticed(name: str) -> None:
    """Neither another form nor a missing key passes."""
    for content in (b"7", b"{}", b'[{"when": "2026-11-21T12:02:00+00:00"}]'):
        with pytest.raises(ValidationError):
            check(name, content)


def test_a_key_that_is_not_published_is_noticed() -> None:
    """Also deep inside."""
    results = json.loads(results_json.write(a_class())["results.json"])
    results["submissions"][0]["notebooks"][0]["run"]["new"] = 1

    with pytest.raises(ValidationError, match="new"):
        check("results", json.dumps(results).encode())
