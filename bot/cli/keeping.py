"""`backup` and `restore`: a copy of the database while everything runs, and the way back."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._typer import AsJson, app, leave


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The copy to write; it must not be there yet.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the database while everything goes on."""
    from ._ledger import back_up

    leave(back_up(file, as_json=as_json))


@app.command()
def restore(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="What `backup` wrote; none when the database was put back by other means.",
            show_default=False,
        ),
    ] = None,
    resend: Annotated[
        bool,
        typer.Option("--resend", help="Send again what came out since; channels may get it twice."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back; what was sent since then is not sent again.

    The bot must not be running. The database as it is now is kept beside the new one.
    """
    from ._restoring import put_back

    leave(put_back(file, resend=resend, as_json=as_json))
