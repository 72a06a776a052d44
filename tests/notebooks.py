"""Small notebooks for tests, as bytes."""

from __future__ import annotations

import json


def notebook(*sources: str, **extra: object) -> bytes:
    """A notebook in format 4 whose code cells hold `sources`; `extra` keys go to the top level."""
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra}).encode()
