"""What makes a shortened training quicker and changes nothing: the optimizer's variables exist before its first step.

Keras builds an optimizer within the first training step. That step is then traced twice, as TensorFlow does with
every function that makes variables, and tracing it is what most of a short training's time goes into.
"""

from __future__ import annotations

from typing import Any


def build_optimizer(model: Any) -> None:
    """Build Keras' own optimizer of a built model for the weights that Keras' own training step will hand to it.

    A step of the student's own may hand it other weights, and an optimizer of their own may do more: both are left alone.
    """
    import keras

    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or optimizer.built or not model.built or model.run_eagerly:
        return
    own_step = type(model).train_step is not keras.Model.train_step
    own_optimizer = not type(optimizer).__module__.startswith("keras.src.optimizers.")
    if not own_step and not own_optimizer:
        optimizer.build(model.trainable_variables)
