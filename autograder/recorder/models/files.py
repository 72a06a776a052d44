"""Models written to files and read from files: which model, and which file, told by what it holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ..hooking.patching import Wrapper
from ..recording import Recording
from .book import ModelBook

MAX_BYTES = 256 << 20


def digest_of(path: Any) -> str | None:
    """What a file holds, as 32 hexadecimal digits; None for anything but a regular file of moderate size."""
    try:
        path = Path(path)
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        hashed = hashlib.blake2b(digest_size=16)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                hashed.update(block)
        return hashed.hexdigest()
    except (OSError, TypeError, ValueError):
        return None


class ModelFiles:
    """Writes which model a file was written from, and which was made from a file."""

    def __init__(self, rec: Recording, models: ModelBook) -> None:
        self.rec, self.models = rec, models

    def wrote(self, model: Any, path: Any) -> None:
        """A file now holds `model`, or its weights."""
        digest = digest_of(path)
        if digest is not None:
            version = self.models.version_now(model, "asked")
            self.rec.journal.event("saved", model=self.models.id_of(model), version=version, file=digest)

    def read(self, model: Any, path: Any) -> None:
        """`model`, or its weights, came from a file."""
        digest = digest_of(path)
        if digest is not None:
            self.rec.journal.event("loaded", model=self.models.id_of(model), file=digest)

    def note_weights(self, model: Any) -> None:
        """A model is about to be saved, in whatever format: it may be loaded into another one, known by this version."""
        with self.rec.guard("file", "before saving"):
            if self.models.knows(model):
                self.models.version_now(model, "asked")


def saves(files: ModelFiles) -> Wrapper:
    """Stands in for a function `(model, filepath, ...)` that writes a model."""

    def wrapper(original: Any, model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(model, filepath, *args, **kwargs)
        if not files.rec.busy:
            with files.rec.guard("file", "saving"):
                files.wrote(model, filepath)
        return result

    return wrapper


def loads(files: ModelFiles) -> Wrapper:
    """Stands in for a function `(filepath, ...)` that gives a model."""

    def wrapper(original: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        model = original(filepath, *args, **kwargs)
        if not files.rec.busy:
            with files.rec.guard("file", "loading"):
                files.read(model, filepath)
        return model

    return wrapper


def model_saves(files: ModelFiles) -> Wrapper:
    """Stands in for `Model.save`, which ends in one of the functions that write a model."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        if not files.rec.busy:
            files.note_weights(self)
        return original(self, *args, **kwargs)

    return wrapper


def model_saves_weights(files: ModelFiles) -> Wrapper:
    """Stands in for `Model.save_weights`: the weights are noted first, and the file once it is written."""

    def wrapper(original: Any, self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if files.rec.busy:
            return original(self, filepath, *args, **kwargs)
        files.note_weights(self)
        result = original(self, filepath, *args, **kwargs)
        with files.rec.guard("file", "saving weights"):
            files.wrote(self, filepath)
        return result

    return wrapper


def model_loads_weights(files: ModelFiles) -> Wrapper:
    """Stands in for `Model.load_weights`: a model that was built anew has the weights of another one."""

    def wrapper(original: Any, self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, filepath, *args, **kwargs)
        if not files.rec.busy:
            with files.rec.guard("file", "loading weights"):
                files.read(self, filepath)
        return result

    return wrapper
