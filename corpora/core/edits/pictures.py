"""Defects of what is shown: images, codes and outputs that are missing, others, or not the model's."""

from __future__ import annotations

import re
from dataclasses import replace

from corpora.core.composed.compose import Edit, Plan
from corpora.core.edits.lines import other_net
from corpora.defect import Unfit

# Rows shown in place of the ten honest ones, {rows}.
NINE = "np.concatenate([{rows}[:9], {rows}[:1]])"
FIVE = "np.concatenate([{rows}[:5], {rows}[:5]])"
REVERSED = "np.array({rows}[:10])[::-1]"
FROM_1 = "{rows}[1:11]"
OTHER = "{rows}[100:110]"


def show(kind: str, expression: str) -> Edit:
    """Another expression in place of the rows of one kind: {rows} are the honest ones."""

    def change(plan: Plan) -> None:
        v, old = plan.v, plan.kinds[kind]
        names = {
            "rows": old.rows,
            "tr": v.tr,
            "te": v.te,
            "ntr": v.noisy_tr,
            "nte": v.noisy_te,
            "model": v.model,
        }
        names |= {"rec": v.rec, "codes": v.codes}
        plan.kinds[kind] = replace(old, rows=f"{v.img}_{kind.replace('-', '_')}")
        plan.answers.append(f"{plan.kinds[kind].rows} = {expression.format(**names)}")

    return "kinds", change


def hide(kind: str) -> Edit:
    def change(plan: Plan) -> None:
        del plan.kinds[kind]

    return "kinds", change


def early(which: str) -> Edit:
    """Codes or outputs are computed before the training, and never again."""

    def change(plan: Plan) -> None:
        name = plan.v.codes if which == "codes" else plan.v.rec
        early = [line for line in plan.answers if f"{name} =" in line or (which == "codes" and " = " in line)]
        if which == "codes":
            early = [line for line in early if not line.startswith(plan.v.rec)]
        plan.answers = [line for line in plan.answers if line not in early]
        plan.before_training += early

    return "answers", change


def asked(which: str, rows: str) -> Edit:
    """The model is asked about other images."""

    def change(plan: Plan) -> None:
        v = plan.v
        name = v.codes if which == "codes" else v.rec
        other = rows.format(tr=v.tr, te=v.te, ntr=v.noisy_tr, nte=v.noisy_te)
        first = v.noisy_te if plan.style.part == "denoising" else v.te
        pattern = re.compile(rf"(?<={re.escape(name)} = ).*\b{re.escape(first)}(\[:10\])?")
        changed = [
            pattern.sub(lambda m: m[0].replace(f"{first}[:10]", first).replace(first, other), line)
            for line in plan.answers
        ]
        if changed == plan.answers:
            raise Unfit
        plan.answers = changed

    return "answers", change


def another_model(kind: str, rows: str) -> Edit:
    """A smaller net, trained for a moment, answers in place of the model."""

    def change(plan: Plan) -> None:
        v, d = plan.v, plan.data
        made, shape = other_net(plan, "small")
        asked = rows.format(te=v.te, nte=v.noisy_te)
        x, y = (f"np.reshape({name}, {shape})" for name in (d.x, d.y))
        plan.answers += [
            *made,
            f"small.fit({x}, {y}, epochs=3, batch_size=256, verbose=0)",
            f"{v.rec}_small = small.predict(np.reshape({asked}, {shape}))",
        ]
        plan.kinds[kind] = replace(plan.kinds[kind], rows=f"{v.rec}_small")

    return "kinds", change


def untrained_copy(rows: str) -> Edit:
    def change(plan: Plan) -> None:
        v = plan.v
        if plan.style.model in ("subclassed", "own-layers"):
            fresh = f"{v.cls}()"
        else:
            v.need("import keras")
            fresh = f"keras.models.clone_model({v.model})"
        asked = rows.format(te=v.te, nte=v.noisy_te)
        plan.answers.append(f"fresh_copy = {fresh}")
        plan.answers.append(f"{v.rec} = fresh_copy.predict({asked}[:10])")

    return "kinds", change
