"""`init`: a first `.env`, and the tokens of a chat."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._typer import app, leave


@app.command()
def init(
    chat: Annotated[
        str, typer.Argument(metavar="CHAT", help="The chat to set up: slack or discord.", show_default=False)
    ] = "",
    tz: Annotated[str, typer.Option("--tz", metavar="ZONE", help="Your time zone, as Berlin.")] = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the digest comes, as 9am.")] = "",
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="The file to write.")] = Path(".env"),
) -> None:
    """Write a first .env with a fresh secret key.

    With CHAT it says what to do there, asks for the tokens (without a terminal they come from the environment, or each on a line of its own), tries them and adds them; what stands in the file stays. For example: paperround init slack --tz Berlin --at 9am
    """
    if chat:
        from ._init import set_up

        leave(set_up(chat, file, tz=tz, at=at))
        return
    from ._settings import write_first

    leave(write_first(file, tz=tz, at=at))
