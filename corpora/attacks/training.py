"""Trainings that do not train."""

from __future__ import annotations

from corpora.attacks.attack import attack

# The fit of the honest notebook, to be replaced.
FIT = "history = net.fit(images, images, epochs=150, batch_size=128, validation_data=(unseen, unseen))"

TRAINING = (
    # `training` is lost whole; the outputs are those of a net that never learned, and the curve is of no training
    attack(
        "one-batch-of-one-image",
        100 - 5,
        (
            FIT,
            "history = net.fit(images[:1], images[:1], epochs=1, validation_data=(unseen[:1], unseen[:1]))",
        ),
    ),
)
