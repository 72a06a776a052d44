"""Everything that takes notes in one recording, composed once: who is told what, and in which order cells begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .data.datasets import DataServer
from .data.network import NetworkNotes
from .models.answers import Answers
from .models.book import ModelBook
from .models.files import ModelFiles
from .models.generated_batches import GeneratedBatches
from .recording import Recording
from .shown.figures import FigureBook
from .shown.held_arrays import HeldArrays
from .shown.texts import TextBook
from .training.events import Trainings
from .training.fit_hooks import FitBook
from .training.tape import TapeBook
from .training.train_on_batch import BatchBook
from .training.updates import UpdateBook


@dataclass(frozen=True)
class Books:
    """What the wrappers of the table of hooks tell their part."""

    rec: Recording
    models: ModelBook
    answers: Answers
    files: ModelFiles
    updates: UpdateBook
    fits: FitBook
    batches: BatchBook
    tapes: TapeBook
    figures: FigureBook
    texts: TextBook
    data: DataServer
    network: NetworkNotes


def compose(rec: Recording) -> Books:
    """Make the books of a recording and let them work at the starts and ends of cells, in this order."""
    models, generated = ModelBook(rec), GeneratedBatches()
    updates = UpdateBook(models)
    trainings = Trainings(rec, models, updates)
    fits = FitBook(trainings)
    batches = BatchBook(trainings, generated)
    tapes = TapeBook(trainings, fits, batches)
    fits.before_fit += [batches.close, tapes.close]
    fits.after_fit += [tapes.mark]

    def moment() -> dict[str, Any]:
        """How far the trainings that run now have come, as `Call` tells it."""
        return {**fits.moment(), **batches.moment()}

    answers = Answers(rec, models, generated, moment, batches.playing)
    figures = FigureBook(rec, models, answers.write_skipped)
    texts, held = TextBook(rec), HeldArrays(rec, answers.row_sizes)
    rec.cell_ends += [
        ("call", answers.end_cell),
        ("model", models.end_cell),
        ("batch", batches.close),
        ("batch", generated.forget),
        ("tape", tapes.close),
    ]
    if rec.shell is None:
        rec.cell_ends.append(("figure", figures.end_cell))
    else:
        rec.cell_starts.append(("text", texts.start_cell))
        rec.cell_ends += [("text", texts.end_cell), ("held", held.end_cell)]
    return Books(
        rec,
        models,
        answers,
        ModelFiles(rec, models),
        updates,
        fits,
        batches,
        tapes,
        figures,
        texts,
        DataServer(rec),
        NetworkNotes(rec),
    )
