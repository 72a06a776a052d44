"""The corpus of the part of three decoders: every notebook can be made, every defect has its cost."""

from __future__ import annotations

import ast
import json

from autograder.rubrics.decoders import DECODERS

from . import decoders


def test_every_defect_has_a_cost_and_a_way_to_be_made() -> None:
    """The table and the edits name the same defects; costs name items and never exceed them."""
    points = {item.id: item.points for item in DECODERS.items}

    assert set(decoders.COSTS) == set(decoders.EDITS) and len(decoders.COSTS) >= 15
    assert all(0 < lost <= points[item] for costs in decoders.COSTS.values() for item, lost in costs.items())
    assert {item for costs in decoders.COSTS.values() for item in costs} == set(points)


def test_every_notebook_is_python_and_unlike_all_others() -> None:
    """Honest notebooks and mutants are whole programs, each another one."""
    made = [*decoders.honest().values(), *decoders.mutants().values()]

    assert len(decoders.STYLES) >= 8 and len(set(made)) == len(made)
    for content in made:
        for cell in json.loads(content)["cells"]:
            ast.parse("".join(cell["source"]))


def test_notebooks_are_the_same_bytes_each_time() -> None:
    """A corpus is code."""
    assert decoders.honest() == decoders.honest() and decoders.mutants() == decoders.mutants()
