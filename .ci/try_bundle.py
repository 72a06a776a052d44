"""Run in an unpacked bundle by a Python with its requirements: a notebook that imports the checker and asks it."""

from __future__ import annotations

import sys

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = (
    "from autograder.student import checker\ncheck = checker('dense')",
    "check('architecture')",
    "import keras\n"
    "layers = [keras.layers.Dense(n, activation='elu') for n in (400, 200, 100, 200, 400)]\n"
    "model = keras.Sequential([keras.Input((784,)), *layers, keras.layers.Dense(784, activation='sigmoid')])",
    "check('architecture')",
)
ASKED = "✓ architecture  30 / 30"

notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
printed = ["".join(each.get("text", "") for each in cell.outputs) for cell in notebook.cells]
print(*printed, sep="\n")
sys.exit(ASKED not in printed[3])
