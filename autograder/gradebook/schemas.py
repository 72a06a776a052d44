"""The JSON Schemas of the files that a grading leaves behind, made from the records that write them.

python -m autograder.gradebook.schemas FOLDER        (docs/schemas in the clone: a test compares them)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from autograder.files import write_new
from autograder.records import GradeChange
from autograder.reports.results_json import ResultsFile
from autograder.reports.run_json import RunFile

from .records_json import GradeRecord

# Title of the schema -> the type of the whole file.
FILES: dict[str, TypeAdapter[Any]] = {
    "results": TypeAdapter(ResultsFile),
    "grade": TypeAdapter(GradeRecord),
    "history": TypeAdapter(list[GradeChange]),
    "run": TypeAdapter(RunFile),
}


class _WithoutTitles(GenerateJsonSchema):
    """Keys go by their names: a title such as `Max Points` would only say them again."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Never."""
        return False


def schema_files() -> dict[str, bytes]:
    """Name of a schema's file -> its bytes: `results.json` is the schema of files named `results.json`, and so on."""
    return {f"{name}.json": _schema(name, adapter) for name, adapter in FILES.items()}


def _schema(name: str, adapter: TypeAdapter[Any]) -> bytes:
    start = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema = start | adapter.json_schema(schema_generator=_WithoutTitles) | {"title": f"{name}.json"}
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


def main(folder: Path) -> None:
    """Write all schemas into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schema_files().items():
        write_new(folder / name, content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
