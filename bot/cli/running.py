"""`paperround run`."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ._typer import app, leave


class RoleName(StrEnum):
    """The roles by name, known before anything is loaded (`bot/app/roles.py`)."""

    ALL = "all"
    SCHEDULER = "scheduler"
    WORKER = "worker"
    GATEWAY = "gateway"
    WEB = "web"


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="One pass, then exit.")] = False,
    role: Annotated[
        RoleName,
        typer.Option(
            "--role",
            metavar="|".join(RoleName),
            help="One part of the work, beside other processes on one PostgreSQL.",
        ),
    ] = RoleName.ALL,
) -> None:
    """Fetch, print today's digest, and keep the schedule.

    Ctrl-C stops it. On a terminal it takes commands at a prompt; `help` lists them.
    """
    from bot.app.roles import Role

    from ._running import run_bot

    leave(run_bot(once=once, role=Role(role)))
