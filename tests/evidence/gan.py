"""An honest pair of a generator and a discriminator as evidence, trained in any of three ways; with knobs for mutants."""

from __future__ import annotations

import numpy as np

from autograder.recognition.coverage import reach
from autograder.recognition.known_images import KnownImages

from .builder import Builder, FakeNet, curve, dense_nodes, grey
from .notebooks import loss_axes, square

EPOCHS = (1, 20, 100, 200)
MAKER, JUDGE = (256, 512, 1024, 784), (1024, 512, 256, 1)


def maker_nodes(widths: tuple[int, ...] = MAKER) -> list[dict]:
    """The chain from a code to an image."""
    return dense_nodes(widths, 100, "g")


def judge_nodes(widths: tuple[int, ...] = JUDGE) -> list[dict]:
    """The chain from an image to one number."""
    return dense_nodes(widths, 784, "d")


def normal(count: int, seed: int = 1) -> np.ndarray:
    """Codes from N(0, I)."""
    return np.random.default_rng(seed).standard_normal((count, 100)).astype(np.float32)


def make(codes: np.ndarray, version: int = 1) -> np.ndarray:
    """What the generator makes of codes, (n, 784)."""
    hidden = codes @ FakeNet(77, code=100)._weights(version, 100, 784, 1) * 4
    return (1 / (1 + np.exp(-hidden))).astype(np.float32)


def measured(known: KnownImages, made: np.ndarray) -> list[float]:
    """Coverage and recall of some images."""
    count = min(len(made), len(known.test))
    return list(reach(grey(known.test[:count]), made[:count]))


def weights(nodes: list[dict]) -> list[str]:
    """Names of the weights of some nodes."""
    return [name for node in nodes for name in node["weights"]]


class Game:
    """Models in cell 2, training with samples by epoch in 3, plot in 4, samples in 5, new ones in 6, measures in 7."""

    def __init__(self, builder: Builder, known: KnownImages, maker: list[dict], judge: list[dict]) -> None:
        self.builder, self.known, self.maker, self.judge = builder, known, maker, judge
        builder.model("g", maker, 2, (100,))
        builder.model("d", judge, 2)
        for id in ("g", "d"):
            builder.weights(id, 0, 2)
            builder.replay(id, [])
        self.real = grey(known.train[:256])
        self.fakes = make(normal(128, 9), 0)
        self.losses = {"d": curve(200, 1.4), "g": curve(200, 0.9)}

    def ask(self, codes: np.ndarray, cell: int, version: int, **moment) -> np.ndarray:
        """What the generator answers."""
        made = make(codes, version)
        id = self.builder.call("g", codes, made[:32], version=version, cell=cell, **moment)
        self.builder.replay("g", [(version, f"call:{id}", {"out": made})])
        return made

    def changed(self, models: tuple[str, ...]) -> None:
        """New weights of some of the two."""
        for id in models:
            self.builder.weights(id, 1, 3)

    def fit(self, updates: dict | None = None, rows: np.ndarray | None = None, **fields) -> None:
        """One training of a model around both, with a training step of its own."""
        self.builder.event("model", 2, id="m", cls="Gan", graph=None, parts=["d", "g"])
        usual = {"epochs_asked": 200, "epochs_run": 200, "parts": ["d", "g"], "version_after": 1}
        usual |= {"history": {"d_loss": self.losses["d"], "g_loss": self.losses["g"]}}
        usual["updates"] = (
            {"o1": weights(self.judge), "o2": weights(self.maker)} if updates is None else updates
        )
        self.builder.fit("m", self.real if rows is None else rows, **usual | fields)

    def on_batches(
        self, updates: dict | None = None, real_only: bool = False, batches: int = 93_600, **fields
    ) -> None:
        """The discriminator on real and made images, and a model of both on noise, in turn."""
        nodes = [
            *self.maker,
            *(node | {"inputs": [f"n{len(self.maker) - 1 + at}"]} for at, node in enumerate(self.judge)),
        ]
        self.builder.model("c", nodes, 2, (100,), parts=["g", "d"])
        rows = self.real if real_only else np.concatenate([self.real[:128], self.fakes])
        right = np.repeat([[0.9], [0.0]], 128, axis=0).astype(np.float32)
        common = {"api": "train_on_batch", "epochs_asked": None, "samples": None, "batches": batches}
        usual = {"batch_size": 256, "distinct": 58_000, "made": 0.0 if real_only else 0.5}
        usual |= {
            "history": {"loss": list(np.repeat(self.losses["d"], batches // 200))},
            "updates": {"o1": weights(self.judge)},
        }
        self.builder.fit("d", rows, right, **common | usual | fields)
        usual = {
            "batch_size": 128,
            "distinct": 70_000,
            "history": {"loss": list(np.repeat(self.losses["g"], batches // 200))},
        }
        usual["updates"] = {"o2": weights(self.maker)} if updates is None else updates
        self.builder.fit("c", normal(256, 4), np.ones((256, 1), np.float32), **common | usual)

    def on_tape(self) -> None:
        """Both in a loop of one's own."""
        common = {"api": "tape", "epochs_asked": None, "samples": None, "batches": 93_600, "batch_size": 128}
        common |= {"history": {}, "distinct": 60_000}
        self.builder.fit("d", self.real, **common, updates={"o1": weights(self.judge)})
        self.builder.fit("g", normal(256, 4), **common, updates={"o2": weights(self.maker)})


def gan(
    builder: Builder,
    known: KnownImages,
    *,
    way: str = "fit",
    maker: list[dict] | None = None,
    judge: list[dict] | None = None,
    epochs: tuple[int | None, ...] = EPOCHS,
    grid: int = 25,
    shown: int = 10,
    codes: np.ndarray | None = None,
    real_samples: bool = False,
    changed: tuple[str, ...] = ("g", "d"),
    axes: dict | None = None,
    numbers: tuple[float, ...] | None = None,
    final: int = 1,
    later: int = 0,
    **fit,
) -> None:
    """A complete notebook, or one with what is given in place of the usual.

    Args:
        way: how both are trained: `fit`, `on_batches` or `on_tape`.
        epochs: when samples are kept, `None` after training; grid: how many of them.
        shown: how many new images are shown; codes: what they are made of; final: the weights that make them.
        real_samples: whether training images are shown in place of samples.
        changed: which of the two models training changes; later: how many more samples are drawn at the end.
    """
    game = Game(builder, known, maker or maker_nodes(), judge or judge_nodes())
    game.changed(changed)
    pages, late = [], []
    for epoch in epochs:
        if epoch is None:
            late.append(epoch)
            continue
        moment = {"epoch": epoch} if way == "fit" else {"batches": {"d": 468 * epoch, "c": 468 * epoch}}
        pages.append(game.ask(normal(grid), 3, 1, **moment))
    getattr(game, way)(**fit)
    pages += [game.ask(normal(grid), 4, 1) for _ in late]
    lines = {"train": game.losses["d"], "validation": game.losses["g"]}
    builder.figure([loss_axes(builder, **lines) | (axes or {})], 4)
    for page in pages:
        drawn = grey(known.train[:grid]) if real_samples else page
        builder.figure([{"images": [{"array": builder.array(np.hstack(square(drawn)))}]}], 5)
    new = normal(120, 2) if codes is None else codes
    made = game.ask(new, 6, final)
    if shown:
        builder.figure(builder.row_of(square(made[:shown]), 0, 1), 6)
    told = measured(known, made) if numbers is None else numbers
    if len(told):
        builder.event("numbers", 7, values=builder.array(np.array(told, float)))
    for seed in range(later):
        game.ask(normal(600, 100 + seed), 8, final)
