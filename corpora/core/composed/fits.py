"""Ways of training with `fit` on arrays and pipelines."""

from __future__ import annotations

from corpora.core.composed.trained import Data, Trained, compiled, f32, of_history
from corpora.core.composed.voice import Voice


def one_fit(v: Voice, d: Data) -> Trained:
    """One fit with keywords, numbers in place or in variables."""
    if v.twist % 2:
        lines = [f"{v.epochs} = 150", f"{v.batch} = {v.batch_value}"]
        numbers = (v.epochs, v.batch)
    else:
        lines, numbers = [], ("150", str(v.batch_value))
    return of_history(
        v,
        [
            *lines,
            f"{v.hist} = {v.model}.fit({d.x}, {d.y},",
            f"    epochs={numbers[0]}, batch_size={numbers[1]}, shuffle=True,",
            f"    validation_data=({d.val_x}, {d.val_y}))",
        ],
    )


def positional(v: Voice, d: Data) -> Trained:
    """Positional arguments throughout."""
    call = f"{d.x}, {d.y}, {v.batch_value}, 150, {v.choose('0', '2')}, None, 0.0, ({d.val_x}, {d.val_y})"
    return of_history(v, [f"{v.hist} = {v.model}.fit({call})"])


def keywords(v: Voice, d: Data) -> Trained:
    """Inputs and targets by keyword, validation as a list."""
    return of_history(
        v,
        [
            f"arguments = dict(x={d.x}, y={d.y}, epochs=150, batch_size={v.batch_value})",
            f"{v.hist} = {v.model}.fit(validation_data=[{d.val_x}, {d.val_y}], verbose=0, **arguments)",
        ],
    )


def two_stages(v: Voice, d: Data) -> Trained:
    """Two fits, the second continuing from epoch 100."""
    first = v.choose("100", "75", "50", "120")
    common = f"batch_size={v.batch_value}, validation_data=({d.val_x}, {d.val_y})"
    lines = [
        *compiled(v),
        f"{v.hist}_a = {v.model}.fit({d.x}, {d.y}, epochs={first}, {common})",
        f"{v.hist}_b = {v.model}.fit({d.x}, {d.y}, initial_epoch={first}, epochs=150, {common})",
    ]
    for name, key in ((v.losses, "loss"), (v.val_losses, "val_loss")):
        lines.append(f"{name} = {v.hist}_a.history['{key}'] + {v.hist}_b.history['{key}']")
    return Trained(lines, v.losses, v.val_losses)


def tf_data(v: Voice, d: Data) -> Trained:
    """`tf.data` pipelines, which give inputs and targets together."""
    v.need("import tensorflow as tf")
    lines = [f"{v.ds} = tf.data.Dataset.from_tensor_slices(({f32(d.x)}, {f32(d.y)}))"]
    lines.append(f"{v.ds} = {v.ds}.shuffle({v.choose('10000', '4096', '60000')}).batch({v.batch_value})")
    lines.append(f"{v.val_ds} = tf.data.Dataset.from_tensor_slices(({f32(d.val_x)}, {f32(d.val_y)}))")
    lines.append(f"{v.val_ds} = {v.val_ds}.batch({v.batch_value}).prefetch(tf.data.AUTOTUNE)")
    lines.append(f"{v.hist} = {v.model}.fit({v.ds}, validation_data={v.val_ds}, epochs=150)")
    return of_history(v, lines)


def own_callback(v: Voice, d: Data) -> Trained:
    """History thrown away; an own callback keeps the losses."""
    base = v.keras("callbacks.Callback")
    lines = [
        f"class {v.cb}({base}):",
        "    def on_train_begin(self, logs=None):",
        f"        self.{v.losses} = []",
        f"        self.{v.val_losses} = []",
        "",
        "    def on_epoch_end(self, epoch, logs=None):",
        f"        self.{v.losses}.append(logs['loss'])",
        f"        self.{v.val_losses}.append(logs.get('val_loss'))",
        "",
        f"keeper = {v.cb}()",
        *compiled(v),
        f"{v.model}.fit({d.x}, {d.y}, epochs=150, batch_size={v.batch_value}, callbacks=[keeper],",
        f"    validation_data=({d.val_x}, {d.val_y}), verbose=0)",
    ]
    return Trained(lines, f"keeper.{v.losses}", f"keeper.{v.val_losses}")


def early_stopping(v: Voice, d: Data) -> Trained:
    """Early stopping; the history may be shorter than what was asked."""
    stop = v.keras("callbacks.EarlyStopping")
    patience = v.choose("10", "5", "15", "8")
    extra = v.choose("", ", restore_best_weights=True", ", min_delta=1e-5", ", mode='min'")
    lines = [
        f"stopper = {stop}(monitor='val_loss', patience={patience}{extra})",
        f"{v.hist} = {v.model}.fit({d.x}, {d.y}, batch_size={v.batch_value}, epochs=150,",
        f"    callbacks=[stopper], validation_data=({d.val_x}, {d.val_y}))",
    ]
    return of_history(v, lines)


def validation_split(v: Voice, d: Data) -> Trained:
    """A fifth of the training set is kept for validation."""
    share = v.choose("0.2", "0.1", "1/6", "0.15")
    lines = [f"{v.hist} = {v.model}.fit({d.x}, {d.y}, validation_split={share},"]
    lines.append(f"    epochs=150, batch_size={v.batch_value})")
    return of_history(v, lines)


def checkpoint(v: Voice, d: Data) -> Trained:
    """The best weights are saved while training and loaded again afterwards."""
    save = v.keras("callbacks.ModelCheckpoint")
    lines = [
        f"saver = {save}('best.weights.h5', monitor='val_loss', save_best_only=True, save_weights_only=True)",
        f"{v.hist} = {v.model}.fit({d.x}, {d.y}, epochs=150, batch_size={v.batch_value},",
        f"    validation_data=({d.val_x}, {d.val_y}), callbacks=[saver])",
        f"{v.model}.load_weights('best.weights.h5')",
    ]
    return of_history(v, lines)
