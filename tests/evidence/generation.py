"""An honest part with images from drawn codes as evidence: halves apart, a file, samples, an array, measures; with knobs."""

from __future__ import annotations

import numpy as np

from autograder.recognition.coverage import reach
from autograder.recognition.known_images import KnownImages

from .builder import Builder, FakeNet, curve, dense_nodes, grey
from .latent import CLOTHES
from .notebooks import loss_axes, square, trained_copy

WIDTHS = (128, 64, 32, 64, 128, 784)
COUNT = 120


class Net(FakeNet):
    """A net whose decoder can be asked alone: it draws about what it saw with the nearest code."""

    def decode(self, codes: np.ndarray, version: int = 1) -> np.ndarray:
        """Images (n, 784) of codes (n, 32)."""
        seen = grey(CLOTHES.train)
        known = self.encode(seen, version)
        gaps = ((codes[:, None, :] - known) ** 2).sum(axis=2)
        shade = 1 / (1 + np.exp(-codes @ self._weights(version, self.code, 784, 1)))
        return (0.9 * seen[gaps.argmin(axis=1)] + 0.05 * shade).astype(np.float32)

    def run(self, rows: np.ndarray, version: int = 1) -> np.ndarray:
        """Outputs (n, 784)."""
        return self.decode(self.encode(rows, version), version)


NET = Net(31, code=32)


def normal(count: int = COUNT, seed: int = 1) -> np.ndarray:
    """Codes from N(0, I)."""
    return np.random.default_rng(seed).standard_normal((count, 32)).astype(np.float32)


def fitted(known: KnownImages = CLOTHES, count: int = COUNT) -> np.ndarray:
    """Codes of images, moved a little."""
    codes = NET.encode(grey(known.train[:count]))
    moved = codes + 0.02 * codes.std() * np.random.default_rng(2).standard_normal(codes.shape)
    return np.maximum(moved, 0).astype(np.float32)


def measured(codes: np.ndarray, known: KnownImages = CLOTHES) -> list[float]:
    """Coverage and recall of the images of some codes."""
    count = min(len(codes), len(known.test))
    return list(reach(grey(known.test[:count]), NET.decode(codes)[:count]))


def half(first: int, last: int, prefix: str = "d") -> list[dict]:
    """The nodes of some of the layers, as a model of their own."""
    given = 784 if first == 0 else WIDTHS[first - 1]
    nodes = dense_nodes(WIDTHS[first:last], given, prefix)
    for place, node in enumerate(nodes, first):
        node |= {"layer": f"{prefix}{place}", "weights": [f"{prefix}{place}w", f"{prefix}{place}b"]}
    return nodes


class Notebook:
    """Model in cell 2, training in 3, plot in 4, file in 5, samples in 6 and 8, the array in 7, measures in 9."""

    def __init__(self, builder: Builder, known: KnownImages = CLOTHES):
        self.builder, self.known = builder, known

    def begin(self, fit: dict | None = None, halves: tuple[str, ...] = ("encoder", "decoder")) -> None:
        """The trained model, its loss plot and its halves."""
        builder, losses = self.builder, {"loss": curve(20, 0.3), "val_loss": curve(20, 0.31)}
        builder.event("compile", 2, model="m1", loss="binary_crossentropy", optimizer="Adam")
        usual = {"id": "m1", "net": NET, "nodes": half(0, 6), "code_node": "n2", "code_shape": (32,)}
        usual |= {"epochs_asked": 20, "epochs_run": 20, "history": losses}
        trained_copy(builder, self.known, **usual | (fit or {}))
        place = next(event["id"] for event in builder.events if event["kind"] == "fit")
        made = NET.run(grey(self.known.train[:256]))
        builder.replay("m1", [(1, f"fit:{place}", {"out": made})])
        builder.figure([loss_axes(builder, train=losses["loss"], validation=losses["val_loss"])], 4)
        names = [name for node in half(0, 6) for name in node["weights"]]
        self.refs = {name: builder.array(np.full(3, number)) for number, name in enumerate(names)}
        builder.event("weights", 4, model="m1", version=1, reason="trained", values=self.refs)
        if "encoder" in halves:
            builder.model("m2", half(0, 3), 4)
            builder.weights("m2", 0, 4)
        if "decoder" in halves:
            builder.model("m3", half(3, 6), 4, (32,))
            builder.weights("m3", 0, 4)

    def file(self, load: bool = True, ask: bool = True, saved: str = "m3", version: int = 0) -> None:
        """A model saved, loaded as another one with the same weights, and asked."""
        builder = self.builder
        builder.event("saved", 5, model=saved, version=version, file="ab" * 16)
        if load:
            builder.model("m4", half(3, 6, "r"), 5, (32,))
            values = {f"r{name[1:]}": ref for name, ref in self.refs.items() if int(name[1]) >= 3}
            builder.event("weights", 5, model="m4", version=0, reason="initial", values=values)
            builder.event("loaded", 5, model="m4", file="ab" * 16)
        if load and ask:
            images = grey(self.known.test[:10])
            codes = NET.encode(images)
            builder.call("m2", images, codes, version=0, cell=5)
            builder.call("m4", codes, NET.decode(codes), version=0, cell=5)

    def draw(self, codes: np.ndarray, cell: int, show: int = 10, model: str = "m3", version: int = 0) -> None:
        """Codes given to a decoder, and the first of its images shown."""
        made = NET.decode(codes)
        id = self.builder.call(model, codes, made[:32], version=version, cell=cell)
        self.builder.replay(model, [(version, f"call:{id}", {"out": made})])
        if show:
            self.builder.figure(self.builder.row_of(square(made[:show])), cell)

    def hold(self, rows: np.ndarray, shape: tuple[int, ...] = (28, 28), count: int = 100) -> None:
        """An array held at the end of a cell."""
        first = self.builder.array(rows[:32].reshape(-1, *shape))
        self.builder.event("held", 7, shape=list(shape), rows=count, first=first)

    def tell(self, *numbers: float) -> None:
        """Numbers shown as text."""
        self.builder.event("numbers", 9, values=self.builder.array(np.array(numbers, float)))


def generation(
    builder: Builder,
    known: KnownImages = CLOTHES,
    *,
    halves: tuple[str, ...] = ("encoder", "decoder"),
    file: dict | None = None,
    plain: dict | None = None,
    hold: dict | None = None,
    better: dict | None = None,
    numbers: tuple[float, ...] | None = None,
    **fit,
) -> None:
    """A complete notebook, or one with what is given in place of the usual; an empty dictionary leaves a step out."""
    notebook = Notebook(builder, known)
    notebook.begin(fit, halves)
    steps = (
        (notebook.file, {"load": True}, file),
        (notebook.draw, {"codes": normal(), "cell": 6}, plain),
        (notebook.hold, {"rows": NET.decode(normal())}, hold),
        (notebook.draw, {"codes": fitted(known), "cell": 8}, better),
    )
    for step, usual, other in steps:
        if other != {}:
            step(**usual | (other or {}))
    told = (*measured(normal(), known), *measured(fitted(known), known)) if numbers is None else numbers
    if told:
        notebook.tell(*told)
