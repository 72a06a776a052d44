"""The course tests itself: solutions, templates, mutants and honest notebooks through the pipeline that grades a class.

What each case must get is known before it is graded; every deviation is named.
"""

from .run import main

__all__ = ["main"]
