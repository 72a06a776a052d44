"""Small evidence folders for tests, written as the recorder and replay write them, without either."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.evidence.evidence import Evidence
from autograder.evidence.reader import read
from autograder.recognition.known_images import KnownImages
from autograder.records import CellState, RunRecord


def known_images(train: int = 300, test: int = 60) -> KnownImages:
    """Strokes on black, a little like digits: enough to tell one from another, and cheap."""
    rng = np.random.default_rng(5)
    images = np.zeros((train + test, 28, 28))
    grid = np.mgrid[0:28, 0:28]
    for image in images:
        start, end = rng.uniform(6, 22, 2), rng.uniform(6, 22, 2)
        for share in np.linspace(0, 1, 12):
            centre = start + share * (end - start) + 3 * np.sin(share * 3) * rng.choice([-1, 1])
            distance = ((grid - centre[:, None, None]) ** 2).sum(axis=0)
            image[:] = np.maximum(image, np.exp(-distance / 3))
    as_bytes = np.rint(np.where(images < 0.05, 0, images) * 255).astype(np.uint8)
    classes = rng.integers(0, 10, train + test).astype(np.uint8)
    return KnownImages("mnist", as_bytes[:train], as_bytes[train:], classes[:train], classes[train:])


def grey(images: np.ndarray) -> np.ndarray:
    """Bytes as (n, 784) float32 from 0 to 1."""
    return (images.reshape(len(images), -1) / np.float32(255)).astype(np.float32)


def noisy(rows: np.ndarray, scale: float = 0.25, seed: int = 1) -> np.ndarray:
    """The noise that the course asks for."""
    noise = np.random.default_rng(seed).standard_normal(rows.shape)
    return np.clip(rows + scale * noise, 0, 1).astype(np.float32)


class FakeNet:
    """A net of random weights per version: codes and outputs that depend on the input as a real one's do."""

    def __init__(self, seed: int = 0, code: int = 100):
        self.seed, self.code = seed, code

    def _weights(self, version: int, rows: int, columns: int, which: int) -> np.ndarray:
        return np.random.default_rng([self.seed, version, which]).standard_normal((rows, columns)) / 12

    def encode(self, rows: np.ndarray, version: int = 1) -> np.ndarray:
        """Codes, (n, code)."""
        return np.maximum(rows @ self._weights(version, 784, self.code, 0), 0).astype(np.float32)

    def run(self, rows: np.ndarray, version: int = 1) -> np.ndarray:
        """Outputs, (n, 784) from 0 to 1."""
        hidden = self.encode(rows, version) @ self._weights(version, self.code, 784, 1) * 6
        return (1 / (1 + np.exp(-hidden))).astype(np.float32)


def dense_nodes(widths: tuple[int, ...], given: int = 784, prefix: str = "d") -> list[dict]:
    """The nodes of a plain chain of Dense layers."""
    nodes = []
    for place, width in enumerate(widths):
        nodes.append(
            {
                "layer": f"{prefix}{place}",
                "cls": "Dense",
                "activation": "relu",
                "inputs": ["x0" if place == 0 else f"n{place - 1}"],
                "input_shapes": [[given]],
                "output_shapes": [[width]],
                "params": given * width + width,
                "weights": [f"{prefix}{place}w", f"{prefix}{place}b"],
            }
        )
        given = width
    return nodes


def conv_nodes(
    plan: tuple[tuple, ...] = (
        ("conv", 16),
        ("pool",),
        ("conv", 8),
        ("pool",),
        ("conv", 8),
        ("up",),
        ("conv", 16),
        ("up",),
        ("conv", 1),
    ),
    kernel: int = 3,
) -> list[dict]:
    """The nodes of a chain of convolutions ('same' padding), poolings and upsamplings."""
    shape, nodes = [28, 28, 1], []
    for place, step in enumerate(plan):
        node = {"layer": f"c{place}", "inputs": ["x0" if place == 0 else f"n{place - 1}"]}
        node["input_shapes"] = [list(shape)]
        if step[0] == "conv":
            node |= {"cls": "Conv2D", "config": {"kernel_size": [kernel, kernel], "strides": [1, 1]}}
            node |= {"weights": [f"c{place}w"], "params": kernel * kernel * shape[2] * step[1]}
            shape = [shape[0], shape[1], step[1]]
        elif step[0] == "pool":
            node |= {"cls": "MaxPooling2D", "config": {"pool_size": [2, 2], "strides": [2, 2]}}
            shape = [shape[0] // 2, shape[1] // 2, shape[2]]
        else:
            node |= {"cls": "UpSampling2D", "config": {"size": [2, 2]}}
            shape = [shape[0] * 2, shape[1] * 2, shape[2]]
        node["output_shapes"] = [list(shape)]
        nodes.append(node)
    return nodes


@dataclass
class Builder:
    """Collects events, arrays and replayed outputs; `read` writes them and reads them back as evidence."""

    training: str = "quick"
    events: list[dict] = field(default_factory=list)
    arrays: list[np.ndarray] = field(default_factory=list)
    replayed: dict[str, dict] = field(default_factory=dict)
    replay_arrays: list[np.ndarray] = field(default_factory=list)
    replay_fault: str = ""
    with_replay: bool = True

    def __post_init__(self) -> None:
        self.events.append({"kind": "session", "schema_version": 1, "training": self.training, "cell": 0})

    def array(self, value: np.ndarray) -> str:
        """Keep an array and return its reference."""
        self.arrays.append(np.asarray(value))
        return f"{len(self.arrays) - 1:05d}"

    def event(self, kind: str, cell: int, **fields: object) -> None:
        """Add one event."""
        self.events.append({"kind": kind, "cell": cell, **fields})

    def model(
        self, id: str, nodes: list[dict] | None, cell: int = 2, given: tuple[int, ...] = (784,), **more
    ) -> None:
        """A model as seen on a concrete batch; without nodes its graph is unknown."""
        graph = None
        if nodes is not None:
            graph = {"inputs": [list(given)], "nodes": nodes, "outputs": [f"n{len(nodes) - 1}"]}
        self.event("model", cell, id=id, cls="Functional", graph=graph, **more)

    def weights(
        self, model: str, version: int, cell: int = 2, values: dict[str, np.ndarray] | None = None
    ) -> None:
        """A version of a model's weights; arrays are dropped after replay, so none is the usual case."""
        refs = {name: self.array(value) for name, value in (values or {}).items()}
        reason = "trained" if version else "initial"
        self.event("weights", cell, model=model, version=version, reason=reason, values=refs)

    def fit(
        self, model: str, inputs: np.ndarray, targets: np.ndarray | None = None, cell: int = 3, **fields
    ) -> None:
        """A training; the usual fields of an honest one unless given."""
        rows = {"inputs": self.array(inputs), "targets": None if targets is None else self.array(targets)}
        held = fields.pop("held", None)
        usual = {
            "id": f"f{len(self.events)}",
            "api": "fit",
            "epochs_asked": 150,
            "epochs_run": 150,
            "epochs_real": 2,
            "batch_size": 128,
            "samples": 60_000,
            "samples_real": 4096,
            "has_validation": held is not None,
            "validation_samples": 10_000 if held is not None else None,
            "history": {"loss": curve(150, 0.2), "val_loss": curve(150, 0.22)},
            "shortened": self.training == "quick",
            "version_before": 0,
            "version_after": 1,
        }
        if held is not None:
            usual["validation_rows"] = {"inputs": self.array(held[0]), "targets": self.array(held[1])}
        self.event("fit", cell, model=model, rows=rows, **(usual | fields))

    def call(
        self,
        model: str,
        inputs: np.ndarray,
        outputs: np.ndarray | tuple[np.ndarray, ...],
        version: int = 1,
        cell: int = 4,
        **more,
    ) -> str:
        """A prediction of one or several outputs; returns its id."""
        id = more.pop("id", f"k{len(self.events)}")
        self.event(
            "call",
            cell,
            id=id,
            model=model,
            api="predict",
            version=version,
            rows=len(inputs),
            inputs=[self.array(inputs)],
            outputs=[self.array(each) for each in (outputs if isinstance(outputs, tuple) else (outputs,))],
            **more,
        )
        return id

    def figure(self, axes: list[dict], cell: int = 5, **more) -> None:
        """A displayed figure."""
        self.event("figure", cell, id=f"g{len(self.events)}", axes=axes, **more)

    def picture(
        self, image: np.ndarray, column: int = 0, row: int = 0, columns: int = 10, rows: int = 2
    ) -> dict:
        """One axes with one image, placed on a grid."""
        position = [column / columns, 1 - (row + 1) / rows, 0.8 / columns, 0.8 / rows]
        return {"images": [{"array": self.array(image)}], "position": position}

    def row_of(self, images, row: int = 0, rows: int = 2) -> list[dict]:
        """Several images side by side."""
        return [self.picture(image, at, row, len(images), rows) for at, image in enumerate(images)]

    def line(self, values, label: str = "") -> dict:
        """One drawn line."""
        values = np.asarray(values, float)
        return {"label": label, "x": self.array(np.arange(len(values))), "y": self.array(values)}

    def replay(self, model: str, outputs: list[tuple[int, str, dict[str, np.ndarray]]], **more) -> None:
        """What replay computed for one model: (version, source, node -> array) each."""
        entry = self.replayed.setdefault(model, {"model": model, "status": "replayed", "outputs": []})
        entry |= more
        for version, source, nodes in outputs:
            refs = {}
            for name, value in nodes.items():
                self.replay_arrays.append(np.asarray(value))
                refs[name] = f"{len(self.replay_arrays) - 1:05d}"
            entry["outputs"].append({"version": version, "source": source, "nodes": refs})

    def write(self, folder: Path) -> Path:
        """Write the folder."""
        for name, arrays in (("arrays", self.arrays), ("replay", self.replay_arrays)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for number, array in enumerate(arrays):
                np.save(folder / name / f"{number:05d}.npy", array)
        lines = [json.dumps(event) for event in self.events]
        (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
        if self.with_replay:
            replay = {"schema_version": 1, "models": list(self.replayed.values()), "fault": self.replay_fault}
            (folder / "replay.json").write_text(json.dumps(replay))
        return folder

    def read(self, folder: Path, run: RunRecord | None = None) -> Evidence:
        """Write the folder and read it back."""
        return read(self.write(folder), run or run_record(training=self.training))


def curve(epochs: int, start: float) -> list[float]:
    """A falling loss."""
    return [start / (1 + 0.1 * epoch) for epoch in range(epochs)]


def run_record(
    cells: int = 8, training: str = "quick", raised: dict[int, str] | None = None, **more
) -> RunRecord:
    """A run of some cells; `raised` maps a cell to its error."""
    raised = raised or {}
    states = tuple(
        CellState(number, "raised" if number in raised else "ran", raised.get(number, ""))
        for number in range(1, cells + 1)
    )
    first = min(raised, default=None)
    usual = {
        "status": "cell_error" if raised else "ok",
        "cell": first,
        "cells": states,
        "training": training,
        "sandbox": "none",
        "warm": False,
        "seconds": 1.0,
    }
    return RunRecord(**(usual | more))
