"""`backup`: a copy of the database while everything runs."""
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
