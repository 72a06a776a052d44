"""Every sentence that a check can say, by its stable id: what is so, and one next step.

A translation is another table with the same ids. Sentences hold only counts, names and layer sizes, never a
number that training made: the same notebook graded twice says the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograder.records import Basis, Outcome, Verdict

SENTENCES: dict[str, tuple[str, str]] = {
    # runs
    "runs.ok": ("All cells run without an error.", ""),
    "runs.ok_cells": ("Cells {first} to {last} run without an error.", ""),
    "runs.raised": (
        "Cell {cell} raises {error}.",
        "Restart the kernel, run all cells in order, and mend the first one that fails.",
    ),
    "runs.timed_out": (
        "Cell {cell} does not finish in time.",
        "Look for a loop that never ends or needless training.",
    ),
    "runs.killed": (
        "The kernel died in cell {cell}.",
        "Look for something that uses up memory or ends Python.",
    ),
    "runs.not_reached": ("Cell {cell} was never reached.", "Mend what stopped the notebook before it."),
    "runs.stopped": ("The run ended early: {status}.", "Restart the kernel and run all cells in order."),
    "runs.shortened": ("Cell {cell} failed after training was shortened, so a person must look at it.", ""),
    "runs.nothing": ("Nothing else of this part was attempted yet.", ""),
    # architecture
    "architecture.ok": ("All {count} layers are as asked.", ""),
    "architecture.differs": (
        "{count} of the layers differ from what is asked:\n{lines}",
        "Compare the lists of layers.",
    ),
    "architecture.parameters": (
        "All layers are as asked, but they learn {have} numbers instead of {wanted}.",
        "Keep the biases and the paddings of the listing.",
    ),
    "architecture.unseen": (
        "A model was made, but its layers could not be seen.",
        "Give its first layer an input shape, or train it.",
    ),
    # initial weights
    "initial-weights.ok": ("The model begins with the weights asked for.", ""),
    "initial-weights.missing": (
        "{lines}",
        "Give each layer an initializer: a normal one with stddev 1/sqrt(n), and zeros for the bias.",
    ),
    "initial-weights.unseen": ("The model's first weights could not be read, so a person must look.", ""),
    # parts of several models
    "role.missing": ("No model was found that could be {title}.", "Build and train {title}."),
    "role.each": ("{lines}", ""),
    # training
    "training.ok": ("The model is trained as asked.", ""),
    "training.missing": ("{lines}", "Compare the arguments of fit with what is asked."),
    "training.none": ("The model was never trained.", "Call fit on it."),
    "training.unchanged": (
        "Training did not change the model's weights.",
        "Train the model itself, not a copy.",
    ),
    # loss-plot
    "loss-plot.ok": ("The loss plot shows everything that is asked.", ""),
    "loss-plot.missing": ("Missing from the loss plot: {lines}.", "Add what is missing to the figure."),
    "loss-plot.no_curve": (
        "No drawn line is the recorded loss of this model.",
        "Draw the loss and validation loss of the history that fit returned.",
    ),
    "loss-plot.none": ("No figure with lines was drawn.", "Draw loss and validation loss over the epochs."),
    "loss-plot.untrained": ("There is no loss to draw before the model is trained.", ""),
    # images
    "images.ok": ("All {count} images are shown in order.", ""),
    "images.order": (
        "All {count} images are shown, but in another order.",
        "Show them in the order of the data set.",
    ),
    "images.some": ("{shown} of {count} images are shown.", "Missing (counted from 0): {missing}."),
    "images.some_order": (
        "{shown} of {count} images are shown, in another order.",
        "Missing (counted from 0): {missing}.",
    ),
    "images.none": ("None of these images is shown.", "Show the first {count} of them, in order."),
    "images.no_pictures": ("No picture was drawn.", "Show the first {count} of them, in order."),
    # codes and outputs
    "codes.half": (
        "{shown} of {count} codes are shown, {half} of them in another shape.",
        "Show each code as one image of {rows} x {columns}.",
    ),
    "codes.no_layer": ("The model has no layer that gives {numbers} numbers.", ""),
    "codes.shape": (
        "The codes are shown in another shape.",
        "Show each code as one image of {rows} x {columns}.",
    ),
    "codes.none": (
        "No picture shows the numbers that the trained model's bottleneck gives for these images.",
        "Predict with a model that ends at the bottleneck of the trained model, and show each row as {rows} x {columns}.",
    ),
    "outputs.untrained": (
        "The pictures show this model's output before it was trained.",
        "Predict again after fit, and show that.",
    ),
    "outputs.other_model": (
        "The pictures show another model's output.",
        "Predict with the model of this part.",
    ),
    "outputs.none": (
        "No picture shows this trained model's output for these images.",
        "Predict on the first {count} of them after training, and show that.",
    ),
    "outputs.blocked": ("There is no trained model whose output could be shown.", ""),
    "outputs.not_credible": (
        "This model's recorded output does not look like the images that it was given.",
        "Show what the trained model itself predicts.",
    ),
    "outputs.clean": (
        "The pictures show the output for clean test images.",
        "Predict on the noisy test images, and show that.",
    ),
    "outputs.other_noise": (
        "The pictures show the output for other noisy images than those shown.",
        "Predict on the very images that are shown as noisy.",
    ),
    # noise
    "noise.ok": ("The noise is as asked, on training and test images.", ""),
    "noise.missing": ("{lines}", "Noisy images are clip(x + {scale} * N(0, 1), 0, 1)."),
    "noise.none": ("No noisy images were found.", "Noisy images are clip(x + {scale} * N(0, 1), 0, 1)."),
    # any item
    "item.not_attempted": ("Not attempted.", ""),
    "item.blocked": ("Waits for {by}.", ""),
    "item.ours": ("Our own recording failed here ({where}), so a person must look.", ""),
    "item.shortened": ("The notebook failed after training was shortened, so a person must look at it.", ""),
}


def say(
    message_id: str,
    share: float,
    *,
    expected: str = "",
    found: str = "",
    cell: int | None = None,
    basis: Basis = "observed",
    flags: Iterable[str] = (),
    outcome: Outcome | None = None,
    **values: object,
) -> Verdict:
    """Return a verdict that says one of the sentences, filled with `values`.

    Args:
        share: part of the item's points earned, 0 to 1.
    """
    message, hint = SENTENCES[message_id]
    return Verdict(
        share=share,
        message_id=message_id,
        message=message.format(**values, cell=cell),
        expected=expected,
        found=found,
        hint=hint.format(**values, cell=cell),
        cell=cell,
        basis=basis,
        values=values,
        flags=tuple(dict.fromkeys(flags)),
        outcome=outcome,
    )


def blocked(by: str) -> Verdict:
    """Return the verdict of an item that waits for an earlier one: named once, scolded there."""
    return say("item.blocked", 0.0, outcome="blocked", by=by)
