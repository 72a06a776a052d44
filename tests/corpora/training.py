"""Ways of training: each returns its lines and the expressions under which the two loss curves are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .voice import Voice

Lines = list[str]


@dataclass(frozen=True)
class Data:
    """Expressions of what is trained on: inputs and targets, and the same for validation."""

    x: str
    y: str
    val_x: str
    val_y: str


@dataclass(frozen=True)
class Trained:
    """Lines of a training and where its curves lie; `history` is a dict of both, when there is one."""

    lines: Lines
    loss: str
    val_loss: str
    history: str | None = None


def compiled(v: Voice) -> Lines:
    """The compile call."""
    way = v.twist % 3
    if way == 0:
        return [f"{v.model}.compile(optimizer={v.opt()}, loss='{v.loss}')"]
    if way == 1:
        return [f"{v.model}.compile(loss='{v.loss}', optimizer={v.opt()})"]
    return [f"{v.model}.compile({v.opt()}, '{v.loss}')"]


def _of_history(v: Voice, lines: Lines) -> Trained:
    history = f"{v.hist}.history"
    return Trained(compiled(v) + lines, f"{history}['loss']", f"{history}['val_loss']", history)


def one_fit(v: Voice, d: Data) -> Trained:
    """One fit with keywords, numbers in place or in variables."""
    if v.twist % 2:
        lines = [f"{v.epochs} = 150", f"{v.batch} = {v.batch_value}"]
        numbers = (v.epochs, v.batch)
    else:
        lines, numbers = [], ("150", str(v.batch_value))
    return _of_history(
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
    return _of_history(v, [f"{v.hist} = {v.model}.fit({call})"])


def keywords(v: Voice, d: Data) -> Trained:
    """Inputs and targets by keyword, validation as a list."""
    return _of_history(
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


def many_fits(v: Voice, d: Data) -> Trained:
    """A loop of 150 fits of one epoch each."""
    lines = [*compiled(v), f"{v.losses}, {v.val_losses} = [], []", f"for {v.e} in range(150):"]
    lines += [
        f"    {v.hist} = {v.model}.fit({d.x}, {d.y}, batch_size={v.batch_value},",
        f"        epochs=1, verbose=0, validation_data=({d.val_x}, {d.val_y}))",
        f"    {v.losses}.append({v.hist}.history['loss'][0])",
        f"    {v.val_losses}.append({v.hist}.history['val_loss'][0])",
    ]
    return Trained(lines, v.losses, v.val_losses)


def tf_data(v: Voice, d: Data) -> Trained:
    """`tf.data` pipelines, which give inputs and targets together."""
    v.need("import tensorflow as tf")
    lines = [f"{v.ds} = tf.data.Dataset.from_tensor_slices(({_f32(d.x)}, {_f32(d.y)}))"]
    lines.append(f"{v.ds} = {v.ds}.shuffle({v.choose('10000', '4096', '60000')}).batch({v.batch_value})")
    lines.append(f"{v.val_ds} = tf.data.Dataset.from_tensor_slices(({_f32(d.val_x)}, {_f32(d.val_y)}))")
    lines.append(f"{v.val_ds} = {v.val_ds}.batch({v.batch_value}).prefetch(tf.data.AUTOTUNE)")
    lines.append(f"{v.hist} = {v.model}.fit({v.ds}, validation_data={v.val_ds}, epochs=150)")
    return _of_history(v, lines)


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
    return _of_history(v, lines)


def train_on_batch(v: Voice, d: Data) -> Trained:
    """An own loop over batches in shuffled order with `train_on_batch`."""
    size = max(v.batch_value, 500)
    lines = [
        *compiled(v),
        f"{v.losses}, {v.val_losses} = [], []",
        f"for {v.e} in range(150):",
        f"    starts = np.random.permutation(np.arange(0, 60000, {size}))",
        "    sums = []",
        "    for start in starts:",
        f"        rows = slice(start, start + {size})",
        f"        sums.append(float({v.model}.train_on_batch({d.x}[rows], {d.y}[rows])))",
        f"    {v.losses}.append(np.mean(sums))",
        f"    {v.val_losses}.append(float({v.model}.test_on_batch({d.val_x}[:2000], {d.val_y}[:2000])))",
    ]
    return Trained(lines, v.losses, v.val_losses)


def validation_split(v: Voice, d: Data) -> Trained:
    """A fifth of the training set is kept for validation."""
    share = v.choose("0.2", "0.1", "1/6", "0.15")
    lines = [f"{v.hist} = {v.model}.fit({d.x}, {d.y}, validation_split={share},"]
    lines.append(f"    epochs=150, batch_size={v.batch_value})")
    return _of_history(v, lines)


def generator(v: Voice, d: Data) -> Trained:
    """An endless Python generator with steps per epoch."""
    lines = [
        f"def feed(images, labels, size={v.batch_value}):",
        "    while True:",
        "        perm = np.random.permutation(len(images))",
        "        for s in range(0, len(perm) - size + 1, size):",
        "            picked = perm[s:s + size]",
        "            yield images[picked], labels[picked]",
        "",
        f"steps = 60000 // {v.batch_value} + 1",
        f"{v.hist} = {v.model}.fit(feed({d.x}, {d.y}), steps_per_epoch=steps, epochs=150,",
        f"    validation_data=({d.val_x}, {d.val_y}))",
    ]
    return _of_history(v, lines)


def py_dataset(v: Voice, d: Data) -> Trained:
    """An own `PyDataset` (formerly `Sequence`)."""
    base = v.keras(v.choose("utils.PyDataset", "utils.Sequence"))
    lines = [
        f"class Batches({base}):",
        "    def __init__(self, a, b, size, **kwargs):",
        "        super().__init__(**kwargs)",
        "        self.a, self.b, self.size = a, b, size",
        "",
        "    def __len__(self):",
        "        return int(np.ceil(len(self.a) / self.size))",
        "",
        "    def __getitem__(self, index):",
        "        part = slice(index * self.size, (index + 1) * self.size)",
        "        return np.asarray(self.a[part]), np.asarray(self.b[part])",
        "",
        f"{v.hist} = {v.model}.fit(Batches({d.x}, {d.y}, {v.batch_value}), epochs=150,",
        f"    validation_data=Batches({d.val_x}, {d.val_y}, {v.batch_value}), verbose=2)",
    ]
    return _of_history(v, lines)


def recompiled(v: Voice, d: Data) -> Trained:
    """Compiled again with a smaller step and continued."""
    adam = v.keras("optimizers.Adam")
    common = f"batch_size={v.batch_value}, validation_data=({d.val_x}, {d.val_y}), verbose=0"
    lines = [
        f"{v.losses}, {v.val_losses} = [], []",
        "for rate in (1e-3, 3e-4, 1e-4):",
        f"    {v.model}.compile(optimizer={adam}(rate), loss='{v.loss}')",
        f"    {v.hist} = {v.model}.fit({d.x}, {d.y}, epochs=50, {common})",
        f"    {v.losses} += {v.hist}.history['loss']",
        f"    {v.val_losses} += {v.hist}.history['val_loss']",
    ]
    return Trained(lines, v.losses, v.val_losses)


def tape(v: Voice, d: Data) -> Trained:
    """An own loop with GradientTape; short, since no grader shortens it."""
    v.need("import tensorflow as tf")
    adam = v.keras("optimizers.Adam")
    mse = "tf.reduce_mean(tf.square({} - {}))"
    lines = [
        f"optimizer = {adam}(2e-3)",
        f"clean, dirty = np.float32({d.y}), np.float32({d.x})",
        f"val_clean, val_dirty = np.float32({d.val_y}), np.float32({d.val_x})",
        "@tf.function",
        "def step(inputs, targets):",
        "    with tf.GradientTape() as recorded:",
        f"        loss = {mse.format(f'{v.model}(inputs, training=True)', 'targets')}",
        f"    grads = recorded.gradient(loss, {v.model}.trainable_variables)",
        f"    optimizer.apply_gradients(zip(grads, {v.model}.trainable_variables))",
        "    return loss",
        "",
        f"{v.losses}, {v.val_losses} = [], []",
        f"for {v.e} in range(3):",
        "    order = np.random.permutation(60000)",
        "    batch_losses = []",
        "    for s in range(0, 60000, 500):",
        "        chosen = order[s:s + 500]",
        "        batch_losses.append(float(step(dirty[chosen], clean[chosen])))",
        f"    {v.losses}.append(np.mean(batch_losses))",
        f"    answer = {v.model}(val_dirty)",
        f"    {v.val_losses}.append(float({mse.format('answer', 'val_clean')}))",
    ]
    return Trained(lines, v.losses, v.val_losses)


def checkpoint(v: Voice, d: Data) -> Trained:
    """The best weights are saved while training and loaded again afterwards."""
    save = v.keras("callbacks.ModelCheckpoint")
    lines = [
        f"saver = {save}('best.weights.h5', monitor='val_loss', save_best_only=True, save_weights_only=True)",
        f"{v.hist} = {v.model}.fit({d.x}, {d.y}, epochs=150, batch_size={v.batch_value},",
        f"    validation_data=({d.val_x}, {d.val_y}), callbacks=[saver])",
        f"{v.model}.load_weights('best.weights.h5')",
    ]
    return _of_history(v, lines)


def _f32(expression: str) -> str:
    return f"tf.cast({expression}, tf.float32)"


TRAINING: dict[str, Callable[[Voice, Data], Trained]] = {
    "one-fit": one_fit,
    "positional": positional,
    "keywords": keywords,
    "two-stages": two_stages,
    "many-fits": many_fits,
    "tf-data": tf_data,
    "own-callback": own_callback,
    "early-stopping": early_stopping,
    "train-on-batch": train_on_batch,
    "validation-split": validation_split,
    "generator": generator,
    "py-dataset": py_dataset,
    "recompiled": recompiled,
    "checkpoint": checkpoint,
    "tape": tape,
}
