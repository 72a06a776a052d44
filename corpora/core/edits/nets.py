"""Defects of the network, of the data that it is trained on, and of the noise."""

from __future__ import annotations

from dataclasses import replace

from corpora.core.composed.compose import Edit, Plan
from corpora.core.composed.nets import Net

Spec = tuple[str, int]


def net(encoder: list[Spec], decoder: list[Spec], code_shape: tuple[int, int] | None = None) -> Edit:
    def change(plan: Plan) -> None:
        shape = code_shape or plan.net.code_shape
        plan.net = Net(plan.net.layout, tuple(encoder), tuple(decoder), shape)

    return "net", change


def dense(encoder: tuple[int, ...], decoder: tuple[int, ...], shape: tuple[int, int] | None = None) -> Edit:
    return net([("Dense", n) for n in encoder], [("Dense", n) for n in decoder], shape)


def code_maps_apart(plan: Plan) -> None:
    """Every feature map of a code as a panel of its own, in a figure for each image."""
    v = plan.v
    plan.answers += [
        "for shown in range(10):",
        "    plt.figure(figsize=(16, 2))",
        "    for number in range(8):",
        "        plt.subplot(1, 8, number + 1)",
        f"        plt.imshow({v.codes}[shown][..., number], cmap='gray')",
        "    plt.show()",
    ]
    del plan.kinds["codes"]


def data(**words: str) -> Edit:
    """Other data: expressions in which {x} and {y} are what was trained on, {tr}, {te}, {ntr}, {nte} the arrays."""

    def change(plan: Plan) -> None:
        v, d = plan.v, plan.data
        names = {"tr": v.tr, "te": v.te, "ntr": v.noisy_tr, "nte": v.noisy_te, "x": d.x, "y": d.y}
        plan.data = replace(d, **{key: text.format(**names) for key, text in words.items()})

    return "data", change


def noise(line: str, test: str | None = None) -> Edit:
    """Other noise: {c} is the clean array; `test` is the line for test images where it differs."""

    def change(plan: Plan) -> None:
        v = plan.v
        wanted = ((v.noisy_tr, v.tr, line), (v.noisy_te, v.te, test or line))
        plan.noise = [f"{noisy} = {text.format(c=clean)}" for noisy, clean, text in wanted]

    return "data", change
