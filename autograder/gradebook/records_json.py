"""Grades and submissions as JSON: how they travel to a worker process and how they are kept on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from autograder.records import SubmissionGrade
from autograder.settings import Settings
from autograder.submissions import Submission

RECORD_FILE = "grade.json"
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class GradeRecord:
    """A kept grade, and what it was made from: the file `grade.json`.

    Attributes:
        key: digests of what was handed in (`content`), of what ran it (`run`) and of what judged it (`judge`); `kept` names
            the parts whose better points are older than the rest.
        seconds: wall time that the submission took, without waiting for its turn.
        grade: the grade.
    """

    schema: Literal[1] = 1
    key: dict[str, str]
    seconds: float = 0.0
    grade: SubmissionGrade

    def made_from(self, key: dict[str, str], *names: str) -> bool:
        """Whether these digests are the same; a grade that our machinery failed on is never taken for done."""
        return self.grade.status != "errored" and all(self.key.get(name) == key[name] for name in names)


_GRADE: TypeAdapter[SubmissionGrade] = TypeAdapter(SubmissionGrade)
_RECORD: TypeAdapter[GradeRecord] = TypeAdapter(GradeRecord)
_SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)
_SUBMISSION: TypeAdapter[Submission] = TypeAdapter(Submission)


def record_to_bytes(record: GradeRecord) -> bytes:
    """The record as its file."""
    return json.dumps(_RECORD.dump_python(record, mode="json"), indent=1).encode()


def record_from_bytes(content: bytes) -> GradeRecord:
    """The record that `record_to_bytes` wrote. Raises `ValueError` for anything else."""
    return _checked(_RECORD, content)


def grade_to_json(grade: SubmissionGrade) -> dict[str, Any]:
    """The grade as plain JSON values, every field by its name."""
    values: dict[str, Any] = _GRADE.dump_python(grade, mode="json")
    return values


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """The settings as plain JSON values."""
    values: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json")
    return values


def settings_from_json(value: object) -> Settings:
    """The settings that `settings_to_json` wrote. Raises `ValueError` for anything else."""
    return _checked(_SETTINGS, json.dumps(value))


def submission_to_json(submission: Submission) -> dict[str, Any]:
    """The submission as plain JSON values, bytes in base64."""
    values: dict[str, Any] = _SUBMISSION.dump_python(submission, mode="json")
    return values


def submission_from_json(value: object) -> Submission:
    """The submission that `submission_to_json` wrote. Raises `ValueError` for anything else."""
    return _checked(_SUBMISSION, json.dumps(value))


def _checked(adapter: TypeAdapter[Value], content: str | bytes) -> Value:
    try:
        return adapter.validate_json(content)
    except ValidationError as error:
        raise ValueError(str(error)) from error
