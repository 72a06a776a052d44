"""The command `autograder`: verbs for students, instructors and the course itself."""

from .app import app, main

__all__ = ["app", "main"]
