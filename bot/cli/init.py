"""`init`: a first `.env`."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._typer import app, leave


@app.command()
def init(
    tz: Annotated[str, typer.Option("--tz", metavar="ZONE", help="Your time zone, as Berlin.")] = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the digest comes, as 9am.")] = "",
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="The file to write.")] = Path(".env"),
) -> None:
    """Write a first .env with a fresh secret key.

    It is readable by you alone; an existing file is never touched.
    """
    from ._settings import write_first

    leave(write_first(file, tz=tz, at=at))
