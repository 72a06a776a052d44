"""The corpus of the three core parts: honest notebooks written by hand and composed in many styles, and their mutants."""
