"""What is said about models that make new data: halves apart, files, images from drawn codes, and their measures."""

from __future__ import annotations

from .sentence import Piece, Sentence

_HALVES = "an encoder that ends at the code and a decoder that begins there"
_SAVED = "the trained decoder in a file, and a model loaded from it that gives the same images"
_DRAWN = "{count} images that the trained model gives for codes from N(0, I)"
_ARRAY = "an array {shape} of generated images"
_FITTED = "codes drawn like those of images, and {count} of their images shown"
_MEASURED = "coverage and recall (k = {neighbours}) of generated images against as many test images"
_MEASURES = "coverage and recall (k = {neighbours}) of images from N(0, I) and from fitted codes"

SENTENCES = {
    "halves.ok": Sentence("Encoder and decoder are models of their own.", _HALVES, "both"),
    "halves.missing": Sentence(
        "Not found as a model of its own: {pieces}.", _HALVES, "{there}", "{pieces_hint}"
    ),
    "saved.ok": Sentence("The decoder is saved, and loaded again it gives the same images.", _SAVED, "both"),
    "saved.unasked": Sentence(
        "The decoder is saved and loaded, but what was loaded was never asked for images.",
        _SAVED,
        "a loaded model that gave no image",
        "Let the loaded model predict, and compare.",
    ),
    "saved.unread": Sentence(
        "The decoder is saved, but not loaded again.",
        _SAVED,
        "a file that was not read",
        "Load the file with keras.models.load_model in the notebook, and predict with what it gives.",
    ),
    "saved.other": Sentence(
        "Something is saved, but not the trained decoder.",
        _SAVED,
        "a file of another model, or of other weights",
        "Call save on the decoder, after training.",
    ),
    "saved.none": Sentence(
        "No model is saved.", _SAVED, "no file", "Call save on the decoder, after training."
    ),
    "drawn.ok": Sentence("{count} generated images are shown.", _DRAWN, "all {count}"),
    "drawn.some": Sentence(
        "{shown} of {count} generated images are shown.", _DRAWN, "{shown} of them", "Show {count} of them."
    ),
    "drawn.other_codes": Sentence(
        "Generated images are shown, but their codes are not from N(0, I).",
        _DRAWN,
        "codes of another distribution",
        "Draw independent standard normal numbers.",
    ),
    "drawn.not_shown": Sentence(
        "Images are generated, but no picture shows them.",
        _DRAWN,
        "no picture of them",
        "Show {count} of the images that it gives for codes from N(0, I).",
    ),
    "drawn.none": Sentence(
        "The trained model was never given codes that were drawn.",
        "images that the trained decoder or generator gives for drawn codes",
        "only codes of images, or none",
        "Draw random codes of {numbers} numbers, and let the trained decoder or generator predict on them.",
    ),
    "array.ok": Sentence(
        "The generated images are held as one array of the shape asked for.", _ARRAY, "such an array"
    ),
    "array.shape": Sentence(
        "The generated images are held, but in an array of another shape.",
        _ARRAY,
        "an array of another shape",
        "Reshape it to {shape}.",
    ),
    "array.none": Sentence(
        "No array of generated images of this shape is held when a cell ends.",
        _ARRAY,
        "none",
        "Give the generated images a name, as an array {shape}.",
    ),
    "fitted.ok": Sentence("The fitted codes give images of every kind.", _FITTED, "both"),
    "fitted.missing": Sentence(
        "Of better codes is missing: {pieces}.", "{pieces_expected}", "{pieces_found}", "{pieces_hint}"
    ),
    "fitted.none": Sentence(
        "No codes were drawn from anything but N(0, I).",
        _FITTED,
        "only codes from N(0, I)",
        "Fit a distribution to the codes of the training images, draw from it, and decode.",
    ),
    "measured.ok": Sentence("Coverage and recall of generated images are shown.", _MEASURED, "both of them"),
    "measured.other": Sentence(
        "Coverage and recall of the generated images are not among the numbers shown.",
        _MEASURED,
        "no such numbers, or others than recomputed",
        "Measure as many generated images against as many test images, and show the result.",
    ),
    "measured.none": Sentence(
        "No number is shown as text, so there are no measures.",
        _MEASURED,
        "no numbers at all",
        "Show what helpers.metrics.neighbour_measures gives for generated and test images.",
    ),
    "measures.ok": Sentence("Coverage and recall of both samples are shown.", _MEASURES, "all of them"),
    "measures.missing": Sentence(
        "Coverage and recall are not shown, or are others, for: {pieces}.",
        "{pieces_expected}",
        "{pieces_found}",
        "{pieces_hint}",
    ),
    "measures.none": Sentence(
        "No number is shown as text.",
        _MEASURES,
        "no numbers at all",
        "Show a table of what helpers.metrics.neighbour_measures gives.",
    ),
}

PIECES = {
    "halves.encoder": Piece(
        "encoder",
        "a model from images to codes",
        "no such model",
        "Make a model of the layers up to the code, and use it.",
    ),
    "halves.decoder": Piece(
        "decoder",
        "a model from codes to images",
        "no such model",
        "Make a model of the layers after the code, and use it.",
    ),
    "fitted.coverage": Piece(
        "coverage",
        "images that reach most of what the model makes of real ones",
        "images of a few kinds only",
        "Draw from a distribution fitted to the codes of the training images.",
    ),
    "fitted.images": Piece(
        "images",
        "{count} of the images shown",
        "{shown} of them shown",
        "Show {count} images of the better codes.",
    ),
    "measures.normal": Piece(
        "N(0, I)",
        "coverage and recall of images from N(0, I)",
        "no such numbers, or others than recomputed",
        "Measure as many generated images against as many test images, and show the result.",
    ),
    "measures.fitted": Piece(
        "fitted codes",
        "coverage and recall of images from fitted codes",
        "no such numbers, or others than recomputed",
        "Measure as many generated images against as many test images, and show the result.",
    ),
}
