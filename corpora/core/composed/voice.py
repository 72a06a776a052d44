"""A student's habits: names of variables, ways to import, activations, batch sizes, words."""

from __future__ import annotations

import random

from corpora.core.composed.words import ENGLISH, FOREIGN

POOLS: dict[str, tuple[str, ...]] = {
    "tr": ("x_train", "X_train", "train_x", "xtr", "train_images", "digits_train", "trainX", "data_train",
           "mnist_tr", "Xtrain", "train_set", "imgs_tr"),
    "te": ("x_test", "X_test", "test_x", "xte", "test_images", "digits_test", "testX", "data_test", "mnist_te",
           "Xtest", "test_set", "imgs_te"),
    "noisy_tr": ("x_train_noisy", "X_train_noisy", "noisy_train", "xtr_n", "trainXNoisy", "corrupt_train",
                 "train_with_noise", "noisyxtrain", "tr_dirty", "x_train_noise"),
    "noisy_te": ("x_test_noisy", "X_test_noisy", "noisy_test", "xte_n", "testXNoisy", "corrupt_test",
                 "test_with_noise", "noisyxtest", "te_dirty", "x_test_noise"),
    "model": ("autoencoder", "model", "ae", "AE", "net", "ae_model", "fc_ae", "auto", "DAE", "my_model", "m",
              "network"),
    "encoder": ("encoder", "enc", "encoder_model", "to_code", "Encoder", "half", "get_codes", "E", "bottleneck_model"),
    "decoder": ("decoder", "dec", "decoder_model", "from_code", "Decoder", "back", "D", "generator_part"),
    "hist": ("history", "hist", "H", "h", "results", "log", "train_log", "fit_history", "r", "trained"),
    "codes": ("codes", "encoded_imgs", "bottleneck", "z", "hidden", "latent", "encoded", "code_test", "features",
              "reps"),
    "rec": ("decoded_imgs", "reconstructions", "recon", "out", "x_hat", "pred", "decoded", "y", "rebuilt",
            "predictions"),
    "i": ("i", "k", "j", "idx", "a", "col", "num", "pos"),
    "ax": ("ax", "axis", "a_", "panel", "sub", "axi", "cell_ax"),
    "fig": ("fig", "f", "figure1", "fg", "canvas", "my_fig"),
    "inp": ("inputs", "input_img", "inp", "inp_layer", "image_in", "x_in", "visible"),
    "x": ("x", "h_", "t", "layer", "out_", "net_x", "tensor"),
    "encoded": ("encoded_layer", "code", "bottle", "neck", "mid", "z_layer", "hidden_code"),
    "n": ("n", "N", "n_show", "how_many", "ten", "num_images", "count"),
    "epochs": ("epochs", "EPOCHS", "num_epochs", "n_epochs", "nb_epoch", "ep_total", "training_epochs"),
    "batch": ("batch_size", "BATCH", "bs", "batch", "BATCH_SIZE", "minibatch", "nb_batch"),
    "losses": ("losses", "train_losses", "tl", "loss_list", "loss_hist", "trn", "epoch_loss"),
    "val_losses": ("val_losses", "validation_losses", "vl", "val_list", "val_hist", "vld", "epoch_val_loss"),
    "build": ("build_model", "autoencoder_fn", "make_ae", "create_network", "get_model", "define_model", "mk"),
    "show": ("show", "plot_images", "draw", "display_digits", "show_ten", "gallery", "imgs_plot"),
    "cls": ("Autoencoder", "AutoEncoder", "AENet", "MyAE", "DigitAE", "Net", "FullyConnectedAE"),
    "cb": ("LossHistory", "Recorder", "KeepLosses", "LossLogger", "CollectLoss", "MyCallback"),
    "e": ("epoch", "ep", "e", "it", "round_", "step_nr"),
    "ds": ("dataset", "train_ds", "ds", "pipeline", "train_data", "tfds_train"),
    "val_ds": ("val_dataset", "test_ds", "vds", "val_pipe", "valid_data", "tfds_val"),
    "img": ("img", "im", "digit", "pic", "bild", "arr"),
}  # fmt: skip

IMPORTS = ("from_keras", "from_tf_keras", "layers_keras", "layers_tf", "keras", "tf")
WRITTEN_ACTIVATIONS = ("relu", "elu", "selu", "tanh", "swish", "gelu", "leaky_relu", "softplus")


class Voice:
    """Everything that one student chooses without thinking; the same number gives the same student."""

    def __init__(self, number: int, foreign: bool = False) -> None:
        self.rng = random.Random(9_000 + number)
        for role, pool in POOLS.items():
            setattr(self, role, self.rng.choice(pool))
        self.imports = IMPORTS[number % len(IMPORTS)]
        self.words = self.rng.choice(FOREIGN if foreign else ENGLISH)
        self.act = self.rng.choice(WRITTEN_ACTIVATIONS[:5])
        self.batch_value = self.rng.choice((128, 256, 256, 512, 200, 100, 1024))
        self.loss = self.rng.choice(
            ("binary_crossentropy", "binary_crossentropy", "mse", "mean_squared_error")
        )
        self.optimizer = self.rng.choice(("adam", "adam", "Adam()", "Adam(1e-3)", "nadam", "rmsprop"))
        self.twist = self.rng.randrange(1000)
        self._layers: set[str] = set()
        self._models: set[str] = set()
        self._lines: list[str] = []
        self._separate_names()

    def _separate_names(self) -> None:
        """Two roles never share a name."""
        taken: set[str] = set()
        for role, pool in POOLS.items():
            name = getattr(self, role)
            while name in taken:
                name = next((other for other in pool if other not in taken), name + "_1")
            taken.add(name)
            setattr(self, role, name)

    def __getattr__(self, role: str) -> str:
        """Names of variables by role (set in the constructor; this only tells type checkers)."""
        raise AttributeError(role)

    def choose(self, *options: str) -> str:
        """One of the ways to write the same thing."""
        return self.rng.choice(options)

    def need(self, line: str) -> None:
        """An import that the import cell must hold."""
        if line not in self._lines:
            self._lines.append(line)

    def layer(self, name: str) -> str:
        """How this student writes a layer class, e.g. `layers.Dense`."""
        self._layers.add(name)
        return {"keras": f"keras.layers.{name}", "tf": f"tf.keras.layers.{name}"}.get(
            self.imports, f"layers.{name}" if self.imports.startswith("layers") else name
        )

    def klass(self, name: str) -> str:
        """How this student writes `Sequential` or `Model`."""
        self._models.add(name)
        if self.imports in ("keras", "tf"):
            return f"{'tf.' if self.imports == 'tf' else ''}keras.{name}"
        return f"models.{name}" if self.imports.startswith("layers") else name

    def keras(self, path: str) -> str:
        """Some other part of Keras, e.g. `callbacks.EarlyStopping`, `optimizers.Adam`."""
        if self.imports == "tf":
            return f"tf.keras.{path}"
        if self.imports == "keras":
            return f"keras.{path}"
        root = "tensorflow.keras" if "tf" in self.imports else "keras"
        module, _, name = path.rpartition(".")
        self.need(f"from {root}.{module} import {name}")
        return name

    def opt(self) -> str:
        """The optimizer argument of compile."""
        if self.optimizer.startswith("Adam("):
            return self.keras("optimizers.Adam") + self.optimizer[4:]
        return f"'{self.optimizer}'"

    def import_lines(self) -> list[str]:
        """All imports that were asked for so far."""
        root = "tensorflow.keras" if "tf" in self.imports else "keras"
        lines = ["import numpy as np", "import matplotlib.pyplot as plt"]
        if self.imports == "keras":
            lines.append("import keras")
        elif self.imports == "tf":
            lines.append("import tensorflow as tf")
        elif self.imports.startswith("layers"):
            lines.append(f"from {root} import layers, models")
        else:
            if self._models:
                lines.append(f"from {root}.models import " + ", ".join(sorted(self._models)))
            lines.append(f"from {root}.layers import " + ", ".join(sorted(self._layers)))
        lines += [line for line in self._lines if line not in lines]
        self.rng.shuffle(lines)
        return lines
