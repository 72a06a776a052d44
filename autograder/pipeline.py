"""One submission from its bytes to its grade: run, run again in full where shortening may be to blame, replay, judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from autograder.errors import EvidenceUnreadable, HarnessFault
from autograder.evidence.evidence import Evidence
from autograder.evidence.reader import read
from autograder.files import remove_tree
from autograder.grading.grade import grade_parts
from autograder.grading.unsettled import open_what_is_unsettled
from autograder.records import NotebookRun, PartGrade, RunRecord, SubmissionGrade
from autograder.replay.start import replay_apart
from autograder.rubrics import PARTS, Part, known_images
from autograder.run.execute import RunJob, run_notebook
from autograder.run.notebook import prepare
from autograder.run.seal import seal
from autograder.run.shortened import may_have_failed_for_it
from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import HandedNotebook, Submission

UNSETTLED = "full_run_did_not_fit"
UNREADABLE = "evidence_unreadable"
TOUCHED = {"recorder_changed", "evidence_changed"}  # notes of the recorder that a person should see


@dataclass(frozen=True)
class Surroundings:
    """What all notebooks of one submission share: files beside them, the data, the images that replay is asked for,
    and the places that the whole grading runs notebooks in.
    """

    files: tuple[tuple[str, bytes], ...]
    data_dir: Path
    known: Path
    slots: Slots | None


def grade_submission(
    submission: Submission, settings: Settings, workdir: Path, slots: Slots | None = None
) -> SubmissionGrade:
    """Grade one submission in `workdir` (new or empty), which keeps `notebooks/N/evidence` and `executed.ipynb`.

    No more notebooks run at a time than there are `slots`. Whatever a student did is a result. Raises `HarnessFault`,
    `BoxUnavailable` and `DataUnavailable`: ours.
    """
    parts = chosen_parts(settings)
    readable = [notebook for notebook in submission.notebooks if not notebook.problem]
    if submission.problem or not readable:
        return rejected(submission, parts)
    around = _surroundings(submission, parts, workdir, slots)
    runs, evidences = [], []
    for number, notebook in enumerate(readable, start=1):
        folder = workdir / "notebooks" / str(number)
        folder.mkdir(parents=True)
        record = _run_settled(notebook, settings, around, folder)
        replay_apart(folder / "evidence", around.known, settings.sandbox)
        evidence = read_evidence(folder / "evidence", record)
        evidences.append(evidence)
        runs.append(NotebookRun(notebook.name, notebook.sha256, evidence.run))
    around.known.unlink()
    return judged(submission.id, tuple(runs), evidences, parts, _unreadable_ones(submission))


def judged(
    id: str, runs: tuple[NotebookRun, ...], evidences: list[Evidence], parts: list[Part], problem: str = ""
) -> SubmissionGrade:
    """Apply the rubrics to evidence that lies ready; pure, so a changed rubric regrades without running anything."""
    grades = grade_parts(evidences, parts)
    if any(UNSETTLED in run.run.flags for run in runs):
        grades = open_what_is_unsettled(grades, [run.run for run in runs if UNSETTLED in run.run.flags])
    return _total(id, "graded", runs, grades, problem)


def judge_again(grade: SubmissionGrade, settings: Settings, folder: Path) -> SubmissionGrade:
    """The grade that today's rubrics give to the evidence kept in `folder`; nothing is run or replayed.

    Raises `HarnessFault` when evidence of a run is missing there.
    """
    parts = chosen_parts(settings)
    if grade.status == "rejected":
        return rejected(Submission(grade.id, problem=grade.problem), parts)
    folders = [
        folder / "notebooks" / str(number) / "evidence" for number in range(1, len(grade.notebooks) + 1)
    ]
    missing = next((each for each in folders if not each.is_dir()), None)
    if missing is not None:
        raise HarnessFault(f"The evidence in {missing} is missing.", "Grade the notebooks again.")
    evidences = [read_evidence(each, kept.run) for each, kept in zip(folders, grade.notebooks, strict=True)]
    for each, evidence, kept in zip(folders, evidences, grade.notebooks, strict=True):
        if UNREADABLE in evidence.run.flags and UNREADABLE not in kept.run.flags:  # it was readable once
            raise HarnessFault(
                f"The evidence in {each} was damaged: {evidence.run.detail}", "Grade the notebooks again."
            )
    return judged(grade.id, grade.notebooks, evidences, parts, grade.problem)


def rejected(submission: Submission, parts: list[Part]) -> SubmissionGrade:
    """The grade of a submission that holds nothing that can be run: it says why."""
    problem = submission.problem or _unreadable_ones(submission)
    return _total(submission.id, "rejected", (), grade_parts([], parts), problem)


def errored(id: str, settings: Settings, problem: str) -> SubmissionGrade:
    """The grade of a submission that our own machinery failed on: points stay open until a person looked."""
    parts = grade_parts([], chosen_parts(settings))
    return _total(id, "errored", (), tuple(replace(part, status="errored") for part in parts), problem)


def chosen_parts(settings: Settings) -> list[Part]:
    """The rubrics that the settings name, in the course's order."""
    return [part for part in PARTS if part.id in settings.parts]


def read_evidence(folder: Path, record: RunRecord) -> Evidence:
    """The evidence of a run; evidence that breaks the format counts as none, and the record says so."""
    try:
        evidence = read(folder, record)
    except EvidenceUnreadable as error:
        flags = tuple(sorted({*record.flags, UNREADABLE}))
        record = replace(record, status="protocol", detail=f"{error} {record.detail}".strip(), flags=flags)
        return Evidence([], record, folder, None)
    touched = TOUCHED & {note.id for note in evidence.notes}
    evidence.run = replace(evidence.run, flags=tuple(sorted({*evidence.run.flags, *touched})))
    return evidence


def files_beside(notebook: str, files: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, bytes], ...]:
    """The files as a notebook sees them from its own folder; what lies elsewhere keeps its name, unless it is taken."""
    folder = PurePosixPath(notebook).parent
    own = dict(files)
    if folder.parts:
        inside = {
            PurePosixPath(name).relative_to(folder).as_posix(): content
            for name, content in files
            if PurePosixPath(name).is_relative_to(folder)
        }
        taken = {PurePosixPath(name).parts[0] for name in inside}
        outside = {name: content for name, content in files if PurePosixPath(name).parts[0] not in taken}
        own = outside | inside
    return tuple(own.items())


def _run_settled(
    notebook: HandedNotebook, settings: Settings, around: Surroundings, folder: Path
) -> RunRecord:
    """Run once, and once more in full where shortened training may have broken it; evidence lies sealed in `folder`."""
    first = _run(notebook, settings, around, folder)
    cells = prepare(notebook.content).cells
    if settings.training == "full" or not may_have_failed_for_it(first, folder / "evidence", cells):
        return first
    again = folder / "full"
    again.mkdir()
    second = _run(notebook, settings.in_full(), around, again)
    same_hang = second.status == first.status == "timeout" and second.cell == first.cell
    if second.status in ("timeout", "memory") and not same_hang:
        remove_tree(again)
        return replace(first, flags=tuple(sorted({*first.flags, UNSETTLED})))
    for name in ("evidence", "executed.ipynb"):
        if (folder / name).is_dir():
            remove_tree(folder / name)
        if (again / name).exists():
            (again / name).replace(folder / name)
    remove_tree(again)
    return replace(second, flags=tuple(sorted({*second.flags, "run_again_in_full"})))


def _run(notebook: HandedNotebook, settings: Settings, around: Surroundings, folder: Path) -> RunRecord:
    job = RunJob(
        notebook=notebook.content,
        files=files_beside(notebook.name, around.files),
        training=settings.training,
        cell_timeout=settings.cell_seconds,
        notebook_timeout=settings.notebook_seconds,
        memory_mb=settings.memory_mb,
        sandbox=settings.sandbox,
        warm=settings.warm,
        data_dir=around.data_dir,
        flags=notebook.flags,
        slots=around.slots,
    )
    open_folder = folder / "written"
    record = run_notebook(job, open_folder, folder / "executed.ipynb" if settings.keep_notebooks else None)
    seal(open_folder, folder / "evidence")
    remove_tree(open_folder)
    return record


def _surroundings(
    submission: Submission, parts: list[Part], workdir: Path, slots: Slots | None
) -> Surroundings:
    from helpers import data

    known = workdir / "known.npz"
    workdir.mkdir(parents=True, exist_ok=True)
    try:
        files = tuple((file.name, file.read()) for file in submission.files)
    except OSError as error:
        raise HarnessFault(
            f"A file of {submission.id} changed while it was being graded: {error}."
        ) from error
    np.savez(known, **known_images(parts))
    return Surroundings(files, Path(data.data_dir()), known, slots)


def _unreadable_ones(submission: Submission) -> str:
    """The problems of the notebooks that could not be read, each with its file's name."""
    return " ".join(f"{each.name}: {each.problem}" for each in submission.notebooks if each.problem)


def _total(
    id: str, status: str, runs: tuple[NotebookRun, ...], parts: tuple[PartGrade, ...], problem: str
) -> SubmissionGrade:
    points = sum(part.points for part in parts)
    return SubmissionGrade(
        id, status, points, sum(part.max_points for part in parts), runs, tuple(parts), problem
    )
