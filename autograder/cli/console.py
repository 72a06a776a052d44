"""The two consoles, and how an error reads: one sentence, then what to do next."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from autograder.errors import AutograderError

INTERRUPTED = 130
OUR_FAULT = 3
TRACEBACK_VARIABLE = "AUTOGRADER_TRACEBACK"

out = Console(highlight=False, soft_wrap=False)
err = Console(highlight=False, stderr=True)


def say_error(error: AutograderError) -> None:
    """Print an error of ours to stderr."""
    err.print(Text.assemble(("Error: ", "bold red"), error.message), soft_wrap=True)
    if error.remedy:
        err.print(Text(error.remedy), soft_wrap=True)


def verb(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its end: errors of ours become a sentence and their exit status, Ctrl-C becomes 130."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except AutograderError as error:
            say_error(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            err.print("Interrupted. The same command goes on where it stopped.")
            raise typer.Exit(INTERRUPTED) from error
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            _say_fault(error)
            raise typer.Exit(OUR_FAULT) from error

    return run


def _say_fault(error: Exception) -> None:
    """A defect of this program: named in one line; its traceback for whoever wants to report it."""
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error, file=sys.stderr)
    line = f"The grader itself failed: {type(error).__name__}: {error}"
    err.print(Text(line, "bold red"), soft_wrap=True)
    err.print(f"Set {TRACEBACK_VARIABLE}=1 and run it again to see where.", soft_wrap=True)
