"""The command line: thin verbs over the application; heavy parts are imported when a verb runs."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from bot import __version__
from bot.errors import PaperRoundError

from . import (
    bench,
    configuration,
    deliveries,
    digest,
    doctor,
    feeds,
    init,
    keeping,
    loading,
    mailing,
    reading,
    rehearsing,
    running,
    subscribing,
)
from ._errors import usage_problem
from ._typer import app, say

VERBS = (
    running,
    loading,
    digest,
    reading,
    subscribing,
    feeds,
    init,
    doctor,
    configuration,
    deliveries,
    keeping,
    mailing,
    rehearsing,
    bench,
)
INTERRUPTED = 130
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
DEBUG = "--debug"


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"paperround {__version__}")  # noqa: T201 - the answer itself
        raise typer.Exit


@app.callback()
def _everywhere(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="Show tracebacks.")] = False,
) -> None:
    """Bring a team its daily research papers.

    Start with `paperround run`: it fetches today's papers, prints a digest and keeps the schedule.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 failed, 2 usage or settings, 3 schema, 4 token, 5 try again."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _plain_streams()
    sys.exit(_run(given))


def _run(given: Sequence[str]) -> int:
    debug = DEBUG in given
    arguments = [one for one in given if one != DEBUG]
    if arguments[:1] == ["help"]:  # as chats and many programs have it
        arguments = [*arguments[1:], "--help"]
    try:
        result = app(args=arguments, prog_name="paperround", standalone_mode=False)
        sys.stdout.flush()  # here, where a full disk can still be told
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.Exit as leaving:
        return leaving.exit_code
    except Exception as error:  # nobody is shown a traceback unasked
        if debug:
            raise
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    """Say what went wrong in one line; the exit code."""
    match error:
        case PaperRoundError():
            say(str(error))
            return error.exit_code
        case TyperException():
            say(usage_problem(error))
            return error.exit_code
        case BrokenPipeError():
            return _close_output()
        case OSError() if error.errno in NO_ROOM and error.filename is None:
            say(f"The output could not be written: {error.strerror}. What was asked may have been done.")
            return _close_output()
        case _:
            first = str(error).partition("\n")[0][:200]
            say(f"That failed inside Paper Round: {type(error).__name__}: {first}")
            say(f"It is a fault of the program. `paperround {DEBUG} ...` shows where, for a report.")
            return 1


def _plain_streams() -> None:
    """A terminal or pipe without Unicode gets question marks, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _close_output() -> int:
    """Nobody reads our output (`| head`) or it has no room; leaving must not try once more to write the rest of it.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
