"""What is said about running a notebook, building a model and training it."""

from __future__ import annotations

from .sentence import Piece, Sentence

_RUNS = "every cell runs without an error"
_LISTS = ("{asked}", "{layers}")
_NO_FAULT = "Nothing to change in the notebook: whoever grades it must look at this item."

SENTENCES = {
    "runs.ok": Sentence("All cells run without an error.", _RUNS, "all {count} cells ran"),
    "runs.ok_cells": Sentence(
        "Cells {first} to {last} run without an error.", _RUNS, "cells {first} to {last} ran"
    ),
    "runs.raised": Sentence(
        "Cell {cell} raises {error}.",
        _RUNS,
        "{error} in cell {cell}",
        "Restart the kernel, run all cells in order, and mend the first one that fails.",
    ),
    "runs.timed_out": Sentence(
        "Cell {cell} does not finish in time.",
        _RUNS,
        "cell {cell} was still running when its time was up",
        "Look for a loop that never ends or needless training.",
    ),
    "runs.killed": Sentence(
        "The kernel died in cell {cell}.",
        _RUNS,
        "a dead kernel in cell {cell}",
        "Look for something that uses up memory or ends Python.",
    ),
    "runs.not_reached": Sentence(
        "Cell {cell} was never reached.",
        _RUNS,
        "the run ended before cell {cell}",
        "Mend what stopped the notebook before it.",
    ),
    "runs.stopped": Sentence("The run ended early: it {pieces}.", _RUNS, "{pieces_found}", "{pieces_hint}"),
    "runs.nothing": Sentence(
        "Nothing else of this part was attempted yet.",
        "a notebook that attempts this part and runs",
        "nothing of this part but cells that run",
        "Begin with {by}.",
    ),
    "architecture.ok": Sentence("All {count} layers are as asked.", *_LISTS),
    "architecture.differs": Sentence(
        "Layers that differ from what is asked: {count}.",
        *_LISTS,
        "Change the layers of this table, then look at the model's summary again.",
    ),
    "architecture.parameters": Sentence(
        "All layers are as asked, but they learn {have:,} numbers instead of {wanted:,}.",
        "{asked}: {wanted:,} numbers to learn",
        "{layers}: {have:,} numbers to learn",
        "Keep the biases and the paddings of the listing.",
    ),
    "architecture.unseen": Sentence(
        "A model was made, but its layers could not be seen.",
        "{asked}",
        "a model that was never given an input",
        "Give its first layer an input shape, or train it.",
    ),
    "initial-weights.ok": Sentence(
        "The model begins with the weights asked for.", "{pieces_expected}", "all of it"
    ),
    "initial-weights.missing": Sentence(
        "The first weights differ from what is asked: {pieces}.",
        "{pieces_expected}",
        "{pieces_found}",
        "{pieces_hint}",
    ),
    "initial-weights.unseen": Sentence(
        "The model's first weights could not be read, so a person must look.",
        "a record of the first weights",
        "a gap in the grader's own record",
        _NO_FAULT,
    ),
    "role.missing": Sentence(
        "No model was found that could be {title}.",
        "{title}, built and trained",
        "other models, or none",
        "Build and train {title}.",
    ),
    "role.absent": Sentence(
        "is missing.", "{title}, built and trained", "no such model", "Build and train {title}."
    ),
    "role.each": Sentence("{models}", "{models_expected}", "{models_found}", "{models_hint}"),
    "training.ok": Sentence("The model is trained as asked.", "{pieces_expected}", "all of it"),
    "training.missing": Sentence(
        "The training differs from what is asked: {pieces}.",
        "{pieces_expected}",
        "{pieces_found}",
        "{pieces_hint}",
    ),
    "training.none": Sentence(
        "The model was never trained.", "a trained model", "a model, but no training of it", "Call fit on it."
    ),
    "training.unchanged": Sentence(
        "Training did not change the model's weights.",
        "weights that training changes",
        "the same weights before and after",
        "Train the model itself, not a copy, and with a learning rate above 0.",
    ),
    "training.nothing": Sentence(
        "Training taught the model nothing.",
        "an error on the training images that falls while the model is trained",
        "answers of the trained model that are no nearer to their targets than before",
        "Train with an optimizer, a loss that compares outputs with targets, and a learning rate that is not too small.",
    ),
    "item.not_attempted": Sentence("Not attempted.", "{asks}", "nothing", "This is asked: {asks}"),
    "item.blocked": Sentence(
        "Waits for {by}.", "{by}, on which this item builds", "nothing to judge yet", "Mend {by} first."
    ),
    "item.ours": Sentence(
        "Our own recording failed here ({where}), so a person must look.",
        "a whole record of the run",
        "a gap in the grader's own record ({where})",
        _NO_FAULT,
    ),
    "item.shortened": Sentence(
        "This was judged after a shortened training, which may be why it fails, so a person must look.",
        "the outputs of a model trained in full",
        "the outputs of a model whose training the grader had shortened",
        "Nothing to change in the notebook: whoever grades it runs it with --training full, or looks at it.",
    ),
    "item.unsettled": Sentence(
        "The notebook failed after its training had been shortened, and in full it did not end within its limit, "
        "so this item was not judged.",
        "a run in full within the limit",
        "a run that was cut short both times",
        "Nothing to change in the notebook: whoever grades it gives it more time (--timeout), or looks at it.",
    ),
    "item.unjudged": Sentence(
        "What this notebook left behind takes more {limit} to judge than is given, so a person must look.",
        "a record that can be judged with the {limit} that is given",
        "a record that takes more {limit}",
        "Look at this notebook yourself; its author can make fewer models and figures.",
    ),
}

_STOPPED = "Restart the kernel and run all cells in order."
PIECES = {
    "runs.cell_error": Piece("stopped at an error", _RUNS, "an error that ended the run", _STOPPED),
    "runs.timeout": Piece(
        "ran out of time",
        _RUNS,
        "no end within its time",
        "Look for a loop that never ends or needless training.",
    ),
    "runs.memory": Piece(
        "ran out of memory",
        _RUNS,
        "more memory used than it may",
        "Keep fewer copies of the data and of predictions.",
    ),
    "runs.processes": Piece(
        "started too many processes",
        _RUNS,
        "more processes than it may start",
        "Start no processes of your own.",
    ),
    "runs.disk": Piece(
        "filled the disk", _RUNS, "more files written than it may", "Write smaller or fewer files."
    ),
    "runs.output_cap": Piece(
        "printed too much",
        _RUNS,
        "more output than it may print",
        "Print less: fit(..., verbose=0), for example.",
    ),
    "runs.crash": Piece("lost its kernel", _RUNS, "a dead kernel", "Look for something that ends Python."),
    "runs.protocol": Piece(
        "broke the messages of its kernel",
        _RUNS,
        "messages or records that no notebook sends",
        "Leave the kernel's own channels and files alone.",
    ),
    "initial-weights.scale": Piece(
        "scale",
        "a deviation of 1/sqrt(n) in every layer, n being its inputs",
        "another deviation",
        "Give each layer an initializer RandomNormal with stddev 1/sqrt(n).",
    ),
    "initial-weights.normal": Piece(
        "distribution",
        "numbers of a normal distribution around 0",
        "numbers of another distribution",
        "Give each layer a normal initializer of mean 0.",
    ),
    "initial-weights.bias": Piece(
        "bias", "biases of 0", "other biases", "Let the biases begin with zeros, as Keras does by default."
    ),
    "training.epochs": Piece(
        "epochs",
        "{epochs_wanted} epochs",
        "{epochs_asked} epochs asked for",
        "Ask fit for {epochs_wanted} epochs.",
    ),
    "training.data": Piece(
        "data",
        "all {train_count:,} training images used, at least {least_trained:,} of them to train on",
        "{samples:,} trained on and {held_out:,} held out",
        "Hand fit all images of the training set.",
    ),
    "training.split": Piece(
        "data",
        "{least_trained:,} training images to train on, {least_held_out:,} others held out",
        "{samples:,} trained on and {held_out:,} of the training images held out",
        "Hold out {least_held_out:,} training images for validation, and train on the others.",
    ),
    "training.rows": Piece(
        "data",
        "images of the training set",
        "other rows than the training images",
        "Hand fit the images of the training set.",
    ),
    "training.target": Piece(
        "target",
        "the images themselves as target",
        "something else as target",
        "Hand fit the same images as input and as target.",
    ),
    "training.loss": Piece(
        "loss", "{loss_wanted} as loss", "another loss", "Compile the model with {loss_wanted} as its loss."
    ),
    "training.optimizer": Piece(
        "optimizer",
        "{optimizer_wanted} as optimizer",
        "another optimizer",
        "Compile the model with {optimizer_wanted} as its optimizer.",
    ),
    "training.validation": Piece(
        "validation", "validation data", "no validation data", "Hand fit validation_data too."
    ),
    "training.images": Piece(
        "data",
        "at least {least_trained:,} of the training images",
        "{samples:,} of them",
        "Train on all images of the training set.",
    ),
    "training.judge": Piece(
        "the discriminator",
        "a discriminator whose weights its training changes",
        "a discriminator that stayed as it was",
        "Let each step train the discriminator too; set trainable to True before it is trained on its own.",
    ),
    "training.deceived": Piece(
        "the discriminator",
        "a discriminator that only its own training changes",
        "a discriminator that the generator's training changes too",
        "Set trainable of the discriminator to False before the model of both is compiled and trained.",
    ),
    "training.made": Piece(
        "generated images",
        "a discriminator trained on real and on generated images",
        "a discriminator trained on real images alone",
        "Train the discriminator on images of the generator too, with other labels than the real ones.",
    ),
    "training.against": Piece(
        "each other",
        "two models trained against each other",
        "another training",
        "Train each model against the other.",
    ),
    "training.optimizers": Piece(
        "optimizers",
        "an optimizer for each of the two models",
        "no optimizer of its own for each of them",
        "Make one optimizer for the generator's weights and another one for the discriminator's.",
    ),
    "training.noisy-input": Piece(
        "noisy input", "noisy images as input", "other rows as input", "Hand fit the noisy images as input."
    ),
    "training.clean-target": Piece(
        "clean target",
        "the clean images as target",
        "something else as target",
        "Hand fit the clean images as target.",
    ),
    "training.noisy-validation": Piece(
        "validation",
        "noisy images onto clean ones for validation",
        "other validation data, or none",
        "Hand fit validation_data of noisy images and the clean ones that they belong to.",
    ),
}
