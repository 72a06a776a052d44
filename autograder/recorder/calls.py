"""Hooks on compile, predict, predict_on_batch and eager calls of models."""

from __future__ import annotations

from .recording import Recording


def install(rec: Recording) -> None:
    """Patch the methods of models that answer a student."""
