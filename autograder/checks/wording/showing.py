"""What is said about figures: loss plots, images, codes, outputs, and the noise in images."""

from __future__ import annotations

from .sentence import Piece, Sentence

_PLOT = "training and validation curve, legend, x label, y label, title"
_IMAGES = "the first {count} of them, in order"
_SHOW = "Show the first {count} of them, in order."
_CODES = "the first {count} codes in order, each as {rows} x {columns}"
_OUTPUTS = "the trained model's output for the first {count} of these images"
_NOISE = "clip(x + {scale} * N(0, 1), 0, 1), on training and test images"

_LOSSES = "at least {least} losses of the training, legend, x label, y label, title"
_BY_EPOCH = "the model's output for the first {count} of these images, after {moments} different epochs"
_SAMPLES = "at least {least} images of drawn codes after each of {moments} epochs, the first one among them"
_MADE = "at least {least} different images that the trained model makes of inputs that are no images"

SENTENCES = {
    "losses-plot.ok": Sentence("The plot shows all that is asked.", _LOSSES, "all of it"),
    "losses-plot.missing": Sentence(
        "Missing from the plot of losses: {pieces}.", _LOSSES, "{there}", "{pieces_hint}"
    ),
    "losses-plot.no_curve": Sentence(
        "No drawn line is a recorded loss of this training.",
        _LOSSES,
        "lines that are no recorded loss of this training",
        "Draw the lists of the history that fit returned, or what train_on_batch returned.",
    ),
    "losses-plot.none": Sentence(
        "No figure with lines was drawn.", _LOSSES, "no figure with lines", "Draw the losses over the epochs."
    ),
    "by-epoch.ok": Sentence(
        "All {count} images are shown after {moments} different epochs.", _BY_EPOCH, "all of them"
    ),
    "by-epoch.some": Sentence(
        "Epochs after which all {count} images are shown: {complete}.",
        _BY_EPOCH,
        "all {count} after {complete} different epochs",
        "Keep the model's output for these images after {moments} different epochs, and show all of it.",
    ),
    "by-epoch.none": Sentence(
        "No picture shows this model's output for these images as training goes on.",
        _BY_EPOCH,
        "pictures, but none of this output",
        "Keep the model's output for these images after {moments} different epochs, and show all of it.",
    ),
    "samples.ok": Sentence(
        "Generated images are shown after {moments} different epochs, from the first one on.",
        _SAMPLES,
        "all of them",
    ),
    "samples.some": Sentence(
        "Epochs after which {least} generated images are shown: {complete}.",
        _SAMPLES,
        "{least} images after {complete} different epochs",
        "Keep {least} or more images that the generator makes after {moments} different epochs, and show all of them.",
    ),
    "samples.late": Sentence(
        "No images of the generator after the first epoch are shown.",
        _SAMPLES,
        "{least} images after {complete} later epochs, none after the first",
        "Keep images that the generator makes when the first epoch ends, and show them too.",
    ),
    "samples.none": Sentence(
        "No picture shows what the generator makes as training goes on.",
        _SAMPLES,
        "pictures, but none of these",
        "Keep {least} or more images that the generator makes after {moments} different epochs, and show all of them.",
    ),
    "made.ok": Sentence(
        "At least {least} images that the trained model makes are shown.", _MADE, "all of it"
    ),
    "made.some": Sentence(
        "{shown} different images that the trained model makes are shown.",
        _MADE,
        "{shown} of them",
        "Show more of what it makes.",
    ),
    "made.no_grid": Sentence(
        "The images are made of points that lie on no grid.",
        _MADE + ": the points of a grid",
        "images of other points",
        "Decode the points of a grid, row by row.",
    ),
    "made.untrained": Sentence(
        "The pictures show what the model made before it was trained.",
        _MADE,
        "what it made before training",
        "Let it make them again after training, and show that.",
    ),
    "made.none": Sentence(
        "No picture shows what this trained model makes.",
        _MADE,
        "pictures, but none of these",
        "Hand the trained model new inputs, and show what it gives.",
    ),
    "loss-plot.ok": Sentence("The loss plot shows everything that is asked.", _PLOT, "all of it"),
    "loss-plot.missing": Sentence("Missing from the loss plot: {pieces}.", _PLOT, "{there}", "{pieces_hint}"),
    "loss-plot.no_curve": Sentence(
        "No drawn line is the recorded loss of this model.",
        _PLOT,
        "lines that are no recorded loss of this model",
        "Draw the loss and validation loss of the history that fit returned.",
    ),
    "loss-plot.none": Sentence(
        "No figure with lines was drawn.",
        _PLOT,
        "no figure with lines",
        "Draw loss and validation loss over the epochs.",
    ),
    "images.ok": Sentence("All {count} images are shown in order.", _IMAGES, "all {count}, in order"),
    "images.order": Sentence(
        "All {count} images are shown, but in another order.",
        _IMAGES,
        "all {count}, in another order",
        "Show them in the order of the data set.",
    ),
    "images.some": Sentence(
        "{shown} of {count} images are shown.",
        _IMAGES,
        "{shown} of {count}; missing (counted from 0): {missing}",
        _SHOW,
    ),
    "images.some_order": Sentence(
        "{shown} of {count} images are shown, in another order.",
        _IMAGES,
        "{shown} of {count}, in another order; missing (counted from 0): {missing}",
        _SHOW,
    ),
    "images.none": Sentence(
        "None of these images is shown.", _IMAGES, "other pictures, none of these", _SHOW
    ),
    "images.no_pictures": Sentence("No picture was drawn.", _IMAGES, "no picture at all", _SHOW),
    "codes.half": Sentence(
        "{shown} of {count} codes are shown, {half} of them in another shape.",
        _CODES,
        "{shown} of {count}, {half} of them in another shape",
        "Show each code as one image of {rows} x {columns}.",
    ),
    "codes.no_layer": Sentence(
        "The model has no layer that gives {numbers} numbers.",
        "a bottleneck of {numbers} numbers",
        "no layer that gives so many",
        "Mend {by} first: codes are what the bottleneck gives.",
    ),
    "codes.shape": Sentence(
        "The codes are shown in another shape.",
        _CODES,
        "the codes in another shape",
        "Show each code as one image of {rows} x {columns}.",
    ),
    "codes.none": Sentence(
        "No picture shows the numbers that the trained model's bottleneck gives for these images.",
        _CODES,
        "pictures, but none of these codes",
        "Predict with a model that ends at the bottleneck of the trained model, and show each row as {rows} x {columns}.",
    ),
    "outputs.untrained": Sentence(
        "The pictures show this model's output before it was trained.",
        _OUTPUTS,
        "its output before it was trained",
        "Predict again after fit, and show that.",
    ),
    "outputs.other_model": Sentence(
        "The pictures show another model's output.",
        _OUTPUTS,
        "the output of another model",
        "Predict with the model of this part.",
    ),
    "outputs.none": Sentence(
        "No picture shows this trained model's output for these images.",
        _OUTPUTS,
        "pictures, but none of this output",
        "Predict on the first {count} of them after training, and show that.",
    ),
    "outputs.not_credible": Sentence(
        "This model's recorded output does not look like the images that it was given.",
        _OUTPUTS,
        "an output that no model trained on these images gives",
        "Show what the trained model itself predicts.",
    ),
    "outputs.clean": Sentence(
        "The pictures show the output for clean test images.",
        "the trained model's output for the noisy test images that are shown",
        "its output for clean test images",
        "Predict on the noisy test images, and show that.",
    ),
    "outputs.other_noise": Sentence(
        "The pictures show the output for other noisy images than those shown.",
        "the trained model's output for the noisy test images that are shown",
        "its output for other noisy images",
        "Predict on the very images that are shown as noisy.",
    ),
    "noise.ok": Sentence("The noise is as asked, on training and test images.", _NOISE, "all of it"),
    "noise.missing": Sentence(
        "The noise differs from what is asked: {pieces}.", _NOISE, "{pieces_found}", "{pieces_hint}"
    ),
    "noise.none": Sentence(
        "No noisy images were found.",
        _NOISE,
        "clean images only",
        "Make noisy images of the training and test images, and train the model on them.",
    ),
}

PIECES = {
    "losses-plot.curves": Piece(
        "curves",
        "at least {least} losses",
        "{shown} of the losses",
        "Draw at least {least} of the recorded losses.",
    ),
    "losses-plot.legend": Piece(
        "legend",
        "a legend that names each curve",
        "no legend that names each curve",
        "Give each curve a label, and call legend().",
    ),
    "losses-plot.x-label": Piece(
        "x label", "a label on the x axis", "no label on the x axis", "Label the x axis."
    ),
    "losses-plot.y-label": Piece(
        "y label", "a label on the y axis", "no label on the y axis", "Label the y axis."
    ),
    "losses-plot.title": Piece("title", "a title", "no title", "Give the figure a title."),
    "loss-plot.training-curve": Piece(
        "training curve",
        "the training loss",
        "no training loss",
        'Draw the training loss, history.history["loss"], in this figure.',
    ),
    "loss-plot.validation-curve": Piece(
        "validation curve",
        "the validation loss",
        "no validation loss",
        'Draw the validation loss, history.history["val_loss"], in this figure.',
    ),
    "loss-plot.legend": Piece(
        "legend",
        "a legend that names each curve",
        "no legend that names each curve",
        "Give each curve a label, and call legend().",
    ),
    "loss-plot.x-label": Piece(
        "x label", "a label on the x axis", "no label on the x axis", "Label the x axis."
    ),
    "loss-plot.y-label": Piece(
        "y label", "a label on the y axis", "no label on the y axis", "Label the y axis."
    ),
    "loss-plot.title": Piece("title", "a title", "no title", "Give the figure a title."),
    "noise.scale": Piece(
        "scale",
        "a standard deviation of {scale}",
        "noise of another strength",
        "Multiply the normal noise by {scale}.",
    ),
    "noise.normal": Piece(
        "kind",
        "normal noise around 0",
        "noise that is not normal around 0",
        "Draw the noise from a normal distribution around 0.",
    ),
    "noise.clipped": Piece(
        "range",
        "noisy images clipped to the range of clean ones",
        "grey values beyond the range of clean images",
        "Clip the noisy images to the range of the clean ones.",
    ),
    "noise.test-images": Piece(
        "test images",
        "noise on the test images too",
        "test images without noise",
        "Add noise to the test images too.",
    ),
    "noise.test-scale": Piece(
        "test images",
        "the same noise on the test images",
        "noise of another strength on the test images",
        "Add noise to the test images as to the training images, multiplied by {scale}.",
    ),
    "noise.test-normal": Piece(
        "test images",
        "the same noise on the test images",
        "noise on the test images that is not normal around 0",
        "Add noise to the test images as to the training images, normal around 0.",
    ),
    "noise.test-clipped": Piece(
        "test images",
        "the same noise on the test images",
        "noisy test images with grey values beyond the range of clean ones",
        "Clip the noisy test images too.",
    ),
}
