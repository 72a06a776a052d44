"""Numbers in what a notebook prints and displays."""

from __future__ import annotations

import pytest

from autograder.recorder.shown.texts import numbers_in, plain_text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("coverage 0.124, recall: .5", [0.124, 0.5]),
        ("12.4 % and 3%", [0.124, 0.03]),
        ("0,5 und −3,25", [0.5, -3.25]),
        ("60,000 images, 1,234,567 numbers", [60000.0, 1234567.0]),
        ("(100, 28, 28)", [100.0, 28.0, 28.0]),
        ("loss: 1e-3 Epoch 3/20", [0.001, 3.0, 20.0]),
        ("layer_3 v2 x1.5", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[float]) -> None:
    """Shares, decimal commas and thousands; digits inside of names are none."""
    assert numbers_in(text) == pytest.approx(numbers)


def test_a_table_is_read_by_its_cells() -> None:
    """Styles and attributes of HTML are no numbers of the reader's; plain text is read where there is no HTML."""
    html = "<style>#T_1 {width: 3px}</style><td id='c5' class=\"row0\">0.5</td><td>1</td>"

    assert numbers_in(plain_text({"text/html": html, "text/plain": "7"})) == [0.5, 1.0]
    assert numbers_in(plain_text({"text/markdown": "| 0.25 |"})) == [0.25]
    assert plain_text({"image/png": "9"}) == "" and plain_text(None) == ""


def test_a_hostile_text_is_read_in_a_moment() -> None:
    """No text makes the reading slow: it is bounded, and so are the numbers."""
    assert len(numbers_in("1 " * 30_000)) == 4000
    assert numbers_in("9" * 60_000 + "<" * 60_000) and plain_text({"text/html": "<" * 10**6}) is not None
