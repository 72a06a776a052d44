"""A verdict from a sentence's id and its values: the texts follow from these two alone, so they can be translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    plain = {name: _plain(value) for name, value in values.items()} | {"cell": cell}
    plain |= _of_pieces(values.get("pieces", ()), plain) | _of_models(values.get("models", ()))
    return Sentence(*(text.format(**plain) for text in SENTENCES[message_id]))


def _plain(value: Any) -> Any:
    """A value as it stands in a sentence; a layer with its output, in brackets where it is not counted."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_plain(entry)) for entry in value)
    if isinstance(value, dict) and "layer" in value:
        text = f"{value['layer']} -> {value['output']}"
        return text if value["counted"] else f"({text})"
    return value


def _of_pieces(piece_ids: Iterable[str], values: Mapping[str, Any]) -> dict[str, str]:
    """Names, expected and found of all pieces, and the next step of the first."""
    pieces = [PIECES[piece_id] for piece_id in piece_ids]
    hints = [piece.hint for piece in pieces[:1]]
    return {
        "pieces": ", ".join(piece.name for piece in pieces),
        "pieces_expected": "; ".join(piece.expected for piece in pieces).format(**values),
        "pieces_found": "; ".join(piece.found for piece in pieces).format(**values),
        "pieces_hint": "".join(hints).format(**values),
    }


def _of_models(models: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A line for each model, and the next step of the first."""
    by_title = [(model["title"], fill(model["message_id"], model["values"])) for model in models]

    def lines(text_of: Callable[[Sentence], str]) -> str:
        return "\n".join(f"{title[0].upper()}{title[1:]}: {text_of(texts)}" for title, texts in by_title)

    hints = [texts.hint for _, texts in by_title if texts.hint]
    return {
        "models": lines(lambda texts: texts.message),
        "models_expected": lines(lambda texts: texts.expected),
        "models_found": lines(lambda texts: texts.found),
        "models_hint": "".join(hints[:1]),
    }


def say(
    message_id: str,
    share: float,
    values: Mapping[str, Any] | None = None,
    *,
    cell: int | None = None,
    basis: Basis = "observed",
    flags: Iterable[str] = (),
    outcome: Outcome | None = None,
) -> Verdict:
    """Return a verdict that says one of the sentences.

    Args:
        share: part of the item's points earned, 0 to 1.
        values: what the sentence is filled with, as plain JSON values.
    """
    given = dict(values or {})
    texts = fill(message_id, given, cell)
    return Verdict(
        share=share,
        message_id=message_id,
        message=texts.message,
        expected=texts.expected,
        found=texts.found,
        hint=texts.hint,
        cell=cell,
        basis=basis,
        values=given,
        flags=tuple(dict.fromkeys(flags)),
        outcome=outcome,
    )


def blocked(by: str) -> Verdict:
    """Return the verdict of an item that waits for an earlier one: named once, scolded there."""
    return say("item.blocked", 0.0, {"by": by}, outcome="blocked")


def ours(where: str, cell: int | None = None) -> Verdict:
    """Return the verdict of an item that a person must look at because the grader itself failed at it."""
    return say("item.ours", 0.0, {"where": where}, cell=cell, outcome="errored")
