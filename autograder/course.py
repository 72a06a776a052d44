"""`course.toml`: what an instructor chooses for a course; every key is optional, an unknown one is an error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.errors import UsageError
from autograder.settings import CORE_PARTS
from autograder.text import nearest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAME = "course.toml"


class Course(BaseModel):
    """An instructor's choices.

    Attributes:
        title: the course's name on its reports.
        parts: ids of the parts that are looked for and make up the maximum of points.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    title: str = Field(default="Autoencoders", min_length=1, max_length=200)
    parts: list[str] = Field(default=list(CORE_PARTS), min_length=1)


def load(path: Path | None = None) -> Course:
    """The course of `path`; without one, of `course.toml` in the current folder, else the defaults.

    Raises `UsageError` for a file that is missing, is no TOML, or holds an unknown key or a wrong value.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.is_file():
            return Course()
    values = read_toml(path)
    try:
        return Course.model_validate(values)
    except ValidationError as error:
        raise UsageError(
            f"{path}: {_first_problem(error)}", "Its keys are listed in docs/course.md."
        ) from error


def read_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file. Raises `UsageError` when it cannot be read, naming the place."""
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Name the course's file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}.", "Correct that place and try again.") from error
    return values


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    key = ".".join(str(place) for place in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"the key `{key}` is unknown. {nearest(key, Course.model_fields)}"
    return f"the key `{key}` is wrong: {problem['msg'][0].lower()}{problem['msg'][1:]}."
