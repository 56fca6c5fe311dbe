"""`paperround run`."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from typing import Annotated

import typer

from ._typer import app, leave, say


@app.command()
def run(once: Annotated[bool, typer.Option("--once", help="One pass, then exit.")] = False) -> None:
    """Fetch, print today's digest, and keep the schedule."""
    import asyncio

    from bot.app.logs import start_logging
    from bot.app.run import run as keep_running
    from bot.config import load_settings

    from ._loading import source_bars

    settings = load_settings()
    start_logging(settings.log_level)
    leave(asyncio.run(keep_running(settings, once=once, say=say, watching=source_bars)))
