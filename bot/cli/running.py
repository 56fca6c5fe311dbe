"""`paperround run`."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import app, leave


@app.command()
def run(once: Annotated[bool, typer.Option("--once", help="One pass, then exit.")] = False) -> None:
    """Fetch, print today's digest, and keep the schedule.

    Ctrl-C stops it. On a terminal it takes commands at a prompt; `help` lists them.
    """
    from ._running import run_bot

    leave(run_bot(once=once))
