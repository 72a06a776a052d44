"""The budget of a recorder that shortens nothing."""

from __future__ import annotations


class Budget:
    """Two names, no effect."""

    @classmethod
    def quick(cls):
        """A budget."""
        return cls()

    @classmethod
    def full(cls):
        """A budget."""
        return cls()
