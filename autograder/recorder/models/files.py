"""Models written to files and read from files: which model, and which file, told by what it holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ..hooking.imports import when_imported
from ..hooking.patching import patch
from ..recording import Recording

MAX_BYTES = 256 << 20


def install(rec: Recording) -> None:
    """Hook what every way of saving and loading ends in, now or as soon as Keras is imported."""
    when_imported("keras.src.models.model", lambda module: _hook_weights(rec, module.Model))
    for module, save, load in (
        ("keras.src.saving.saving_lib", "save_model", "load_model"),
        ("keras.src.legacy.saving.legacy_h5_format", "save_model_to_hdf5", "load_model_from_hdf5"),
    ):
        when_imported(module, lambda owner, name=save: _hook_saving(rec, owner, name))
        when_imported(module, lambda owner, name=load: _hook_loading(rec, owner, name))


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


def _wrote(rec: Recording, model: Any, path: Any) -> None:
    digest = digest_of(path)
    if digest is not None:
        version = rec.models.version_now(model, "asked")
        rec.journal.event("saved", model=rec.models.id_of(model), version=version, file=digest)


def _hook_saving(rec: Recording, module: Any, name: str) -> None:
    def save(original: Any, model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(model, filepath, *args, **kwargs)
        if not rec.busy:
            with rec.guard("save"):
                _wrote(rec, model, filepath)
        return result

    patch(module, name, save)


def _hook_loading(rec: Recording, module: Any, name: str) -> None:
    def load(original: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        model = original(filepath, *args, **kwargs)
        if not rec.busy:
            with rec.guard("load model"):
                _read(rec, model, filepath)
        return model

    patch(module, name, load)


def _read(rec: Recording, model: Any, path: Any) -> None:
    digest = digest_of(path)
    if digest is not None:
        rec.journal.event("loaded", model=rec.models.id_of(model), file=digest)


def _hook_weights(rec: Recording, cls: type) -> None:
    """Weights alone go into a file, and from there into a model that was built anew."""

    def save(original: Any, self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, filepath, *args, **kwargs)
        if not rec.busy:
            with rec.guard("save"):
                _wrote(rec, self, filepath)
        return result

    def load(original: Any, self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, filepath, *args, **kwargs)
        if not rec.busy:
            with rec.guard("load model"):
                _read(rec, self, filepath)
        return result

    patch(cls, "save_weights", save)
    patch(cls, "load_weights", load)
