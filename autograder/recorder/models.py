"""The book of models seen in a run: their ids, graphs and weights versions."""

from __future__ import annotations

from typing import Any

from .recording import Recording


class ModelBook:
    """What the other hooks ask about models."""

    def id_of(self, model: Any) -> str:
        """Id of `model` in this run (`m1`, `m2`, ...), weakly bound to the object."""
        raise NotImplementedError

    def saw(self, model: Any, inputs: Any, made_by: str) -> None:
        """Tell one concrete batch that `model` is given (the first 8 rows are kept)."""
        raise NotImplementedError

    def version_now(self, model: Any, reason: str) -> int:
        """Record the weights when they changed since the last version; returns the version in force."""
        raise NotImplementedError

    def versions_in_force(self) -> dict[str, int]:
        """Last recorded weights version of every recorded model."""
        raise NotImplementedError

    def called_inside(self, model: Any) -> tuple[str, ...]:
        """Ids of recorded models called inside `model`, outermost first."""
        raise NotImplementedError


def install(rec: Recording) -> None:
    """Make the book of models."""
    rec.models = ModelBook()
