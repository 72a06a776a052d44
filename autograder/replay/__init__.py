"""Replay: recorded models rebuilt and run in a clean process that never ran the submission."""

from __future__ import annotations

from .replay import replay

__all__ = ["replay"]
