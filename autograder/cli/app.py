"""The list of verbs. Each is a plain function in a file beside this one."""

from __future__ import annotations

import sys

import typer

from autograder import __version__

from . import checking, course_verbs, grading, kept_verbs, machine
from .console import out, verb
from .installed import for_graders

app = typer.Typer(
    name="autograder",
    help="Run autoencoder notebooks headlessly and grade what they did.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

for function in (
    for_graders(grading.grade),
    checking.check,
    for_graders(kept_verbs.regrade),
    kept_verbs.show,
    kept_verbs.case,
    course_verbs.rubric,
    for_graders(course_verbs.release),
    for_graders(course_verbs.selftest),
    machine.doctor,
    machine.data,
):
    app.command()(verb(function))


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


def main() -> None:
    """Entry point of the command; ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot print ✓ prints ? instead of failing
            stream.reconfigure(errors="replace")
    app(prog_name="autograder")
