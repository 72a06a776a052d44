"""What is said about codes that are drawn as points."""

from __future__ import annotations

from .sentence import Piece, Sentence

_ASKED = (
    "the codes of at least {least:,} of these images as points, a colour for each class, legend or colour bar, "
    "axis labels, title"
)

SENTENCES = {
    "points.ok": Sentence("The points are the codes asked for, told apart by class.", _ASKED, "all of it"),
    "points.missing": Sentence(
        "Missing from the plot of codes: {pieces}.", _ASKED, "{pieces_found}", "{pieces_hint}"
    ),
    "points.none": Sentence(
        "No figure with points was drawn.",
        _ASKED,
        "no figure with points",
        "Draw each code as a point, coloured by the class of its image.",
    ),
    "points.other": Sentence(
        "No drawn points are the codes that this model gives for these images.",
        _ASKED,
        "points that are none of these codes",
        "Predict these images with the model that ends at the code, and draw each row as a point.",
    ),
    "points.after": Sentence(
        "The points are codes after training, not before it.",
        _ASKED,
        "the codes after training",
        "Predict and draw the codes once before fit is called.",
    ),
    "points.before": Sentence(
        "The points are codes before training, not after it.",
        _ASKED,
        "the codes before training",
        "Predict again after fit, and draw that.",
    ),
}

PIECES = {
    "points.codes": Piece(
        "codes", "the codes of this model", "other points", "Draw the codes that this model gives."
    ),
    "points.number": Piece(
        "number", "at least {least:,} points", "fewer points", "Draw the codes of all of these images."
    ),
    "points.classes": Piece(
        "classes",
        "a colour for each class",
        "colours that do not tell the classes apart",
        "Colour each point by the label of its own image.",
    ),
    "points.key": Piece(
        "legend or colour bar",
        "a legend or a colour bar",
        "nothing that tells which colour is which class",
        "Call legend() or colorbar().",
    ),
    "points.labels": Piece(
        "labels and title",
        "a label on each axis, and a title",
        "an axis without label, or no title",
        "Label both axes, and give the figure a title.",
    ),
}
