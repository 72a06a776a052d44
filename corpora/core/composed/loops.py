"""Ways of training in loops of one's own, and from generators."""

from __future__ import annotations

from corpora.core.composed.trained import Data, Trained, compiled, of_history
from corpora.core.composed.voice import Voice


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
    return of_history(v, lines)


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
    return of_history(v, lines)


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
