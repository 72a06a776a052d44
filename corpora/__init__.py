"""Notebooks with a known grade: honest ones that must get every point, and mutants that must lose exactly theirs."""
