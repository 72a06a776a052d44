"""Grades and submissions as JSON: how they travel to a worker process and how they are kept on disk."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from autograder.records import SubmissionGrade
from autograder.settings import Settings
from autograder.submissions import Submission

Value = TypeVar("Value")

_GRADE: TypeAdapter[SubmissionGrade] = TypeAdapter(SubmissionGrade)
_SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)
_SUBMISSION: TypeAdapter[Submission] = TypeAdapter(Submission)


def grade_to_json(grade: SubmissionGrade) -> dict[str, Any]:
    """The grade as plain JSON values, every field by its name."""
    values: dict[str, Any] = _GRADE.dump_python(grade, mode="json")
    return values


def grade_from_json(value: object) -> SubmissionGrade:
    """The grade that `grade_to_json` wrote. Raises `ValueError` for anything else."""
    return _checked(_GRADE, value)


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """The settings as plain JSON values."""
    values: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json")
    return values


def settings_from_json(value: object) -> Settings:
    """The settings that `settings_to_json` wrote. Raises `ValueError` for anything else."""
    return _checked(_SETTINGS, value)


def submission_to_json(submission: Submission) -> dict[str, Any]:
    """The submission as plain JSON values, bytes in base64."""
    values: dict[str, Any] = _SUBMISSION.dump_python(submission, mode="json")
    return values


def submission_from_json(value: object) -> Submission:
    """The submission that `submission_to_json` wrote. Raises `ValueError` for anything else."""
    return _checked(_SUBMISSION, value)


def _checked(adapter: TypeAdapter[Value], value: object) -> Value:
    try:
        return adapter.validate_json(json.dumps(value))
    except ValidationError as error:
        raise ValueError(str(error)) from error
