"""A verdict from a sentence's id and its values: the texts follow from these two alone, so they can be translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograder.records import Basis, Outcome, Verdict

from .wording import PIECES, SENTENCES, Sentence


def fill(message_id: str, values: Mapping[str, Any], cell: int | None = None) -> Sentence:
    """Return the four texts of a sentence, filled in.

    Args:
        values: as in the verdict. `pieces` names what the sentence is composed of; `models` holds what is said of
            each model of a part (`title`, `message_id`, `values`); lists are written with commas.
        cell: the code cell that it speaks of.

    Raises:
        KeyError: there is no such sentence, or a value that it names is not given.
    """
    known = {name: _plain(value) for name, value in values.items()} | {"cell": cell}
    known |= _of_pieces(values.get("pieces", ()), known) | _of_models(values.get("models", ()))
    return Sentence(*(text.format(**known) for text in SENTENCES[message_id]))


def _plain(value: Any) -> Any:
    """A value as it stands in a sentence; a layer with its output, in brackets where it is not counted."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_plain(each)) for each in value)
    if isinstance(value, dict) and "layer" in value:
        text = f"{value['layer']} -> {value['output']}"
        return text if value["counted"] else f"({text})"
    return value


def _of_pieces(ids: Iterable[str], known: Mapping[str, Any]) -> dict[str, str]:
    """Names, expected and found of all pieces, and the next step of the first."""
    pieces = [PIECES[id] for id in ids]
    hints = [piece.hint for piece in pieces[:1]]
    return {
        "pieces": ", ".join(piece.name for piece in pieces),
        "pieces_expected": "; ".join(piece.expected for piece in pieces).format(**known),
        "pieces_found": "; ".join(piece.found for piece in pieces).format(**known),
        "pieces_hint": "".join(hints).format(**known),
    }


def _of_models(models: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A line for each model, and the next step of the first."""
    said = [(each["title"], fill(each["message_id"], each["values"])) for each in models]

    def lines(which: str) -> str:
        return "\n".join(f"{title[0].upper()}{title[1:]}: {getattr(texts, which)}" for title, texts in said)

    hints = [texts.hint for _, texts in said if texts.hint]
    return {
        "models": lines("message"),
        "models_expected": lines("expected"),
        "models_found": lines("found"),
        "models_hint": "".join(hints[:1]),
    }


def say(
    message_id: str,
    share: float,
    *,
    cell: int | None = None,
    basis: Basis = "observed",
    flags: Iterable[str] = (),
    outcome: Outcome | None = None,
    **values: Any,
) -> Verdict:
    """Return a verdict that says one of the sentences, filled with `values` (plain JSON values).

    Args:
        share: part of the item's points earned, 0 to 1.
    """
    texts = fill(message_id, values, cell)
    return Verdict(
        share=share,
        message_id=message_id,
        message=texts.message,
        expected=texts.expected,
        found=texts.found,
        hint=texts.hint,
        cell=cell,
        basis=basis,
        values=values,
        flags=tuple(dict.fromkeys(flags)),
        outcome=outcome,
    )


def blocked(by: str) -> Verdict:
    """Return the verdict of an item that waits for an earlier one: named once, scolded there."""
    return say("item.blocked", 0.0, outcome="blocked", by=by)
